"""Two results of a product held against each other: which gaps were closed, opened, are still open and since when.

Guarantees: every requirement whose verdict, waiver or evidence differs is an item, and so is every gap that is still open;
comparing the other way round gives the mirrored kinds; a result compared with itself has no item but its open gaps, and no
changed fact.  Verdicts are taken from the results: nothing is judged here.
What it does not do: read files, or say what a difference is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rulewright.engine.compare_facts import FACTS, changes, elements
from rulewright.engine.comparison import KINDS, Comparison, Count, Item, Kind, Pair, Side, Wanting
from rulewright.engine.result import PolicyInfo, ProductInfo, Report, Result

OPEN = frozenset({"fail", "unknown", "error"})
LEVEL = {"shall": 0, "should": 1, "may": 2}
SEVERITY = {"critical": 0, "high": 1, "medium": 2, "low": 3}
Key = tuple[str, str]


def compare(old: Report, new: Report, history: Sequence[Report] = ()) -> Comparison:
    """Compare; `history` are earlier results, from which the age of what is still open is taken."""
    pairs = paired(old.products, new.products)
    before, after = _by_key(old), _by_key(new)
    ages = _Ages(old, history)
    found = []
    for pair in pairs:
        names = {r for p, r in before if p == pair.old} | {r for p, r in after if p == pair.new}
        for name in sorted(names):
            item = _item(pair, name, before.get((pair.old, name)), after.get((pair.new, name)), (old, new), ages)
            if item is not None:
                found.append(item)
    items = tuple(sorted(found, key=_order))
    opens = sum(item.opens for item in items)
    counts = tuple(Count(kind, sum(item.kind == kind for item in items)) for kind in KINDS)
    return Comparison(
        engine=new.engine,
        old=_side(old),
        new=_side(new),
        pairs=pairs,
        notes=tuple(notes(old, new, pairs)),
        counts=counts,
        opens=opens,
        gate="fail" if opens else "pass",
        items=items,
    )


def paired(old: Sequence[ProductInfo], new: Sequence[ProductInfo]) -> tuple[Pair, ...]:
    """Which product took the place of which: by id, then by a name that is the only one on both sides, then the last two."""
    left = {p.id: p for p in old}
    right = {p.id: p for p in new}
    found = [(left.pop(ident), right.pop(ident)) for ident in sorted(left.keys() & right.keys())]
    for name in sorted({p.name for p in left.values()} & {p.name for p in right.values()}):
        ours = [p for p in left.values() if p.name == name]
        theirs = [p for p in right.values() if p.name == name]
        if len(ours) == len(theirs) == 1:
            found.append((left.pop(ours[0].id), right.pop(theirs[0].id)))
    if len(left) == len(right) == 1:
        found.append((left.popitem()[1], right.popitem()[1]))
    pairs = [Pair(a.id, b.id, b.name) for a, b in found]
    pairs += [Pair(p.id, "", p.name) for p in left.values()] + [Pair("", p.id, p.name) for p in right.values()]
    return tuple(sorted(pairs, key=lambda p: (p.new or p.old, p.old)))


def _by_key(report: Report) -> dict[Key, Result]:
    return {(r.product, r.requirement): r for r in report.results}


def _open(result: Result | None) -> bool:
    return result is not None and result.verdict in OPEN


def kind_of(old: Result | None, new: Result | None) -> Kind | None:
    """What became of a requirement; `None` where nothing that the verdicts tell."""
    if old is None or new is None:
        stands = new or old
        said = stands is not None and stands.verdict != "not_applicable"
        return ("added" if old is None else "removed") if said else None
    if (old.verdict == "not_applicable") != (new.verdict == "not_applicable"):
        return "newly_applicable" if old.verdict == "not_applicable" else "no_longer_applicable"
    if not _open(old) and not _open(new):
        return None
    if _open(old) != _open(new):
        return "opened" if _open(new) else "closed"
    if (old.waived is None) != (new.waived is None):
        return "newly_waived" if old.waived is None else "waiver_ended"
    return "still_open"


def _item(
    pair: Pair, name: str, old: Result | None, new: Result | None, reports: tuple[Report, Report], ages: _Ages
) -> Item | None:
    """The item of one requirement; `None` where there is nothing to tell."""
    told = changes(old, new) if old is not None and new is not None else ()
    lists = elements(old, new) if old is not None and new is not None else None
    kind = kind_of(old, new)
    if kind is None and (old is None or new is None or old.verdict == "not_applicable" or not told):
        return None
    stands = new or old
    assert stands is not None
    standard, _, clause = name.partition(":")
    lasting = kind in {"still_open", "waiver_ended", "newly_waived"}
    since = ages.since(pair.old, name) if lasting else None
    blocks = new is not None and new.blocks
    return Item(
        product=pair.new or pair.old,
        requirement=name,
        standard=standard,
        edition=next((p.edition for p in reports[new is not None].policies if p.id == standard), ""),
        clause=clause or name,
        refs=stands.refs,
        objective=stands.objective,
        level=stands.level,
        severity=stands.severity,
        title=stands.title,
        kind=kind or "changed_evidence",
        old=old.verdict if old else None,
        new=new.verdict if new else None,
        old_waived=old.waived if old else None,
        new_waived=new.waived if new else None,
        blocks=blocks,
        opens=blocks and not (old is not None and old.blocks),
        since=since,
        days=_days(since, reports[1].as_of) if since else None,
        facts=told[:FACTS],
        facts_total=len(told),
        elements=lists,
        wanting=_wanting(new),
        fix=stands.fix,
        why=_why(pair, old, new, reports),
    )


def _wanting(new: Result | None) -> tuple[Wanting, ...]:
    """The facts that would settle what is unknown now."""
    if new is None or new.verdict != "unknown":
        return ()
    found = {m.fact: m for reason in new.reason if reason.verdict == "unknown" for m in reason.missing}
    return tuple(Wanting(m.fact, m.reason, m.detectors) for _, m in sorted(found.items()))


def _why(pair: Pair, old: Result | None, new: Result | None, reports: tuple[Report, Report]) -> str:
    """Why only one of the results holds a requirement, in words; empty where both do."""
    stands = old or new
    if stands is None or (old is not None and new is not None):
        return ""
    there, other = ("new", reports[1]) if new is None else ("old", reports[0])
    if not (pair.new if new is None else pair.old):
        return f"the {there} result has no such product"
    for out in other.excluded:
        if out.requirement == stands.requirement:
            return f"excluded by the policy of the {there} result: {out.because}"
    if stands.requirement.partition(":")[0] not in {p.id for p in other.policies}:
        return f"the {there} result was made without this standard"
    return f"the {there} result does not hold this requirement"


class _Ages:
    """Since when requirements are open, by earlier results."""

    def __init__(self, old: Report, history: Sequence[Report]) -> None:
        self.old = old
        earlier = sorted((r for r in history if r.as_of <= old.as_of), key=lambda r: r.as_of, reverse=True)
        self.earlier = [(r, _by_key(r), {p.new: p.old for p in paired(r.products, old.products)}) for r in earlier]

    def since(self, product: str, requirement: str) -> str:
        """The first day of the unbroken row of results, back from the old one, in which the requirement is a gap."""
        first = self.old.as_of
        for report, results, names in self.earlier:
            if not _open(results.get((names.get(product, ""), requirement))):
                break
            first = report.as_of
        return first[:10]


def _days(since: str, as_of: str) -> int:
    return (date.fromisoformat(as_of[:10]) - date.fromisoformat(since)).days


def _order(item: Item) -> tuple[object, ...]:
    """By product, kind, what blocks anew, level, severity, requirement."""
    grave = (LEVEL.get(item.level, 3), SEVERITY.get(item.severity, 4))
    return (item.product, KINDS.index(item.kind), not item.opens, not item.blocks, *grave, natural(item.requirement))


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sorting key by which `5.2-10` comes after `5.2-9`."""
    parts: list[str] = []
    for character in text:
        if parts and parts[-1][-1:].isdecimal() == character.isdecimal():
            parts[-1] += character
        else:
            parts.append(character)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _side(report: Report) -> Side:
    return Side(
        as_of=report.as_of,
        engine=report.engine,
        fail_on=report.fail_on,
        gate=report.summary.gate,
        blocking=report.summary.blocking,
        open=sum(_open(r) for r in report.results),
        products=report.products,
        policies=tuple(p for p in report.policies if p.kind != "vocabulary"),
    )


def notes(old: Report, new: Report, pairs: Iterable[Pair]) -> list[str]:
    """What makes the two results less comparable than they look, in words."""
    found = []
    if new.as_of < old.as_of:
        found.append(f"the new result is as of {new.as_of[:10]}, before the old one ({old.as_of[:10]})")
    for what, a, b in (("fail-on", old.fail_on, new.fail_on), ("language", old.language, new.language)):
        found += [f"{what} is {b}, was {a}"] if a != b else []
    if old.engine != new.engine:
        found.append(
            f"made by {new.engine.name} {new.engine.version}, before by {old.engine.name} {old.engine.version}"
        )
    before = {p.id: p for p in old.policies}
    after = {p.id: p for p in new.policies}
    for name in sorted(before.keys() | after.keys()):
        found += _policy_note(name, before.get(name), after.get(name))
    for pair in pairs:
        if not pair.old or not pair.new:
            found.append(f"{pair.name or pair.old or pair.new}: only in the {'new' if pair.new else 'old'} result")
    return found


def _policy_note(name: str, old: PolicyInfo | None, new: PolicyInfo | None) -> list[str]:
    """What changed of one policy, standard or vocabulary."""
    if old is None or new is None:
        return [f"{name}: only in the {'old' if new is None else 'new'} result"]
    if old.edition != new.edition:
        return [f"{name}: edition {new.edition}, was {old.edition}"]
    return [f"{name} {new.edition}: its rules differ"] if old.sha256 != new.sha256 else []
