"""CrowS-Pairs and StereoSet: sentences that differ in the group they speak of."""

from __future__ import annotations

from typing import Any

__all__ = ["crows_pairs", "stereoset"]


def crows_pairs(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they are, after a check of `sent_more`, `sent_less` and `bias_type`.

    `sent_more` is the more stereotyping sentence in all rows, also where `stereo_antistereo` says "antistereo": the
    authors' metric, which turns those pairs round twice, comes to the same.
    """
    for number, row in enumerate(rows):
        if not row["sent_more"] or not row["sent_less"] or not row["bias_type"]:
            raise ValueError(f"row {number + 1} lacks a sentence or the kind of bias")
    return rows


def stereoset(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Rows of one `kind`, ``intersentence`` or ``intrasentence``; `anti-stereotype` is `antistereotype` besides."""
    chosen = [row for row in rows if row["type"] == kind]
    if not chosen:
        raise ValueError(f"no row has the type {kind!r}; there are {sorted({row['type'] for row in rows})}")
    return [{**row, "antistereotype": row["anti-stereotype"]} for row in chosen]
