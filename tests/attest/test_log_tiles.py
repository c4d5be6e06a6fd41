"""Tiles: where they are, that they give the same tree in however many steps, and the proofs from them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.attest import merkle
from rulewright.attest.log import tiles
from rulewright.attest.log.tiles import Place, TilesError, Tree
from tests.attest.logs import Memory, entry

MOST = 600
ENTRIES = [entry(number) for number in range(MOST)]
LEAVES = [merkle.leaf(item) for item in ENTRIES]


def grown(steps: list[int]) -> Memory:
    store, size = Memory(), 0
    for step in steps:
        tiles.append(store, size, ENTRIES[size : size + step])
        size += step
    return store


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (Place(0, 1234067, 256), "tile/0/x001/x234/067"),
        (Place(0, 0, 5), "tile/0/000.p/5"),
        (Place(63, 999, 256), "tile/63/999"),
        (Place(None, 1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_names(where: Place, name: str) -> None:
    assert where.name == name
    assert tiles.place(name) == where


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/0/x000/000",
        "tile/0/001/000", "tile/0/x001", "tile/0/000.p", "tile/x/000", "tile/0/000/", "tile/0/../000", "tile/0/000\n",
    ],
)  # fmt: skip
def test_other_names_are_no_tiles(name: str) -> None:
    assert tiles.place(name) is None


def test_the_tiles_of_the_text() -> None:
    found = [where for level in tiles.levels(70_000) for where in tiles.places(70_000, level)]
    full = [where.level for where in found if where.width == 256]
    assert (full.count(0), full.count(1), full.count(2)) == (273, 1, 0)
    assert [where for where in found if where.width < 256] == [Place(0, 273, 112), Place(1, 1, 17), Place(2, 0, 1)]
    assert list(tiles.places(256, 1)) == [Place(1, 0, 1)]
    assert list(tiles.places(256, 0)) == [Place(0, 0, 256)]
    assert list(tiles.levels(0)) == []


def test_every_size_gives_its_root_one_by_one() -> None:
    store = Memory()
    for size in range(MOST):
        root = tiles.append(store, size, ENTRIES[size : size + 1])
        if size % 7 == 0 or size % 256 > 250 or size % 256 < 4:
            assert root == merkle.root(LEAVES[: size + 1]), size
            assert list(tiles.entries(store, size + 1)) == ENTRIES[: size + 1]
    tree = Tree(store, MOST)
    assert all(tree.root(size) == merkle.root(LEAVES[:size]) for size in range(0, MOST + 1, 11))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 300), max_size=8), st.randoms(use_true_random=False))
def test_steps_make_no_difference(steps: list[int], dice: random.Random) -> None:
    kept: list[int] = []
    for step in steps:
        if sum(kept) + step <= MOST:
            kept.append(step)
    size = sum(kept)
    store, once = grown(kept), grown([size])
    assert {name: store[name] for name in once} == once
    tree = Tree(store, size)
    assert tree.root() == merkle.root(LEAVES[:size])
    for index in dice.sample(range(size), min(size, 5)):
        assert tree.inclusion(index) == merkle.path(merkle.levels(LEAVES[:size]), index)
        assert tree.consistency(index) == merkle.consistency(LEAVES[:size], index)


def test_all_pairs_of_sizes_up_to_70() -> None:
    store, roots = Memory(), [merkle.root(LEAVES[:size]) for size in range(71)]
    for size in range(1, 71):
        tiles.append(store, size - 1, ENTRIES[size - 1 : size])
        tree, levels = Tree(store, size), merkle.levels(LEAVES[:size])
        for index in range(size):
            proof = tree.inclusion(index)
            assert proof == merkle.path(levels, index)
            assert merkle.included(LEAVES[index], index, size, proof, roots[size])
        for first in range(1, size + 1):
            proof = tree.consistency(first)
            assert proof == merkle.consistency(LEAVES[:size], first)
            assert merkle.consistent(first, size, roots[first], roots[size], proof)
            assert first == size or not merkle.consistent(first, size, roots[first - 1], roots[size], proof)


def test_a_wide_tree_without_its_leaves() -> None:
    """Proofs of a tree of 2^24 equal entries: only what they need is read, from four tiles."""
    hashes = [merkle.leaf(b"same")]
    for _ in range(24):
        hashes.append(merkle.node(hashes[-1], hashes[-1]))
    store = {f"tile/{level}/000": hashes[8 * level] * 256 for level in (0, 1, 2)} | {"tile/3/000.p/1": hashes[24]}
    read: list[str] = []

    class Same(Memory):
        def read(self, name: str) -> bytes | None:
            read.append(name)
            return store.get(name)

    tree = Tree(Same(), 1 << 24)
    assert tree.root() == hashes[24]
    assert tree.inclusion(0) == hashes[:24]
    assert sorted(set(read)) == sorted(store)


def test_a_full_tile_serves_for_its_parts() -> None:
    store = grown([5, 251])
    for name in ("tile/0/000.p/5", "tile/entries/000.p/5"):
        del store[name]
    assert Tree(store, 5).root() == merkle.root(LEAVES[:5])
    assert list(tiles.entries(store, 5)) == ENTRIES[:5]


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\x20", b"\0\x01a" * 4, b"\0\x01a" * 6, b"\xff\xff" + b"a" * 9])
def test_spoilt_bundles_of_entries(data: bytes) -> None:
    with pytest.raises(TilesError):
        tiles.unbundled(data, Place(None, 0, 5))


@pytest.mark.parametrize("name", ["tile/0/001.p/4", "tile/0/000", "tile/1/000.p/1"])
def test_missing_and_cut_off_tiles(name: str) -> None:
    store = grown([260])
    whole = store[name]
    for data, told in ((whole[:-1], "has not"), (b"", "has not"), (None, "missing")):
        if data is None:
            del store[name]
        else:
            store[name] = data
        tree = Tree(store, 260)
        with pytest.raises(TilesError, match=told):
            assert tree.root() != bytes(tree.inclusion(3)[0])


def test_entries_have_at_most_65535_bytes() -> None:
    store = Memory()
    assert tiles.append(store, 0, [b"a" * 65_535, b""]) == merkle.root([merkle.leaf(b"a" * 65_535), merkle.leaf(b"")])
    with pytest.raises(TilesError):
        tiles.append(store, 2, [b"a" * 65_536])
