"""A file of others to the text of a rule file: recognise, read, judge, write.

Guarantees: either a text that compiles and holds every requirement, or errors; never both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator

import msgspec
from msgspec.structs import replace

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.standards.exchange import cyclonedx_read, oscal_read, profile_read
from rulewright.standards.exchange.bounds import MAX_ENTRIES, load, refusal, shown
from rulewright.standards.exchange.model import Entry, Standard
from rulewright.standards.exchange.names import line
from rulewright.standards.exchange.profile_read import Find, Policy
from rulewright.standards.exchange.shape import Seen
from rulewright.standards.exchange.skeleton import NAME, clean, written

SLUG = 48
LONGEST_ID = 200


class Imported(msgspec.Struct, frozen=True):
    """The standards of a file, or the policy that a profile is; the rule file (empty after an error); what there is to say."""

    standards: tuple[Standard, ...] = ()
    text: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    policy: Policy | None = None


def _none(_standard: str, _edition: str) -> Standard | None:
    """No pack is at hand."""
    return None


def take(
    data: bytes,
    origin: str,
    wanted: tuple[str, str] = ("", ""),
    objectives: Collection[str] = (),
    find: Find = _none,
) -> Imported:
    """Import a file: `origin` is its name, `wanted` the id and edition to give, `objectives` those of the vocabulary.

    `find` gives the packs that a profile may take of.
    """
    found = load(data, origin)
    if isinstance(found, Diagnostic):
        return Imported(diagnostics=(found,))
    problems: list[Diagnostic] = []
    if "profile" in found:
        return _profile(Seen(found["profile"], origin, problems, "/profile"), origin, wanted, find)
    read, withdrawn = _read(found, origin, problems)
    if any(p.is_error for p in problems):
        return Imported(diagnostics=tuple(dict.fromkeys(problems)))
    if not any(s.entries for s in read):
        return Imported(diagnostics=(_nothing(origin),))
    named = [_named(s, wanted, alone=len(read) == 1, origin=origin, problems=problems) for s in read]
    named = [_distinct(s, origin, problems) for s in named]
    if len({s.name for s in named}) < len(named):
        problems.append(refusal("RW3104", "two standards of the file have the same id and edition", origin))
    if any(p.is_error for p in problems):
        return Imported(diagnostics=tuple(dict.fromkeys(problems)))
    if withdrawn:
        message = f"{withdrawn:,} controls are left out: the catalogue says that they are withdrawn"
        problems.append(Diagnostic("RW3106", Severity.NOTE, message, source=origin))
    text = written(named, origin, hashlib.sha256(data).hexdigest(), objectives)
    return Imported(tuple(named), text, tuple(dict.fromkeys(problems)))


def _read(found: dict[str, object], origin: str, problems: list[Diagnostic]) -> tuple[list[Standard], int]:
    """The standards of a document, by what kind it is; and how many withdrawn controls there are."""
    if "catalog" in found:
        return oscal_read.catalog(Seen(found["catalog"], origin, problems, "/catalog"))
    if found.get("bomFormat") == "CycloneDX" or "definitions" in found:
        return cyclonedx_read.standards(Seen(found, origin, problems)), 0
    return [], 0


def _profile(document: Seen, origin: str, wanted: tuple[str, str], find: Find) -> Imported:
    """The policy that a profile is."""
    problems = document.problems
    made = profile_read.policy(document, find, wanted, origin)
    if not any(p.is_error for p in problems) and not made.standards:
        problems.append(refusal("RW3102", "the profile takes nothing of any standard", origin, "/profile/imports"))
    problems += _misnamed(made.id, made.edition, made.id, origin)
    text = "" if any(p.is_error for p in problems) else made.text
    return Imported((), text, tuple(dict.fromkeys(problems)), made)


def _nothing(origin: str) -> Diagnostic:
    """Say what is missing."""
    hint = "an OSCAL catalogue or profile, or a CycloneDX document with `definitions.standards` is expected"
    return refusal("RW3102", "the file holds no requirement of a standard", origin, None, hint)


def _named(
    standard: Standard, wanted: tuple[str, str], *, alone: bool, origin: str, problems: list[Diagnostic]
) -> Standard:
    """The standard with the id and edition that its pack will have."""
    if any(wanted) and not alone:
        hint = "leave out `--id` and `--edition`, or import the standards one by one"
        problems.append(
            refusal("RW3104", "the file holds several standards, and one name is given", origin, None, hint)
        )
        return standard
    name = wanted[0] or standard.id or f"imported.{_slug(standard.title)}"
    edition = line(wanted[1] or standard.edition)
    problems += _misnamed(name, edition, standard.title, origin)
    return replace(standard, id=name, edition=edition)


def _misnamed(name: str, edition: str, title: str, origin: str) -> Iterator[Diagnostic]:
    """What is wrong with an id and an edition."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_ID:
        hint = "give one with `--id`, like `acme.baseline`"
        yield refusal("RW3104", f"`{shown(name)}` is no id of a standard or policy", origin, None, hint)
    if not edition or len(edition) > LONGEST_ID:
        yield refusal("RW3104", f"`{shown(title)}` says no edition", origin, None, "give one with `--edition`")


def _slug(title: str) -> str:
    """A title as a part of an id."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "_".join(words)[:SLUG].rstrip("_") or "standard"


def _distinct(standard: Standard, origin: str, problems: list[Diagnostic]) -> Standard:
    """The standard with ids that can stand in a pack: none empty, none twice (a later one gets a number)."""
    taken: dict[str, int] = {}
    entries: list[Entry] = []
    if len(standard.entries) > MAX_ENTRIES:
        message = f"there are {len(standard.entries):,} requirements, more than {MAX_ENTRIES:,}"
        problems.append(refusal("RW3103", message, origin))
        return standard
    known = {clean(entry.id) for entry in standard.entries}
    for entry in standard.entries:
        name = clean(entry.id)
        if not name or len(name) > LONGEST_ID:
            what = entry.title or entry.text or "…"
            problems.append(refusal("RW3103", f"the requirement `{shown(what)}` has no id that can be used", origin))
        elif name in taken:
            number, first = taken[name], name
            while name in known:
                number += 1
                name = f"{first} ({number})"
            taken[first] = number
            message = f"the id `{shown(first)}` stands twice: a later one is imported as `{shown(name)}`"
            problems.append(Diagnostic("RW3108", Severity.WARNING, message, source=origin))
            known.add(name)
        taken.setdefault(name, 1)
        entries.append(replace(entry, id=name))
    return replace(standard, entries=tuple(entries))
