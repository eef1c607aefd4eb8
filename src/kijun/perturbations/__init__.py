"""Perturbations: small changes of a question's text that should not change its answer."""

from kijun.perturbations.base import Perturbation, make_perturbation, perturbation_names

__all__ = ["Perturbation", "make_perturbation", "perturbation_names"]
