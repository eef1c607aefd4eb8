"""Model backends. Each is a file or folder of its own and is imported only when a model of its kind is loaded."""

from kijun.models.base import Asked, ItemModel, Model, ModelIdentity, RemoteModel, UnitLimit
from kijun.models.choosing import DEFAULT_MODEL, LoadingHelp, ModelOptions, backend_names, check_model, load_model

__all__ = [
    "DEFAULT_MODEL",
    "Asked",
    "ItemModel",
    "LoadingHelp",
    "Model",
    "ModelIdentity",
    "ModelOptions",
    "RemoteModel",
    "UnitLimit",
    "backend_names",
    "check_model",
    "load_model",
]
