"""Whether a version is affected by what a claim says.

Guarantees: a version that is listed is `exact`, one in an affected interval `range`; an interval that says *unaffected* is
heard before one that says *affected*, a single version before both; what cannot be compared is `name_only`, never *no*.
Source: OSV schema 1.7 (evaluation), CVE record format 5.1 (`affected`), VERS.
"""

from __future__ import annotations

from functools import cached_property

from rulewright.facts.identity.version_keys import Key
from rulewright.threats.model import Claim, Rule
from rulewright.threats.versions import GENERIC, Order, order

NO, NAME_ONLY, RANGE, EXACT = "", "name_only", "range", "exact"
_DENIED = "denied"  # somebody says that this version is not affected
_RANK = {NO: 0, NAME_ONLY: 1, RANGE: 2, EXACT: 3}


def better(left: str, right: str) -> str:
    """The surer of two qualities."""
    return left if _RANK[left] >= _RANK[right] else right


def plain(version: str) -> str:
    """A version for comparing as text: case, blanks, and a leading `v` do not count."""
    text = "".join(version.split()).lower()
    return text[1:] if text[:1] == "v" and text[1:2].isdigit() else text


def within(rule: Rule, version: str, by: Order) -> bool | None:
    """Whether a version lies in a rule's interval; `None` if that cannot be told."""
    if rule.single:
        return plain(version) == plain(rule.low) or by.compare(version, rule.low) == 0
    told = True
    if rule.low:
        found = by.compare(version, rule.low)
        if found is None:
            told = False
        elif found < 0 or (rule.low_open and found == 0):
            return False
    if rule.high:
        found = by.compare(version, rule.high)
        if found is None:
            told = False
        elif found > 0 or (not rule.high_closed and found == 0):
            return False
    return True if told else None


class Judge:
    """A claim, ready to be asked about many versions."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._order = order(claim.scheme) if claim.scheme else None

    def decide(self, version: str) -> str:
        """How surely the claim concerns a version: `exact`, `range`, `name_only`, or empty for *not at all*."""
        claim = self.claim
        if not version:
            return NAME_ONLY if self._could else NO
        if claim.listed and self._lists(version):
            return EXACT
        by = self._order
        answer = self._by_rules(version, by)
        if answer == NAME_ONLY and by is not None and by.scheme == "semver" and not by.readable(version):
            answer = self._by_rules(version, order(GENERIC))
        if answer == _DENIED:
            return NO
        return NAME_ONLY if answer == NO and claim.vague else answer

    def fixes(self, version: str) -> tuple[str, ...]:
        """The versions that the claim calls fixed and that come after a version, as far as that can be told."""
        claim, by = self.claim, self._order
        if by is None or not version:
            return tuple(dict.fromkeys([r.fixed for r in claim.rules if r.fixed] + list(claim.fixed)))
        own = [r.fixed for r in claim.rules if r.fixed and within(r, version, by) is not False]
        stated = [v for v in claim.fixed if by.compare(version, v) != 1]
        return tuple(dict.fromkeys([*own, *stated]))

    def reached(self, version: str) -> str:
        """The last of the versions called fixed that is not after this one; empty where there is none."""
        by = self._order
        if by is None:
            return ""
        stated = [*(r.fixed for r in self.claim.rules if r.fixed), *self.claim.fixed]
        return next((v for v in reversed(stated) if (by.compare(version, v) or 0) >= 0 and by.readable(v)), "")

    @cached_property
    def _could(self) -> bool:
        """Whether any version may be affected."""
        claim = self.claim
        if claim.listed or claim.vague or claim.default != "unaffected":
            return True
        return any(rule.status != "unaffected" for rule in claim.rules)

    @cached_property
    def _texts(self) -> frozenset[str]:
        return frozenset(map(plain, self.claim.listed))

    @cached_property
    def _keys(self) -> frozenset[Key | None]:
        return frozenset(map(self._order.key, self.claim.listed)) if self._order else frozenset()

    def _lists(self, version: str) -> bool:
        if plain(version) in self._texts:
            return True
        key = self._order.key(version) if self._order else None
        return key is not None and key in self._keys

    def _by_rules(self, version: str, by: Order | None) -> str:
        """What the intervals say, then the default."""
        doubt = False
        found: set[str] = set()
        for rule in self.claim.rules:
            if by is None:
                inside = plain(version) == plain(rule.low) if rule.single else None
            else:
                inside = within(rule, version, by)
            if inside is None:
                doubt = doubt or rule.status != "unaffected" or self.claim.default != "unaffected"
            elif inside and rule.single:
                return EXACT if rule.status == "affected" else _DENIED if rule.status == "unaffected" else NAME_ONLY
            elif inside:
                found.add(rule.status)
        return self._verdict(found, doubt=doubt)

    def _verdict(self, found: set[str], *, doubt: bool) -> str:
        if "unaffected" in found:
            return _DENIED
        if "affected" in found:
            return RANGE
        if doubt or "unknown" in found:
            return NAME_ONLY
        return {"affected": RANGE, "unaffected": NO}.get(self.claim.default, NAME_ONLY)
