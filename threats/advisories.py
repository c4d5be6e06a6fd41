"""Records of all feeds joined to vulnerabilities: one for each CVE, with what every record says of it.

Guarantees: a record that names several CVEs counts for each, and lends none of them its other names; a record without a CVE is
joined through its aliases; the gravest score counts; KEV and EPSS are those of the day asked for: the newest catalogue and the
newest scores that are not after it.
It matches nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rulewright.facts.statements import Advisory
from rulewright.threats import scores
from rulewright.threats.model import Fault, Record
from rulewright.threats.store import Index

Ref = tuple[int, int]
"""A record: number of its index, number within it."""
_HOPS = 3
Known = tuple[Mapping[str, int | None] | None, tuple[int, int] | None]
"""KEV's rows, and score and percentile of EPSS."""


def names_of(record: Record) -> tuple[str, ...]:
    """The names by which a record knows its vulnerability; an advisory of CSAF is no name of it."""
    return record.aliases if record.kind == "csaf" and record.aliases else (record.id, *record.aliases)


def _cves(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name.startswith("CVE-")}))


class Advisories:
    """What the indices know, by record."""

    def __init__(self, indices: Sequence[Index], as_of: int | None) -> None:
        self.indices = indices
        self.kev = _newest(indices, lambda i: i.head.kev_day if i.head.kev else None, as_of) or _oldest_kev(indices)
        self.epss = _newest(indices, lambda i: i.head.epss_day if i.head.epss else None, as_of)
        self._as_of = as_of
        self._records: dict[Ref, Record] = {}
        self._named: dict[str, set[Ref]] = {}
        self.unscored: dict[tuple[str, str], Record] = {}

    def of(self, refs: Iterable[Ref]) -> dict[Ref, tuple[Advisory, ...]]:
        """The vulnerabilities that records are about."""
        wanted = sorted(set(refs))
        self._load(wanted)
        ids = self._ids(wanted)
        names = {name for found in ids.values() for name in found}
        self._load_names(names)
        made = self._made(*self._contributors(names))
        return {ref: tuple(made[name] for name in found) for ref, found in ids.items()}

    def record(self, ref: Ref) -> Record:
        """A record that has been asked for."""
        return self._records[ref]

    # --- records -------------------------------------------------------------------------------------------------------

    def _load(self, refs: Iterable[Ref]) -> None:
        missing: dict[int, list[int]] = defaultdict(list)
        for index, number in refs:
            if (index, number) not in self._records:
                missing[index].append(number)
        for index, numbers in missing.items():
            for number, record in self.indices[index].records(numbers):
                self._records[index, number] = record

    def _load_names(self, names: set[str]) -> None:
        """All records that know a vulnerability by one of these names."""
        new = sorted(names - self._named.keys())
        for name in new:
            self._named[name] = set()
        found: list[Ref] = []
        for number, index in enumerate(self.indices):
            for name, record in index.named(new):
                self._named[name].add((number, record))
                found.append((number, record))
        self._load(found)

    # --- names ---------------------------------------------------------------------------------------------------------

    def _ids(self, refs: Sequence[Ref]) -> dict[Ref, tuple[str, ...]]:
        """The one name of each vulnerability that a record is about: its CVE, else the first of all names."""
        found: dict[Ref, tuple[str, ...]] = {}
        open_: list[Ref] = []
        for ref in refs:
            cves = _cves(names_of(self._records[ref]))
            if cves:
                found[ref] = cves
            else:
                open_.append(ref)
        front = {name for ref in open_ for name in names_of(self._records[ref])}
        for _ in range(_HOPS if front else 0):
            self._load_names(front)
            front = {
                n for name in front for r in self._named[name] for n in names_of(self._records[r])
            } - self._named.keys()
            front = {name for name in front if not name.startswith("CVE-")}
        for ref in open_:
            found[ref] = self._resolved(ref)
        return found

    def _resolved(self, ref: Ref) -> tuple[str, ...]:
        """The CVEs behind a record's aliases, else the least of all the names."""
        seen = set(names_of(self._records[ref]))
        front = set(seen)
        for _ in range(_HOPS):
            front = {
                name
                for known in front
                for other in self._named.get(known, ())
                if not self._records[other].withdrawn
                for name in names_of(self._records[other])
            } - seen
            seen |= front
            cves = _cves(front)
            if cves:
                return cves
        return (min(seen),)

    def _contributors(self, ids: set[str]) -> tuple[dict[str, set[Ref]], dict[str, set[str]]]:
        """The records that tell of each vulnerability, and its other names.

        A name that would fit two vulnerabilities is none of either's; a record without a CVE tells of the one behind its
        aliases.
        """
        told = {name: set(self._named.get(name, ())) for name in ids}
        direct = {name: self._others(name, refs) for name, refs in told.items()}
        self._load_names({other for others in direct.values() for other in others})
        for name, others in direct.items():
            if name.startswith("CVE-"):
                more = {ref for other in others for ref in self._named[other]}
                told[name] |= {
                    ref for ref in more if not _cves(names_of(self._records[ref])) and not self._records[ref].withdrawn
                }
        found = {name: self._others(name, refs) for name, refs in told.items()}
        owners = Counter(other for others in found.values() for other in others)
        return told, {name: {other for other in others if owners[other] == 1} for name, others in found.items()}

    def _others(self, name: str, refs: Iterable[Ref]) -> set[str]:
        """The other names that records give a vulnerability; one that is about several CVEs gives none."""
        records = [self._records[ref] for ref in refs]
        single = [r for r in records if not r.withdrawn and len(_cves(names_of(r))) < 2]
        return {
            other for record in single for other in names_of(record) if other != name and not other.startswith("CVE-")
        }

    # --- advisories ----------------------------------------------------------------------------------------------------

    def _made(self, told: Mapping[str, set[Ref]], alias: Mapping[str, set[str]]) -> dict[str, Advisory]:
        ids = sorted(told)
        listed = self._exploited(ids)
        likely = (
            {cve: (score, percentile) for cve, score, percentile in self.epss.probabilities(ids)} if self.epss else {}
        )
        return {name: self._advisory(name, sorted(told[name]), alias[name], (listed, likely.get(name))) for name in ids}

    def _exploited(self, ids: Sequence[str]) -> dict[str, int | None] | None:
        """KEV's rows that are in force on the day; `None` without a catalogue."""
        if self.kev is None:
            return None
        found = dict(self.kev.exploited(ids))
        return {cve: day for cve, day in found.items() if day is None or self._as_of is None or day <= self._as_of}

    def _advisory(self, name: str, refs: Sequence[Ref], aliases: set[str], known: Known) -> Advisory:
        listed, likely = known
        records = [r for r in map(self._records.__getitem__, refs) if not r.withdrawn] or [
            self._records[r] for r in refs
        ]
        own = [r for r in records if len(_cves(names_of(r))) < 2] or records
        best = max((score for r in own for score in self._scores(r)), default=None)
        stated = max((r.score for r in own if r.score is not None), default=None)
        words = [r.severity for r in own if r.severity]
        severity = (
            best.severity if best else scores.severity_of(stated) if stated is not None else next(iter(words), "")
        )
        head = self.epss.head if self.epss and likely else None
        return Advisory(
            name, tuple(sorted(aliases)), severity, best.score if best else stated, best.vector if best else "",
            tuple(sorted({cwe for r in own for cwe in r.cwes})),
            min((r.published for r in own if r.published is not None), default=None),
            max((r.updated for r in own if r.updated is not None), default=None),
            exploited=name in listed if listed is not None else None,
            exploited_since=listed.get(name) if listed is not None else None,
            automatable=_any(r.automatable for r in own),
            impact=max((r.impact for r in own), default=""),  # "" < "partial" < "total"
            epss=likely[0] if likely else None, epss_percentile=likely[1] if likely else None,
            epss_date=head.epss_day if head else None, epss_model=head.epss_model if head else "",
            summary=next((r.summary for r in own if r.summary), ""),
        )  # fmt: skip

    def _scores(self, record: Record) -> list[scores.Score]:
        """The scores of a record's vectors; what is none is remembered."""
        found = [(vector, scores.score(vector)) for vector in record.vectors]
        for vector, score in found:
            if score is None:
                self.unscored[record.id, vector] = record
        return [score for _, score in found if score is not None]

    def faults(self) -> Iterator[tuple[int, Fault]]:
        """What is wrong with the severities of the vulnerabilities asked for, with the number of the index."""
        if self.unscored and not scores.available():
            number = min(self._place(record) for record in self.unscored.values())
            yield number, Fault("RW1406", "severities are those that feeds state in words: `cvss` is not installed", "")
            return
        for (_, vector), record in sorted(self.unscored.items(), key=lambda item: item[0]):
            yield self._place(record), Fault("RW1410", f"`{vector[:80]}` is no CVSS vector", record.place, severe=False)

    def _place(self, record: Record) -> int:
        return min((index for (index, _), known in self._records.items() if known is record), default=0)


def _newest(indices: Sequence[Index], day: Callable[[Index], int | None], as_of: int | None) -> Index | None:
    """The index of the latest day that is not after the one asked for."""
    dated = [(when, -n, index) for n, index in enumerate(indices) if (when := day(index)) is not None]
    fit = [(when, n, index) for when, n, index in dated if as_of is None or when <= as_of]
    return max(fit, key=lambda item: item[:2])[2] if fit else None


def _oldest_kev(indices: Sequence[Index]) -> Index | None:
    """Of catalogues that are all later than the day asked for, the first: its rows have days of their own."""
    found = [(i.head.kev_day, n, i) for n, i in enumerate(indices) if i.head.kev and i.head.kev_day is not None]
    return min(found, key=lambda item: item[:2])[2] if found else None


def _any(said: Iterable[bool | None]) -> bool | None:
    """Yes where anybody says so, no where all that speak say no, else nothing."""
    known = [word for word in said if word is not None]
    return any(known) if known else None
