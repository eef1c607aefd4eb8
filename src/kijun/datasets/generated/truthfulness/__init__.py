"""Generators of the truthfulness axis: does a model say that it does not know, or does it invent?"""

from kijun.datasets.generated.truthfulness.manual import MANUAL
from kijun.datasets.generated.truthfulness.premises import PREMISES
from kijun.datasets.generated.truthfulness.unknown import UNKNOWN

__all__ = ["MANUAL", "PREMISES", "UNKNOWN"]
