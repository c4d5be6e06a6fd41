"""What others say of vulnerabilities in a product's components: statements (VEX) and matches against feeds.

Guarantees: both name what they speak of by identifiers and where they come from, whichever format they came in.
It does not read formats (`sbom`), match feeds (`threats`) or make tables (`facts.vulnerable`).
"""

from __future__ import annotations

import msgspec

from rulewright.facts.table import Source


class Identifier(msgspec.Struct, frozen=True, order=True):
    """A name of a product or component.

    `kind` is `purl`, `cpe`, `hash` (value `SHA-256:hex`, algorithm as the vocabulary writes it), `ref` (a BOM-Link or
    other reference into a document) or `name` (name, or name@version; never enough to match alone).
    `range` restricts a package URL to versions (VERS, `vers:npm/<2.0`).
    """

    kind: str
    value: str
    range: str = ""


class Statement(msgspec.Struct, frozen=True):
    """One author's word on one vulnerability in one product, or in one component of it (VEX).

    `product` are names of one product, any of which suffices; `component` names a part of it, empty for the product
    itself.  `status` is one of `affected`, `not_affected`, `fixed`, `under_investigation`; `native` the format's own word.
    `time` is microseconds since 1970 UTC of this statement, `None` where the author gives none.  `author` is the
    author's identity: later supersedes earlier only from the same author.
    """

    vulnerability: str
    status: str
    product: tuple[Identifier, ...]
    component: tuple[Identifier, ...] = ()
    aliases: tuple[str, ...] = ()
    native: str = ""
    justification: str = ""
    response: tuple[str, ...] = ()
    detail: str = ""
    author: str = ""
    time: int | None = None
    severity: str = ""
    score: int | None = None
    """Highest CVSS base score that the author states, in millionths."""
    cwes: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    """Versions in which it is fixed, as the author states them."""
    source: Source | None = None
    pointer: str = ""
    by_day: bool = False
    """`time` is the beginning of the day on which the statement was made: when on it, is not known."""


class Advisory(msgspec.Struct, frozen=True):
    """What feeds know of one vulnerability.  Days are UTC day numbers, decimals are in millionths.

    `exploited` is true where KEV lists it, false where a KEV catalogue was at hand and does not, `None` without one.
    """

    id: str
    aliases: tuple[str, ...] = ()
    severity: str = ""
    score: int | None = None
    vector: str = ""
    cwes: tuple[str, ...] = ()
    published: int | None = None
    updated: int | None = None
    exploited: bool | None = None
    exploited_since: int | None = None
    automatable: bool | None = None
    impact: str = ""
    """Technical impact by SSVC: `partial` or `total`."""
    epss: int | None = None
    epss_percentile: int | None = None
    epss_date: int | None = None
    epss_model: str = ""
    summary: str = ""


class Match(msgspec.Struct, frozen=True):
    """A component (row of the product's component table) to which an advisory applies.

    `quality` is `exact` (this very version is listed), `range` (it lies in a stated range), `hash` (the same bytes) or
    `name_only` (the name fits, the version cannot be decided); `by` is `purl`, `cpe` or `hash`.  `backport` is the
    evidence that the vendor fixed it in this version, empty without any.
    """

    component: int
    advisory: Advisory
    quality: str
    by: str
    fixed: tuple[str, ...] = ()
    backport: str = ""
    source: Source | None = None
    pointer: str = ""


class Matched(msgspec.Struct, frozen=True):
    """What asking the feeds about a product gave.

    `unmatchable` are the component rows about which no feed could be asked, each with the reason; `feeds` are the
    feeds asked; `because` says in words what the answer rests on.
    """

    matches: tuple[Match, ...]
    unmatchable: dict[int, str]
    feeds: tuple[Source, ...]
    because: str = ""
