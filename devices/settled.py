"""What detectors say of an attribute within one tree, as one fact.

Guarantees: the surest finding gives value and grade; findings that differ are all kept as witnesses, and what they disagree
on is a conflict unless the attribute's merge rule settles it.  Sets are united: what a device offers is all that is found.
Where a part of the tree was not read (`doubt`), nothing is said to be absent, and nothing found to go no further than it does.
What it does not do: weigh a tree against other sources (`facts.merge`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rulewright.devices.model import Findings, Said
from rulewright.facts.base import Fact
from rulewright.facts.merge import settle
from rulewright.facts.table import Source
from rulewright.facts.types import Level, State
from rulewright.facts.vocabulary import Vocabulary

DETECTOR = "firmware"
MAX_WITNESSES = 50


def facts(
    found: Sequence[Findings],
    vocabulary: Vocabulary,
    source: Source,
    of: Callable[[str], str] | None = None,
    *,
    doubt: bool = False,
) -> dict[str, Fact]:
    """The attributes that detectors or a report tell of, by name; `of` gives an attribute's detector (a tree's without it).

    With `doubt` something was not read: what was looked for and not found stays missing, and so does what holds at a low
    grade, since what was not read may start it; the lists of open ports may be longer.
    """
    detector = of or (lambda name: detector_of(name, vocabulary))
    said: dict[str, list[Said]] = {}
    for one in found:
        for item in one.said:
            if doubt and _open_to_more(item, one):
                continue
            said.setdefault(item.attribute, []).append(item)
    result = {
        name: _fact([_of(item, detector(name), source) for item in items], _rule(name, vocabulary))
        for name, items in said.items()
    }
    for one in found if not doubt else ():
        for name, value in one.examined.items():
            if name not in said:
                result[name] = Fact(
                    State.KNOWN, value, source, "", source.trust, source.observed, detector=detector(name)
                )
    return dict(sorted(result.items()))


def _open_to_more(item: Said, one: Findings) -> bool:
    """Whether what was not read may take a finding further: a low grade of a yes, a list that was stated as a whole."""
    whole = isinstance(item.value, tuple) and item.attribute in one.examined
    return whole or (item.value is True and item.level < Level.ENABLED)


def detector_of(attribute: str, vocabulary: Vocabulary) -> str:
    """As what a finding in a tree counts: `firmware`, or `config` where the vocabulary names that way alone."""
    known = vocabulary.attributes.get(attribute)
    named = known.detectors if known else ()
    return "config" if "config" in named and DETECTOR not in named else DETECTOR


def _rule(attribute: str, vocabulary: Vocabulary) -> str:
    known = vocabulary.attributes.get(attribute)
    return known.merge if known else "agree"


def _of(item: Said, detector: str, source: Source) -> Fact:
    return Fact(
        State.KNOWN, item.value, source, item.place.pointer, source.trust, source.observed, detector, level=item.level
    )


def _key(fact: Fact) -> tuple[int, str, str]:
    return (-(fact.level or 0), fact.pointer, str(fact.value))


def _fact(heard: list[Fact], rule: str) -> Fact:
    """One fact from those of one tree."""
    ordered = sorted(dict.fromkeys(heard), key=_key)
    first = ordered[0]
    values = {(type(fact.value), fact.value) for fact in ordered}
    if len(values) == 1:
        return _with(first, ordered)
    true = max((fact.level or 0 for fact in ordered if fact.value is True), default=None)
    if true is not None:  # what holds at a higher grade is not taken back at a lower one
        false = max((fact.level or 0 for fact in ordered if fact.value is False), default=0)
        return _with(first, ordered) if true > false else _disputed(ordered, rule)
    surest = [fact for fact in ordered if fact.level == first.level]
    if isinstance(first.value, tuple):
        members = {member for fact in surest if isinstance(fact.value, tuple) for member in fact.value}
        return _with(msgspec.structs.replace(first, value=tuple(sorted(members))), surest)
    if len({(type(fact.value), fact.value) for fact in surest}) == 1:
        return _with(first, surest)
    return _disputed(surest, rule)


def _disputed(heard: list[Fact], rule: str) -> Fact:
    """Let the attribute's rule settle it."""
    return settle(heard[:MAX_WITNESSES], rule)


def _with(fact: Fact, witnesses: list[Fact]) -> Fact:
    return msgspec.structs.replace(fact, witnesses=tuple(witnesses[:MAX_WITNESSES]) if len(witnesses) > 1 else ())
