"""Model backends. Each is a file or folder of its own and is imported only when a model of its kind is loaded."""

from kijun.models.base import Model, ModelIdentity, UnitLimit
from kijun.models.choosing import DEFAULT_MODEL, ModelOptions, backend_names, check_model, load_model

__all__ = [
    "DEFAULT_MODEL",
    "Model",
    "ModelIdentity",
    "ModelOptions",
    "UnitLimit",
    "backend_names",
    "check_model",
    "load_model",
]
