"""What the items that got no score could have done to the number."""

from __future__ import annotations

__all__ = ["bounds_for_unscored"]


def bounds_for_unscored(
    value: float | None, n_measured: int, n_left_out: int, *, low: float = 0.0, high: float = 1.0
) -> tuple[float, float]:
    """Least and greatest mean if every item that was left out had scored `low`, or `high`.

    No assumption is made about why items were left out, and sampling error is not in it. With value None or nothing
    measured, the bounds are `low` and `high` themselves.

    Args:
        value: mean over the measured items, or None.
        n_measured: items behind it.
        n_left_out: items that failed or could not be scored.
        low, high: the least and greatest score possible.

    Source: Manski (1989), J. Hum. Resour. 24:343-360, worst-case bounds.
    """
    if n_measured < 0 or n_left_out < 0:
        raise ValueError(f"counts of items are not negative: {n_measured!r} measured, {n_left_out!r} left out")
    if value is None or n_measured == 0:
        return low, high
    if not low <= value <= high:
        raise ValueError(f"a mean of {value!r} lies outside the scores possible, {low!r} to {high!r}")
    total = n_measured + n_left_out
    return (value * n_measured + low * n_left_out) / total, (value * n_measured + high * n_left_out) / total
