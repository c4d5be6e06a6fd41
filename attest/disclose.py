"""Disclosures: some rows of an attestation for somebody who must not see the others, and what they prove.

Guarantees: `check` takes nothing that does not lead to the tree of the root that the caller has verified, and no row that contradicts
itself, its result or the root's tallies; what `complete` and `absent`
say follows from the proofs and the root alone, never from a claim of the file.  Who signed the root is not asked here.

What the order of the tree proves rests on the root's maker having sorted it.  Whoever has all rows sees whether it is (check 13 of
docs/reference/attestation.md); of what is shown, `check` sees it.  That all rows of a standard, or all with some status, are shown
is proven by the root's own tally, and for whole standards by neighbours, too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

from rulewright.attest import limits, model
from rulewright.attest.canonical import NotAdmissibleError
from rulewright.attest.checking import logic, results
from rulewright.attest.disclosure import Tree, detail, leaf_of, proven, salt
from rulewright.attest.encoding import NotEncodedError, from_base64url, to_base64url
from rulewright.attest.model import Disclosure, ModelError, Root, RootStatement, Row, Shown, Status
from rulewright.attest.rows import standard_of

CODE = "RW4082"
"""Every refusal of `check` has this code."""
Pair = tuple[str, str]
"""Requirement and product."""


class PresentError(ValueError):
    """What should be shown to be absent is there."""


# --- making


def digest(payload: bytes) -> str:
    """The digest by which a disclosure names its root: that of the root's payload."""
    return sha256(payload).hexdigest()


def make(
    tree: Tree,
    root: str,
    shown: Iterable[int],
    named: Iterable[int] = (),
    *,
    absent: Pair | None = None,
    details: Mapping[Pair, dict[str, object]] | None = None,
) -> bytes:
    """A disclosure: rows by index, leaves of which only the name is shown, results by requirement and product.

    `root` is `digest` of the root's payload.  A row that has its result in `details` is shown with it.
    """
    rows = sorted(set(shown))
    items = [_with_detail(tree, index, details or {}) for index in rows]
    items += [tree.named(index) for index in sorted(set(named) - set(rows))]
    items.sort(key=lambda item: item.index)
    made = Disclosure(
        format="rulewright-disclosure/1", root=root, leaves=len(tree.rows), shown=tuple(items), absent=absent
    )
    return model.encode(made)


def _with_detail(tree: Tree, index: int, details: Mapping[Pair, dict[str, object]]) -> Shown:
    item, row = tree.shown(index), tree.rows[index]
    whole = details.get((row.requirement, row.product))
    if whole is None:
        return item
    salted = to_base64url(salt(tree.seed, "detail", row.requirement, row.product))
    return Shown(index=item.index, path=item.path, row=item.row, salt=item.salt, detail=whole, detail_salt=salted)


def around(rows: Sequence[Row], pair: Pair) -> tuple[int, ...]:
    """The neighbours that prove that something is absent: two indices, or one at an end.  Raises `PresentError`."""
    names = [(row.requirement, row.product) for row in rows]
    at = bisect_left(names, pair)
    if at < len(names) and names[at] == pair:
        raise PresentError(f"`{pair[0]}` is there for `{pair[1]}`")
    return tuple(index for index in (at - 1, at) if 0 <= index < len(names))


def beside(rows: Sequence[Row], chosen: Iterable[int]) -> tuple[int, ...]:
    """The neighbours of every run of chosen rows, which show that nothing of the same standard was cut off at its ends."""
    picked = set(chosen)
    near = {index + step for index in picked for step in (-1, 1)} - picked
    return tuple(sorted(index for index in near if 0 <= index < len(rows)))


# --- checking


def check(data: bytes, root_digest: str, root: RootStatement) -> tuple[Shown, ...] | str:
    """What a disclosure shows, by index, or why it does not hold (`CODE`).  `root` must have been verified, with that digest."""
    try:
        found = model.decode(data, Disclosure, limits.DOCUMENT)
    except ModelError as error:
        return f"it is no disclosure: {error}"
    summary = root.predicate.results
    if found.root != root_digest:
        return "it is about another attestation"
    if found.leaves != summary.leaves:
        return "its number of rows is not that of the attestation"
    shown = tuple(sorted(found.shown, key=lambda item: item.index))
    if len({item.index for item in shown}) != len(shown):
        return "one place of the tree is shown twice"
    wrong = next((text for item in shown if (text := _wrong(item, summary)) is not None), None)
    wrong = wrong or _contradicts(shown, root.predicate)
    if wrong is None and list(map(name, shown)) != sorted(set(map(name, shown))):
        wrong = "rows are not in the order of their places"
    if wrong is None and found.absent is not None and not _absent(found.absent, shown, summary.leaves):
        requirement, product = found.absent
        wrong = f"it does not show that `{requirement}` is absent for `{product}`"
    return shown if wrong is None else wrong


def _wrong(item: Shown, summary: model.Results) -> str | None:
    """What is wrong with one leaf."""
    try:
        if not proven(item, summary.leaves, summary.tree):
            return f"the proof of place {item.index} does not lead to the tree"
        if item.detail is None and item.detail_salt is None:
            return None
        if item.row is None or item.detail is None or item.detail_salt is None:
            return f"at place {item.index} a result is without its row or its salt"
        held = detail(from_base64url(item.detail_salt), item.detail) == item.row.detail
    except (NotEncodedError, NotAdmissibleError):
        return f"place {item.index} holds malformed base64"
    return _told(item.row, item.detail) if held else f"the result at place {item.index} is not that of its row"


def _told(row: Row, whole: dict[str, object]) -> str | None:
    """In what a row does not follow from the result that is shown with it."""
    try:
        found = msgspec.convert(whole, results.Told)
    except msgspec.ValidationError as error:
        return f"the result of {row.requirement} does not have its form: {error}"
    if (found.requirement, found.product) != (row.requirement, row.product):
        return f"the result of {row.requirement} is about something else"
    wrong = logic.differs(row, found)
    return f"{row.requirement} of {row.product}: {wrong}" if wrong else None


def _contradicts(shown: Sequence[Shown], root: Root) -> str | None:
    """In what the rows that are shown contradict themselves or the tallies."""
    rows = [item.row for item in shown if item.row is not None]
    for said in logic.alone(rows, root):
        return said.text
    most = {tally.standard: (tallied(tally), tally.blocking) for tally in root.verdicts}
    counts = Counter((standard_of(row.requirement), row.status) for row in rows)
    for (standard, status), count in sorted(counts.items()):
        if standard not in most:
            return f"the attestation does not tally `{standard}`"
        if count > most[standard][0].get(status, 0):
            return f"more rows of `{standard}` are {status} than the attestation tallies"
    blocking = Counter(standard_of(row.requirement) for row in rows if row.blocks)
    for standard, count in sorted(blocking.items()):
        if count > most[standard][1]:
            return f"more rows of `{standard}` block than the attestation tallies"
    return None


def name(item: Shown) -> Pair:
    """Requirement and product of a proven leaf."""
    found = leaf_of(item)
    return (found[0], found[1]) if found is not None else ("", "")


def _absent(pair: Pair, shown: Sequence[Shown], leaves: int) -> bool:
    """Whether two neighbours stand around a place where a pair would be, or an end on its one side."""
    before = {item.index for item in shown if name(item) < pair}
    after = {item.index for item in shown if name(item) > pair}
    if len(before) + len(after) != len(shown):
        return False
    return 0 in after or leaves - 1 in before or any(index + 1 in after for index in before)


def absent(data: bytes) -> Pair | None:
    """What a disclosure that was checked proves to be absent."""
    return model.decode(data, Disclosure, limits.DOCUMENT).absent


def complete(shown: Sequence[Shown], root: RootStatement) -> tuple[str, ...]:
    """What checked rows show all of, one line each, with how that is proven; empty where they are a selection."""
    return tuple(_complete(shown, root))


def _complete(shown: Sequence[Shown], root: RootStatement) -> Iterator[str]:
    places = {item.index: standard_of(name(item)[0]) for item in shown}
    rows: dict[str, list[tuple[int, Status]]] = {}
    for item in shown:
        if item.row is not None:
            rows.setdefault(places[item.index], []).append((item.index, item.row.status))
    for tally in root.predicate.verdicts:
        own = rows.get(tally.standard, [])
        counts, wanted = Counter(status for _, status in own), tallied(tally)
        if own and counts == Counter(wanted):
            how = "by the tally of the root"
            if _bounded([index for index, _ in own], places, root.predicate.results.leaves):
                how += " and by their neighbours in the tree"
            yield f"{_all(len(own))} of {tally.standard}, {how}"
            continue
        for status, count in wanted.items():
            if count and counts[status] == count:
                verb = "is" if count == 1 else "are"
                yield f"{_all(count)} of {tally.standard} that {verb} {status}, by the tally of the root"


def _all(count: int) -> str:
    return "the only row" if count == 1 else f"all {count:,} rows"


def tallied(tally: model.Tally) -> dict[Status, int]:
    """A tally by status, without those of which there are none."""
    counts: dict[Status, int] = {
        "pass": tally.passed,
        "fail": tally.fail,
        "waived": tally.waived,
        "unknown": tally.unknown,
        "error": tally.error,
        "not_applicable": tally.not_applicable,
    }
    return {status: count for status, count in counts.items() if count}


def _bounded(own: Sequence[int], places: Mapping[int, str], leaves: int) -> bool:
    """Whether the rows of a standard follow on each other, and a leaf of another, or an end of the tree, stands at either side."""
    first, last = own[0], own[-1]
    unbroken = last - first + 1 == len(own)
    before = first == 0 or places.get(first - 1, places[first]) != places[first]
    after = last == leaves - 1 or places.get(last + 1, places[first]) != places[first]
    return unbroken and before and after
