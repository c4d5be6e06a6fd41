"""What a record of a feed comes down to, whichever format it has.

Guarantees: plain values that an index can hold.  Reading formats (`feeds`) and judging versions (`ranges`) are elsewhere.
"""

from __future__ import annotations

import msgspec


class Rule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is said of one interval of versions.

    `status` is `affected`, `unaffected` or `unknown`.  An empty `low` is the first version, an empty `high` no end; `low`
    belongs to the interval unless `low_open`, `high` only with `high_closed`.  `low == high` is a single version.
    """

    status: str
    low: str = ""
    high: str = ""
    low_open: bool = False
    high_closed: bool = False
    fixed: str = ""
    """The first version after the interval in which it is fixed, where the record says so."""

    @property
    def single(self) -> bool:
        """Whether the interval is one version."""
        return self.high_closed and bool(self.low) and self.low == self.high


class Claim(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a record says of one package, product or file.

    `keys` are the look-up keys (see `keys`); `scheme` orders the versions, empty where they have no order; `listed` are
    affected versions one by one; `default` is the status of versions of which nothing is said.  `release` limits it to
    one release of a distribution.  `rest` are the CPE attributes from the edition on where the claim is limited by them.  `vague`
    says why versions cannot be decided, empty where they can.  `pointer` is the place within the record.
    """

    keys: tuple[str, ...]
    scheme: str
    rules: tuple[Rule, ...] = ()
    listed: tuple[str, ...] = ()
    default: str = "unaffected"
    release: str = ""
    rest: tuple[str, ...] = ()
    vague: str = ""
    fixed: tuple[str, ...] = ()
    pointer: str = ""


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One record without its claims.

    `published` and `updated` are UTC day numbers, `score` millionths as stated, `vectors` CVSS vectors as stated.
    `withdrawn` records are kept so that a later answer can say so, but match nothing.  `place` is where it stands in its feed.
    """

    id: str
    kind: str
    aliases: tuple[str, ...] = ()
    withdrawn: bool = False
    published: int | None = None
    updated: int | None = None
    changed: str = ""
    """Time of the last change as written: of two records with one id the later counts."""
    severity: str = ""
    score: int | None = None
    vectors: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    summary: str = ""
    place: str = ""
    automatable: bool | None = None
    impact: str = ""
    """Decision points of SSVC, where the record has them: automatable, technical impact (`partial`, `total`)."""


class Exploited(msgspec.Struct, frozen=True):
    """A row of KEV: the CVE and the day on which it was listed."""

    cve: str
    day: int | None


class Probability(msgspec.Struct, frozen=True):
    """A row of EPSS, in millionths."""

    cve: str
    score: int
    percentile: int


class Fault(msgspec.Struct, frozen=True):
    """A finding about a feed: `place` is the line or the member, with a JSON pointer where there is one."""

    code: str
    message: str
    place: str
    severe: bool = True
    hint: str = ""
