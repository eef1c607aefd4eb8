"""Perturbations: small changes of a question or its prompt that should not change its answer."""

from kijun.perturbations.base import Edit, Perturbation, make_perturbation, perturbation_names
from kijun.perturbations.columns import OptionColumns, kept_texts, option_columns, perturbed_columns
from kijun.perturbations.structure import STRUCTURES, Structure, movable, order_of_options, shifted_gold
from kijun.perturbations.variants import BUNDLES, PROMPT_CHANGES, Bundle, Step, Variant, read_variants, variant_names

__all__ = [
    "BUNDLES",
    "PROMPT_CHANGES",
    "STRUCTURES",
    "Bundle",
    "Edit",
    "OptionColumns",
    "Perturbation",
    "Step",
    "Structure",
    "Variant",
    "kept_texts",
    "make_perturbation",
    "movable",
    "option_columns",
    "order_of_options",
    "perturbation_names",
    "perturbed_columns",
    "read_variants",
    "shifted_gold",
    "variant_names",
]
