"""What a vulnerability of a CSAF document says beside the status of a product: justification, impact, remedies, scores.

Guarantees: the answer for a product takes its own names and groups, not all that is said: the work for all products
together is in proportion to the document.  What names neither product nor group is said of every product.
It makes no statements (`csaf`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET

from rulewright.sbom.csaf_model import Concerning, Content, Group, Score, Vulnerability
from rulewright.sbom.cyclonedx_vulnerabilities import millionths
from rulewright.sbom.exact import Object, parse

_Key = tuple[str, str]
_EVERY: _Key = ("", "")
_First = tuple[int, str]
_NONE: _First = (1 << 62, "")


class _Said(msgspec.Struct):
    """What is said of one product, group, or all: the first of each kind with its number."""

    justification: _First = _NONE
    impact: _First = _NONE
    remedy: _First = _NONE
    responses: set[str] = msgspec.field(default_factory=set)


class Detail(msgspec.Struct, frozen=True):
    """What is said of one product."""

    justification: str
    detail: str
    response: tuple[str, ...]
    score: int | None
    severity: str


def groups_of(groups: Sequence[Group]) -> dict[str, list[str]]:
    """The groups of each product; a group that is defined twice is as it is defined last."""
    last = {group.group_id or "": group for group in groups}
    found: dict[str, list[str]] = {}
    for name, group in last.items():
        for ident in dict.fromkeys(group.product_ids or ()):
            found.setdefault(ident, []).append(name)
    return found


class Details:
    """The details of one vulnerability."""

    def __init__(self, vulnerability: Vulnerability, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups = groups
        self._said: dict[_Key, _Said] = {}
        self._scores = _scores(vulnerability)
        self._take_reasons(vulnerability)
        for number, remedy in enumerate(vulnerability.remediations or ()):
            for said in self._of(remedy):
                if remedy.category:
                    said.responses.add(remedy.category)
                if remedy.details:
                    said.remedy = min(said.remedy, (number, remedy.details))

    def _take_reasons(self, vulnerability: Vulnerability) -> None:
        """Why products are not affected."""
        for number, flag in enumerate(vulnerability.flags or ()):
            if flag.label:
                for said in self._of(flag):
                    said.justification = min(said.justification, (number, flag.label))
        for number, threat in enumerate(vulnerability.threats or ()):
            if threat.category == "impact" and threat.details:
                for said in self._of(threat):
                    said.impact = min(said.impact, (number, threat.details))

    def _of(self, stated: Concerning) -> Iterator[_Said]:
        """Of what something is said."""
        keys = [*(("id", i) for i in stated.product_ids or ()), *(("group", g) for g in stated.group_ids or ())]
        for key in dict.fromkeys(keys or [_EVERY]):
            yield self._said.setdefault(key, _Said())

    def of(self, ident: str) -> Detail:
        """What is said of a product."""
        keys = (_EVERY, ("id", ident), *(("group", g) for g in self._groups.get(ident, ())))
        said = [self._said[key] for key in keys if key in self._said]
        impact = min((s.impact for s in said), default=_NONE)
        remedy = min((s.remedy for s in said), default=_NONE)
        score, severity = self._scores.get(ident, (-1, ""))
        return Detail(
            justification=min((s.justification for s in said), default=_NONE)[1],
            detail=impact[1] or remedy[1],
            response=tuple(sorted(set[str]().union(*(s.responses for s in said)))),
            score=score if score >= 0 else None,
            severity=severity,
        )


def _scores(vulnerability: Vulnerability) -> dict[str, tuple[int, str]]:
    """The highest base score of each product in millionths, and its severity in words."""
    found: dict[str, tuple[int, str]] = {}
    given: list[tuple[Score | Content | None, list[str]]] = [(s, s.products or []) for s in vulnerability.scores or ()]
    given += [(m.content, m.products or []) for m in vulnerability.metrics or ()]
    for content, concerned in given:
        highest = max(_stated(content), default=None)
        if highest is not None:
            for ident in concerned:
                found[ident] = max(found.get(ident, highest), highest)
    return found


def _stated(content: Score | Content | None) -> Iterable[tuple[int, str]]:
    """The scores of one object."""
    if content is None:
        return
    raws = [content.cvss_v2, content.cvss_v3, *([content.cvss_v4] if isinstance(content, Content) else [])]
    yield from (_base(raw) for raw in raws if raw is not UNSET)
    if isinstance(content, Content) and content.qualitative_severity_rating:
        yield -1, content.qualitative_severity_rating


def _base(raw: msgspec.Raw | msgspec.UnsetType) -> tuple[int, str]:
    """Base score and severity of a CVSS object; -1 where it has none that can be read."""
    stated = parse(bytes(raw)) if isinstance(raw, msgspec.Raw) else None
    if not isinstance(stated, Object):
        return -1, ""
    score, word = millionths(str(stated.get("baseScore")).encode()), stated.get("baseSeverity")
    return (score if score >= 0 else -1), str(word).lower() if isinstance(word, str) else ""
