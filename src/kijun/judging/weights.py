"""Juries weighted by what is known of their members."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kijun.engine.validation import Validation
from kijun.errors import SpecError

__all__ = ["jury_weights"]


def jury_weights(judges: Sequence[str], validations: Sequence[Validation]) -> list[float]:
    """Weights of a jury by validated accuracy: log(p / (1 - p)), the best ones for judges that err independently.

    Of single answers p is the mean accuracy over the dimensions. It is kept within (n + 1)/(n + 2), as if one more
    verdict had been wrong and one right, so that no weight is infinite.

    Args:
        judges: names of the judges, in their order.
        validations: what is known of them, for the same rubric.

    Raises:
        SpecError: a judge that was not validated, or one that is no better than a coin.

    Source: Nitzan and Paroush (1982), Int. Econ. Rev. 23:289-297.
    """
    known = {str(one.judge["name"]): one for one in validations}
    weights = []
    for name in judges:
        if name not in known:
            raise SpecError(f"{name} was not validated; the files know {', '.join(known) or 'nobody'}")
        found = [
            e for key, e in known[name].metrics.items() if key.split(".")[-1] == "accuracy" and e.value is not None
        ]
        if not found:
            raise SpecError(f"the validation of {name} has no accuracy: no verdict could be read")
        share = sum(((e.value or 0) * e.n + 1) / (e.n + 2) for e in found) / len(found)
        if share <= 0.5:
            raise SpecError(f"{name} is right in {share:.0%} of cases, no better than a coin; leave it out of the jury")
        weights.append(math.log(share / (1 - share)))
    return weights
