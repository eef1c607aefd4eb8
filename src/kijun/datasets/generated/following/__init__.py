"""Requests with instructions that a program can check, composed afresh from a seed, in English and Japanese.

One, three or five instructions at a time, or two turns, of which the second adds an instruction or changes one. No item
asks for what cannot be done: each comes with an answer that follows all its instructions.
"""

from __future__ import annotations

from kijun.datasets.generated.following.rows import FOLLOWING, following_row

__all__ = ["FOLLOWING", "following_row"]
