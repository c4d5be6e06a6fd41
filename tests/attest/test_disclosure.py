"""Disclosures: what is shown leads to the root, what is left out is not told, and completeness is never claimed for nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.attest import disclose, model
from rulewright.attest.canonical import canonical, dump
from rulewright.attest.disclosure import Tree, detail, ordered, requirements, salt
from rulewright.attest.encoding import from_base64url
from rulewright.attest.model import RootStatement, Row, Status
from rulewright.attest.rows import tallies
from tests.attest import good

SEED = bytes(range(32))
PRODUCT = "pkg:generic/camera@1.0"
DIGEST = "ab" * 32
BLOCKING = frozenset({"fail", "unknown", "error"})


def row(requirement: str, status: Status = "pass", product: str = PRODUCT) -> Row:
    waived = status == "waived"
    told = result(requirement, status, product)
    return Row(
        product=product,
        requirement=requirement,
        level="shall",
        severity="critical",
        status=status,
        of="fail" if waived else None,
        waiver=model.Waiver(id="W-2026-1", approved_by="licences@acme.example", until="2026-12-31") if waived else None,
        blocks=status in BLOCKING,
        basis="re-derivable",
        detail=detail(salt(SEED, "detail", requirement, product), told),
    )


def result(requirement: str, status: Status = "pass", product: str = PRODUCT) -> dict[str, object]:
    """The whole result of a row."""
    waived = status == "waived"
    return {
        "product": product,
        "requirement": requirement,
        "level": "shall",
        "severity": "critical",
        "verdict": "fail" if waived else status,
        "waived": {"id": "W-2026-1", "approved_by": "licences@acme.example", "until": "2026-12-31"} if waived else None,
        "blocks": status in BLOCKING,
        "reason": [{"verdict": "fail" if waived else status}],
        "conflicts": [],
        "note": "because",
    }


@dataclass(frozen=True)
class Case:
    """A tree, and a root that commits to it."""

    tree: Tree
    root: RootStatement

    def make(self, shown: tuple[int, ...], named: tuple[int, ...] = (), **more: Any) -> bytes:
        return disclose.make(self.tree, DIGEST, shown, named, **more)

    def check(self, data: bytes) -> tuple[model.Shown, ...] | str:
        return disclose.check(data, DIGEST, self.root)

    def complete(self, data: bytes) -> tuple[str, ...]:
        shown = self.check(data)
        assert not isinstance(shown, str), shown
        return disclose.complete(shown, self.root)


@cache
def statement() -> RootStatement:
    from rulewright.attest import container, dsse, limits

    payload = dsse.decode(container.decode(good.bundle())["root.dsse.json"]).payload
    return model.decode(payload, RootStatement, limits.PAYLOAD)


def case(*rows: Row, sort: bool = True) -> Case:
    listed = ordered(rows) if sort else list(rows)
    tree = Tree(SEED, listed)
    results = model.Results(commitment="00" * 32, tree=tree.root, leaves=len(rows), requirements=requirements(listed))
    root = statement()
    predicate = msgspec.structs.replace(root.predicate, results=results, verdicts=tallies(listed))
    return Case(tree, msgspec.structs.replace(root, predicate=predicate))


@pytest.fixture
def five() -> Case:
    """Three standards; the one in the middle has a pass, two fails and a waived row."""
    return case(
        row("a.first:1"), row("b.mid:1"), row("b.mid:2", "fail"), row("b.mid:3", "waived"), row("b.mid:4", "fail"),
        row("c.last:1", "unknown"),
    )  # fmt: skip


def test_a_row_is_shown_and_nothing_of_the_others(five: Case) -> None:
    data = five.make((2,))
    shown = five.check(data)
    assert not isinstance(shown, str)
    assert [item.row for item in shown] == [five.tree.rows[2]]
    for other in five.tree.rows:
        assert (other.requirement.encode() in data) == (other.requirement == "b.mid:2")
    for index, other in enumerate(five.tree.rows):
        if index != 2:
            salted = salt(SEED, "row", other.requirement, other.product)
            assert salted not in from_base64url(shown[0].path)
    assert SEED.hex().encode() not in data


def test_a_row_may_be_shown_with_its_whole_result(five: Case) -> None:
    told = result("b.mid:2", "fail")
    data = five.make((2, 3), details={("b.mid:2", PRODUCT): told})
    shown = five.check(data)
    assert not isinstance(shown, str), shown
    assert [item.detail for item in shown] == [told, None]


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": "pass", "blocks": False}, {"product": "z"}, {"requirement": "b.mid:1"}, {"level": "should"},
        {"severity": "low"}, {"blocks": False}, {"waived": {"id": "w", "approved_by": "x", "until": "2027-01-01"}},
        {"reason": "because"}, {"verdict": "passed"},
    ],
)  # fmt: skip
def test_a_row_that_its_result_contradicts_is_refused(changes: dict[str, Any]) -> None:
    """The signer commits to a row and to a result that says something else."""
    told = {**result("b:1", "fail"), **changes}
    own = msgspec.structs.replace(row("b:1", "fail"), detail=detail(salt(SEED, "detail", "b:1", PRODUCT), told))
    made = case(row("a:1"), own)
    assert not isinstance(made.check(made.make((1,))), str)
    assert isinstance(made.check(made.make((1,), details={("b:1", PRODUCT): told})), str)


@pytest.mark.parametrize(
    "counts",
    [{"fail": 1, "passed": 2, "blocking": 1}, {"blocking": 1}, {"waived": 0, "passed": 2}, {"standard": "b.other"}],
)
def test_more_than_the_root_tallies_is_refused(five: Case, counts: dict[str, Any]) -> None:
    """Rows lead to the tree, and the root counts others."""
    predicate = five.root.predicate
    tallied = tuple(
        msgspec.structs.replace(tally, **counts) if tally.standard == "b.mid" else tally for tally in predicate.verdicts
    )
    said = msgspec.structs.replace(predicate, verdicts=tallied)
    data = five.make((1, 2, 3, 4))
    assert not isinstance(five.check(data), str)
    assert isinstance(disclose.check(data, DIGEST, msgspec.structs.replace(five.root, predicate=said)), str)


def test_a_row_whose_waiver_ends_before_the_attestation_is_refused() -> None:
    short = msgspec.structs.replace(
        row("a:1", "waived"), waiver=model.Waiver(id="w", approved_by="x", until="2026-12-30")
    )
    made = case(short)
    assert isinstance(made.check(made.make((0,))), str)


def changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    """A disclosure with one thing changed, in canonical form again."""
    plain: Any = canonical(data)
    change(plain)
    return dump(plain)


CHANGES: dict[str, Callable[[Any], object]] = {
    "another root": lambda d: d.update(root="cd" * 32),
    "another number of rows": lambda d: d.update(leaves=7),
    "another format": lambda d: d.update(format="rulewright-disclosure/2"),
    "a further member": lambda d: d.update(more=1),
    "another place": lambda d: d["shown"][0].update(index=1),
    "a place outside": lambda d: d["shown"][0].update(index=6),
    "a place before": lambda d: d["shown"][0].update(index=-1),
    "a fail as pass": lambda d: d["shown"][0]["row"].update(status="pass"),
    "does not block": lambda d: d["shown"][0]["row"].update(blocks=False),
    "another requirement": lambda d: d["shown"][0]["row"].update(requirement="b.mid:1"),
    "another salt": lambda d: d["shown"][0].update(salt="A" * 22),
    "no salt": lambda d: d["shown"][0].pop("salt"),
    "no row": lambda d: d["shown"][0].pop("row"),
    "row and leaf": lambda d: d["shown"][0].update(leaf=["b.mid:2", PRODUCT, "A" * 43]),
    "salt with padding": lambda d: d["shown"][0].update(salt=d["shown"][0]["salt"] + "=="),
    "a path with a hash less": lambda d: d["shown"][0].update(path=d["shown"][0]["path"][43:]),
    "no path": lambda d: d["shown"][0].update(path=""),
    "half a hash": lambda d: d["shown"][0].update(path=d["shown"][0]["path"][:-22]),
    "the row twice": lambda d: d["shown"].append(d["shown"][0]),
    "another result": lambda d: d["shown"][0]["detail"].update(note="none"),
    "another salt of the result": lambda d: d["shown"][0].update(detail_salt="A" * 22),
    "no salt of the result": lambda d: d["shown"][0].pop("detail_salt"),
    "a salt without its result": lambda d: d["shown"][0].pop("detail"),
    "absence of what is shown": lambda d: d.update(absent=["b.mid:2", PRODUCT]),
    "absence without neighbours": lambda d: d.update(absent=["b.mid:9", PRODUCT]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_disclosure_does_not_hold(five: Case, name: str) -> None:
    data = five.make((2,), details={("b.mid:2", PRODUCT): result("b.mid:2", "fail")})
    assert not isinstance(five.check(data), str)
    assert isinstance(five.check(changed(data, CHANGES[name])), str)


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    made = case(row("a:1"), row("b:1", "fail"), row("c:1"))
    whole = bytearray(made.make((1,), (0,)))
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    whole[place] ^= 1 << bit
    assert isinstance(made.check(bytes(whole)), str)


def test_a_disclosure_of_another_attestation_does_not_hold(five: Case) -> None:
    data = five.make((2,))
    assert isinstance(disclose.check(data, "cd" * 32, five.root), str)
    other = case(*(row(f"z:{n}") for n in range(6)))
    assert isinstance(other.check(data), str)


# --- absence


@pytest.mark.parametrize(
    ("absent", "places"),
    [("a", (0,)), ("b.mid:10", (1, 2)), ("b.mid:9", (4, 5)), ("c.last:2", (5,)), ("\U0001f602", (5,))],
)
def test_neighbours_or_an_end_prove_absence(five: Case, absent: str, places: tuple[int, ...]) -> None:
    pair = (absent, PRODUCT)
    assert disclose.around(five.tree.rows, pair) == places
    data = five.make((), places, absent=pair)
    assert not isinstance(five.check(data), str)
    assert disclose.absent(data) == pair
    for place in places:
        assert b'"status"' not in data
        if len(places) > 1:
            fewer = five.make((), tuple(set(places) - {place}), absent=pair)
            assert isinstance(five.check(fewer), str)


def test_what_is_there_cannot_be_shown_absent(five: Case) -> None:
    with pytest.raises(disclose.PresentError):
        disclose.around(five.tree.rows, ("b.mid:2", PRODUCT))
    for named in ((0, 1, 2, 3, 4, 5), (1, 3), (0, 5)):
        assert isinstance(five.check(five.make((), named, absent=("b.mid:2", PRODUCT))), str)


def test_neighbours_that_are_none_prove_nothing(five: Case) -> None:
    assert isinstance(five.check(five.make((), (1, 5), absent=("b.mid:9", PRODUCT))), str)


def test_a_product_may_lack_what_another_has() -> None:
    two = case(row("a:1"), row("a:1", product="z"), row("a:2"))
    pair = ("a:2", "z")
    assert not isinstance(two.check(two.make((), disclose.around(two.tree.rows, pair), absent=pair)), str)


def test_a_tree_that_is_not_sorted_is_noticed_where_it_shows() -> None:
    unsorted = case(row("b:1"), row("a:1"), row("c:1"), sort=False)
    assert isinstance(unsorted.check(unsorted.make((0, 1))), str)


# --- completeness


def test_a_selection_claims_nothing(five: Case) -> None:
    assert five.complete(five.make((2,))) == ()
    assert five.complete(five.make((), (1, 2, 3, 4))) == ()


def test_all_rows_of_a_standard_are_proven_twice(five: Case) -> None:
    rows = (1, 2, 3, 4)
    assert disclose.beside(five.tree.rows, rows) == (0, 5)
    assert five.complete(five.make(rows, (0, 5))) == (
        "all 4 rows of b.mid, by the tally of the root and by their neighbours in the tree",
    )
    assert five.complete(five.make(rows)) == ("all 4 rows of b.mid, by the tally of the root",)
    assert five.complete(five.make(rows, (0,))) == ("all 4 rows of b.mid, by the tally of the root",)


def test_one_row_less_is_no_longer_all(five: Case) -> None:
    assert five.complete(five.make((1, 2, 3), (0, 4, 5))) == (
        "the only row of b.mid that is pass, by the tally of the root",
        "the only row of b.mid that is waived, by the tally of the root",
    )


def test_all_of_a_status_are_proven_by_the_tally(five: Case) -> None:
    assert five.complete(five.make((2, 4))) == ("all 2 rows of b.mid that are fail, by the tally of the root",)
    assert five.complete(five.make((2,))) == ()
    assert five.complete(five.make((0,))) == ("the only row of a.first, by the tally of the root",)
    assert five.complete(five.make((5,), (4,))) == (
        "the only row of c.last, by the tally of the root and by their neighbours in the tree",
    )


@given(st.data())
def test_what_is_said_to_be_all_is_all(data: st.DataObject) -> None:
    """Whatever is shown of whatever tree: a claim to show all of something holds, and nothing shown is refused."""
    statuses = st.sampled_from(model.STATUSES)
    rows = [row(f"{s}:{n}", data.draw(statuses)) for s in "ab" for n in range(data.draw(st.integers(0, 3)))]
    rows.append(row("c:1", data.draw(statuses)))
    made = case(*rows)
    places = st.sets(st.integers(0, len(rows) - 1))
    shown, named = data.draw(places), data.draw(places)
    told = made.complete(made.make(tuple(shown), tuple(named)))
    seen = {made.tree.rows[place].requirement for place in shown}
    for line in told:
        found = re.fullmatch(r".* of (\w)(?: that (?:is|are) (\w+))?, by .*", line)
        assert found is not None
        wanted = {r.requirement for r in rows if r.requirement[0] == found[1] and found[2] in {None, r.status}}
        assert wanted
        assert wanted <= seen


# --- size


def identifiers(root: Path) -> list[str]:
    """The requirements of the shipped standards."""
    found = set()
    for path in (root / "standards").rglob("*.rw"):
        text = path.read_text(encoding="utf-8")
        named = re.search(r"^standard ([\w.]+)", text, re.MULTILINE)
        if named is not None:
            own = re.findall(r'^ *requirement "?([\w.-]+)', text, re.MULTILINE)
            found |= {f"{named[1]}:{requirement}" for requirement in own}
    return sorted(found)


@pytest.mark.parametrize("status", ["fail", "waived"])
def test_one_row_of_a_thousand_is_below_a_thousand_bytes(root: Path, status: str) -> None:
    names = identifiers(root)[:1_000]
    assert len(names) == 1_000
    made = case(*(row(name, cast("Status", status)) for name in names))
    longest = max(range(1_000), key=lambda place: len(names[place]))
    sizes = {len(made.make((place,))) for place in (*range(0, 1_000, 97), longest, 999)}
    assert max(sizes) < 1_000
    assert not isinstance(made.check(made.make((longest,))), str)
