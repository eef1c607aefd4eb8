"""Every token that is shared is computed once, after what it stands on, in passes of bounded size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kijun.models.prefix_tree import Pack, PlanLimits, PrefixTree, Trunk, common_prefix, plan_passes

sequences = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=14).map(tuple), min_size=1, max_size=12)
limits = st.builds(
    PlanLimits,
    pack_tokens=st.integers(8, 20),
    pack_rows=st.integers(2, 12),
    bush_tokens=st.integers(1, 8),
    chunk_tokens=st.integers(1, 6),
    trunk_tokens=st.integers(1, 4),
)


def test_common_prefix() -> None:
    assert common_prefix((1, 2, 3), (1, 2, 4)) == 2
    assert common_prefix((1,), (1, 2)) == 1
    assert common_prefix((), (1,)) == 0


def test_a_tree_shares_what_is_shared() -> None:
    tree = PrefixTree([(1, 2, 3, 4), (1, 2, 3, 5), (1, 2, 6), (1, 2)])
    assert [(node.start, node.tokens, node.parent) for node in tree.nodes] == [
        (0, (1, 2), -1),
        (2, (3,), 0),
        (3, (4,), 1),
        (3, (5,), 1),
        (2, (6,), 0),
    ]
    assert tree.n_tokens == 6
    assert tree.locate((1, 2, 3, 5), 1) == [(0, 1), (1, 0), (3, 0)]


@given(sequences)
def test_every_position_is_found_again(items: list[tuple[int, ...]]) -> None:
    tree = PrefixTree(items)
    for item in items:
        assert tuple(tree.nodes[node].tokens[offset] for node, offset in tree.locate(item, 0)) == item
        assert tree.locate(item, len(item) - 1) == tree.locate(item, 0)[-1:]
    assert tree.n_tokens == len({item[:end] for item in items for end in range(1, len(item) + 1)})


@given(sequences, limits)
def test_passes_cover_the_tree_in_order_and_within_limits(items: list[tuple[int, ...]], bound: PlanLimits) -> None:
    tree = PrefixTree(items)
    wanted: dict[int, set[int]] = {}
    for item in items:
        for node, offset in tree.locate(item, len(item) // 2):
            wanted.setdefault(node, set()).add(offset)
    seen: set[tuple[int, ...]] = set()
    answered: dict[int, set[int]] = {}
    path: tuple[int, ...] = ()
    for step in plan_passes(tree, wanted, bound):
        if isinstance(step, Trunk):
            path = path[: step.start] + step.piece.tokens
            pieces = [(step.piece, path)]
        else:
            pieces = [found for bush in step.bushes for found in _spelt(bush.pieces, path[: step.start])]
            assert sum(len(piece.tokens) for piece, _ in pieces) <= bound.pack_tokens
        assert sum(len(piece.wanted) for piece, _ in pieces) <= bound.pack_rows
        for piece, text in pieces:
            assert piece.start + len(piece.tokens) == len(text)
            seen.update(text[:end] for end in range(piece.start + 1, len(text) + 1))
            answered.setdefault(piece.node, set()).update(piece.wanted)
    assert seen == {item[:end] for item in items for end in range(1, len(item) + 1)}
    assert {node: offsets for node, offsets in answered.items() if offsets} == wanted


def _spelt(pieces, path):  # type: ignore[no-untyped-def]
    texts: list[tuple[int, ...]] = []
    for piece in pieces:
        texts.append((texts[piece.parent] if piece.parent >= 0 else path) + piece.tokens)
    return list(zip(pieces, texts, strict=True))


def test_a_long_shared_start_becomes_a_trunk_with_chunks_at_fixed_places() -> None:
    shared = tuple(range(1000, 1100))
    bound = PlanLimits(pack_tokens=40, bush_tokens=30, chunk_tokens=32, trunk_tokens=8)
    steps = list(plan_passes(PrefixTree([(*shared, i, i) for i in range(30)]), {}, bound))
    trunks = [step for step in steps if isinstance(step, Trunk)]
    assert [(t.start, len(t.piece.tokens)) for t in trunks] == [(0, 32), (32, 32), (64, 36)]
    packs = [step for step in steps if isinstance(step, Pack)]
    assert [len(pack.bushes) for pack in packs] == [15, 15]


def test_a_short_shared_start_is_repeated_rather_than_given_a_pass() -> None:
    bound = PlanLimits(pack_tokens=40, bush_tokens=30, trunk_tokens=8)
    steps = list(plan_passes(PrefixTree([(7, 7, i, i, i) for i in range(16)]), {}, bound))
    assert [type(step) for step in steps] == [Pack, Pack]
    assert [bush.n_tokens for step in steps for bush in step.bushes] == [5] * 16
