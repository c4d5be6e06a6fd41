"""Components and advisories: which of them concern one another, how surely, and what speaks against it.

Guarantees: every advisory that may concern a component is a match, with its quality; where versions cannot be compared or the
release of a distribution is not known that is `name_only`, never silence.  Where the packager's own advisory, changelog or patch
says that a vulnerability known of the upstream version is fixed, the match carries that as `backport`.  Time is linear in
components and in the claims under their keys.
It reads no feed (`store`) and no document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from rulewright.facts.identity import cpe
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Advisory, Match, Matched
from rulewright.facts.table import Source
from rulewright.threats.advisories import Advisories, Ref
from rulewright.threats.ranges import EXACT, NAME_ONLY, NO, Judge, better
from rulewright.threats.store import Index
from rulewright.threats.subjects import Ask, Subject, subjects

Hit = tuple[Ref, Judge]
"""A claim under a key: its record, and the claim ready to be asked."""


class _Found(msgspec.Struct):
    """What one record's claims say of one component."""

    quality: str = NO
    by: str = ""
    own: bool = False
    fixed: dict[str, None] = {}
    pointer: str = ""
    denied: list[str] = []
    """Versions of which claims of the component's own distribution say that they are not affected."""
    elsewhere: bool = False
    """The version that is not affected may be one of another release: which one the component is of is not known."""
    unsettled: bool = False
    """A claim of one release says yes, and which release it is is not known."""


class Matcher:
    """The feeds of a run, ready to be asked about products."""

    def __init__(self, indices: Sequence[Index], as_of: int | None) -> None:
        self.indices = indices
        self.advisories = Advisories(indices, as_of)
        self.covers = frozenset(what for index in indices for what in index.covers)
        self.sources = tuple(
            Source(i.unit.name, i.opened.sha256, "document", observed=i.head.epss_day or i.head.kev_day)
            for i in indices
        )
        self._hits: dict[str, list[Hit]] = {}
        self._judges: dict[Ref, Judge] = {}

    def matched(self, facts: ProductFacts) -> Matched:
        """Ask about every component of a product."""
        asked = subjects(facts, self.covers)
        self._load({ask.key for subject in asked for ask in subject.asks})
        found = [(subject, answers) for subject in asked if (answers := self._of(subject))]
        known = self.advisories.of(
            ref for _, answers in found for ref, each in answers.items() if each.quality or each.denied
        )
        matches: list[Match] = []
        for subject, answers in found:
            matches += self._matches(subject, answers, known)
        reasons = {subject.row: subject.reason for subject in asked if subject.reason}
        return Matched(tuple(matches), reasons, self.sources, _because(len(asked), len(reasons), len(self.indices)))

    def _load(self, keys: set[str]) -> None:
        """Read the claims under keys that were not asked for before."""
        new = sorted(keys - self._hits.keys())
        for key in new:
            self._hits[key] = []
        for number, index in enumerate(self.indices):
            rows = list(index.claims(new))
            wanted = sorted({claim for _, claim, _ in rows if (number, claim) not in self._judges})
            for claim, body in index.bodies(wanted):
                self._judges[number, claim] = Judge(body)
            for key, claim, record in rows:
                self._hits[key].append(((number, record), self._judges[number, claim]))

    # --- one component -------------------------------------------------------------------------------------------------

    def _of(self, subject: Subject) -> dict[Ref, _Found]:
        """What the records say of a component."""
        found: dict[Ref, _Found] = {}
        for ask in subject.asks:
            hits = self._hits[ask.key]
            for ref, judge in hits:
                claim = judge.claim
                if claim.release and ask.release and claim.release != ask.release:
                    continue
                if claim.rest and ask.rest and _apart(claim.rest, ask.rest):
                    continue
                entry = found.get(ref)
                if entry is None:
                    entry = found[ref] = _Found(fixed={}, denied=[])
                self._weigh(entry, ask, judge)
        for entry in found.values() if found else ():
            if entry.unsettled and entry.quality != EXACT and entry.denied:
                entry.quality, entry.denied = NAME_ONLY, []
        return found

    @staticmethod
    def _weigh(entry: _Found, ask: Ask, judge: Judge) -> None:
        claim = judge.claim
        quality = "hash" if ask.by == "hash" else judge.decide(ask.version)
        if quality == NO:
            if ask.own and ask.by == "purl":
                entry.denied.append(judge.reached(ask.version))
                entry.elsewhere = entry.elsewhere or bool(claim.release and not ask.release)
            return
        if ask.loose:
            quality = NAME_ONLY
        if claim.release and not ask.release:
            entry.unsettled = True
        if quality == "hash" or better(entry.quality, quality) != entry.quality:
            entry.quality, entry.by, entry.pointer = quality, ask.by, claim.pointer
        entry.own = entry.own or (ask.own and ask.by == "purl")
        entry.fixed.update(dict.fromkeys(judge.fixes(ask.version)))

    # --- matches -------------------------------------------------------------------------------------------------------

    def _matches(
        self, subject: Subject, answers: dict[Ref, _Found], known: dict[Ref, tuple[Advisory, ...]]
    ) -> Iterable[Match]:
        """The matches of a component, in the order of feeds and records."""
        denials = self._denials(subject, answers, known)
        for ref in sorted(answers):
            entry = answers[ref]
            if not entry.quality:
                continue
            for advisory in known[ref]:
                evidence = _stated(subject, advisory) or ("" if entry.own else denials.get(advisory.id, ""))
                yield Match(
                    subject.row,
                    advisory,
                    entry.quality,
                    entry.by,
                    tuple(entry.fixed),
                    evidence,
                    self.sources[ref[0]],
                    entry.pointer,
                )

    def _denials(
        self, subject: Subject, answers: dict[Ref, _Found], known: dict[Ref, tuple[Advisory, ...]]
    ) -> dict[str, str]:
        """By vulnerability: what the distribution's own advisories say against it."""
        found: dict[str, str] = {}
        if not subject.distributed:
            return found
        confirmed = {a.id for ref, e in answers.items() if e.quality and e.own for a in known[ref]}
        for ref in sorted(answers):
            entry = answers[ref]
            if entry.quality or not entry.denied or entry.elsewhere:
                continue
            name = self.advisories.record(ref).id
            fixed = next(filter(None, entry.denied), "")
            for advisory in known[ref]:
                if advisory.id not in confirmed:
                    text = (
                        f"{name} says that it is fixed in {fixed}"
                        if fixed
                        else f"{name} says that this version is not affected"
                    )
                    found.setdefault(advisory.id, text)
        return found


def _stated(subject: Subject, advisory: Advisory) -> str:
    """Evidence on the component itself that the vulnerability is fixed in it."""
    if not subject.fixes:
        return ""
    for name in (advisory.id, *advisory.aliases):
        if name in subject.fixes:
            return f"{name}: {subject.fixes[name]}"
    return ""


def _apart(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two CPEs are of different editions or targets."""
    open_ = {cpe.ANY, cpe.NA}
    return any(a != b and a not in open_ and b not in open_ for a, b in zip(one, other, strict=True))


def _because(components: int, unmatchable: int, feeds: int) -> str:
    asked = components - unmatchable
    return f"{asked:,} of {components:,} components could be looked up in {feeds:,} feeds"
