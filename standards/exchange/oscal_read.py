"""An OSCAL catalogue to standards.

Guarantees: every control is one entry, nested controls and groups included, but for those that the catalogue says are
withdrawn, which are counted; the ids of a catalogue of ours are those of its requirements, of another one those of its
controls.  It raises nothing, whatever the tree: what cannot be used is a diagnostic with its pointer.
Source: OSCAL 1.1.3 and 1.2.1, https://pages.nist.gov/OSCAL/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from rulewright.standards.exchange.model import Entry, Line, Reference, Standard
from rulewright.standards.exchange.names import NAMESPACE, line
from rulewright.standards.exchange.shape import Seen

_INSERT = re.compile(r"\{\{\s*(?:insert:\s*)?param,\s*([\w.\-]+)\s*\}\}")
Values = Mapping[str, tuple[str, ...]]


class Context(msgspec.Struct):
    """What the controls of a catalogue refer to, and how many of them are withdrawn."""

    cited: dict[str, str] = {}
    """the standards behind the resources, by their links"""
    resources: dict[str, str] = {}
    labels: dict[str, str] = {}
    """what parameters are called, or may be"""
    withdrawn: int = 0


def catalog(document: Seen) -> tuple[list[Standard], int]:
    """The standards of a catalogue, and how many controls were left out as withdrawn."""
    context = Context()
    back = document.inner("back-matter")
    for resource in back.objects("resources") if back is not None else ():
        name = f"#{resource.text('uuid')}"
        known = ours(resource).get("cited")
        if known:
            context.cited[name] = known[0]
        context.resources[name] = _described(resource)
    metadata = document.inner("metadata") or Seen({}, document.source, document.problems)
    groups = list(document.objects("groups"))
    several = [g for g in groups if g.found.get("class") == "standard" and "standard" in ours(g)]
    if several and len(several) == len(groups):
        found = [_standard(g, g.text("title"), metadata, context) for g in several]
    else:
        found = [_standard(document, metadata.text("title"), metadata, context)]
    return found, context.withdrawn


def ours(found: Seen) -> Values:
    """The properties in our namespace, by name."""
    values: dict[str, tuple[str, ...]] = {}
    for item in found.objects("props"):
        if item.found.get("ns") == NAMESPACE:
            name = item.text("name")
            values[name] = (*values.get(name, ()), item.text("value"))
    return values


def _plain(found: Seen) -> dict[str, str]:
    """The properties without a namespace: `label`, `status`; the last of a name without a class."""
    listed = [p for p in found.objects("props") if "ns" not in p.found and "class" not in p.found]
    return {p.text("name"): p.text("value") for p in listed}


def _described(resource: Seen) -> str:
    """What a resource says of itself, in one text."""
    links = [link.text("href") for link in resource.objects("rlinks")]
    own = resource.text("description")
    return own or " ".join(filter(None, (resource.text("title"), *links)))


def _standard(holder: Seen, title: str, metadata: Seen, context: Context) -> Standard:
    """The standard whose groups and controls stand in `holder`; what is said of it stands there or in the metadata."""
    known = ours(holder) or ours(metadata)
    return Standard(
        id=_first(known, "standard"),
        edition=_first(known, "edition") or line(metadata.text("version")),
        title=line(title),
        text=metadata.text("remarks"),
        publisher=_first(known, "publisher") or _publisher(metadata),
        force=_first(known, "force"),
        jurisdiction=_first(known, "jurisdiction"),
        license=_first(known, "license") or _license(metadata, context),
        source=_first(known, "source"),
        since=_first(known, "valid-from"),
        until=_first(known, "valid-until"),
        entries=tuple(_entries(holder, "", context)),
    )


def _first(values: Values, name: str) -> str:
    """The first value of a property, or nothing."""
    return values.get(name, ("",))[0]


def _publisher(metadata: Seen) -> str:
    """The organisation that a responsibility names first, else the first of all."""
    parties = {p.text("uuid"): p for p in metadata.objects("parties")}
    named = [uuid for r in metadata.objects("responsible-parties") for uuid in r.texts("party-uuids")]
    ordered = [parties[uuid] for uuid in named if uuid in parties] + list(parties.values())
    return next((line(p.text("name")) for p in ordered if p.found.get("type") == "organization"), "")


def _license(metadata: Seen, context: Context) -> str:
    """What the file says of its licence: a link with that relation, else its remarks."""
    for item in metadata.objects("links"):
        if item.text("rel") in {"license", "copyright"}:
            target = item.text("href")
            return context.resources.get(target) or target
    return metadata.text("remarks")


def _entries(holder: Seen, parent: str, context: Context) -> Iterator[Entry]:
    """The controls of a group, a control or a catalogue, in the order of the file."""
    for group in holder.objects("groups"):
        yield from _entries(group, parent, context)
    for control in holder.objects("controls"):
        labels, known = _plain(control), ours(control)
        if labels.get("status", "").lower() == "withdrawn":
            context.withdrawn += 1
            continue
        entry = _entry(control, labels.get("label", ""), known, parent, context)
        yield entry
        yield from _entries(control, entry.id, context)


def _entry(control: Seen, label: str, known: Values, parent: str, context: Context) -> Entry:
    """A control."""
    mine = "level" in known
    name = line(control.text("id"))
    parts = list(control.objects("parts"))
    context.labels |= dict(_labels(control))
    said: dict[str, list[str]] = {}
    for part in parts:
        said.setdefault(part.text("name"), []).append(_filled(_prose(part), context.labels))
    statement = " ".join(said.get("statement", []))
    guidance, overview = (" ".join(said.get(key, [])) for key in ("guidance", "overview"))
    return Entry(
        id=label if mine and label else name,
        title=line(control.text("title")),
        text=statement,
        remarks=() if mine else tuple(text for text in (overview, guidance) if text),
        clause=_first(known, "clause") if mine else label if label != name else "",
        parent="" if mine else parent,
        level=_first(known, "level"),
        severity=_first(known, "severity"),
        objectives=known.get("objective", ()),
        threats=known.get("threat", ()),
        refs=tuple(_references(control, context)),
        fix=guidance if mine else "",
        effort=_first(known, "effort"),
        condition=_first(known, "condition"),
        note=overview if mine else "",
        source=_first(known, "source"),
        decided=_first(known, "decidability"),
        lines=tuple(Line(_first(ours(p), "line"), p.text("prose")) for p in parts if "line" in ours(p)),
        questions=tuple(p.text("prose") for p in parts if "question" in ours(p)),
        since=_first(known, "valid-from"),
        until=_first(known, "valid-until"),
    )


def _prose(part: Seen) -> str:
    """The text of a part with those inside it, each after its label."""
    label = _plain(part).get("label", "")
    inner = [_prose(p) for p in part.objects("parts")]
    return " ".join(filter(None, (label, line(part.text("prose")), *inner)))


def _labels(holder: Seen) -> Iterator[tuple[str, str]]:
    """What the parameters of a control are called, or the choices that they leave."""
    for item in holder.objects("params"):
        choice = item.inner("select")
        words = item.text("label") or " or ".join(choice.texts("choice") if choice is not None else ())
        if words:
            yield item.text("id"), line(words)


def _filled(text: str, labels: Mapping[str, str]) -> str:
    """A text with the labels of its parameters in brackets; those of choices stand inside these."""
    for _ in range(2):
        text = _INSERT.sub(lambda found: f"[{labels.get(found[1], found[1])}]", text)
    return text


def _references(control: Seen, context: Context) -> Iterator[Reference]:
    """The clauses that a control refers to, where a resource of ours names their standard."""
    for item in control.objects("links"):
        standard = context.cited.get(item.text("href"))
        clause = item.text("resource-fragment")
        if standard and clause:
            rest = item.text("text").removeprefix(f"{standard} {clause}").strip()
            yield Reference(standard, clause, rest)
