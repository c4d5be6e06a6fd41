"""An OSCAL profile to a policy: which standards it uses, what it takes out, what it changes.

Guarantees: a policy that compiles, with every control that the profile does not take excluded and every change of level,
severity and parameter in it, each with a reason; or errors.  A catalogue is known by our properties on its resource, or by
the name of its file, `ID@EDITION.oscal-catalog.json`; of others, only packs that are at hand can be used.
What it does not do: add requirements.  A change that a policy cannot make is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from rulewright.standards.exchange.bounds import shown
from rulewright.standards.exchange.model import Entry, Standard
from rulewright.standards.exchange.names import NAMESPACE, line, named, token
from rulewright.standards.exchange.oscal_read import ours
from rulewright.standards.exchange.shape import Seen
from rulewright.standards.exchange.skeleton import NAME, is_day, quoted

Find = Callable[[str, str], Standard | None]
"""A pack that compiles (`exported.own`) by id and edition, None where there is none."""

FILE = re.compile(r"(?:.*/)?([A-Za-z_][\w.\-]*)@([^/]+?)\.oscal-catalog\.json")
UNSAID = "the profile does not take it"
ORDERS = {"level": ("may", "should", "shall"), "severity": ("low", "medium", "high", "critical")}
_REASON = re.compile(r"(?:tighten|weaken): \w+ \w+ to \w+(?:, because )?")
_BARE = re.compile(r"-?\w[\w.+\-]*|\{[\w.+\-, ]*\}")


class Taken(msgspec.Struct):
    """A catalogue that a profile imports: the pack behind it, its alias, the names by control id, those taken, the entries by name."""

    pack: Standard
    alias: str
    names: dict[str, str]
    kept: set[str]
    entries: dict[str, Entry]


class Policy(msgspec.Struct, frozen=True):
    """A policy's text, and how many standards and exclusions are in it."""

    id: str
    edition: str
    text: str
    standards: int
    excluded: int


def policy(document: Seen, find: Find, wanted: tuple[str, str], origin: str) -> Policy:
    """The policy; what cannot be used is noted in the document's problems."""
    metadata = document.inner("metadata") or Seen({}, document.source, document.problems)
    known = ours(metadata)
    resources = _resources(document)
    own = (next(iter(known.get("standard", ())), ""), next(iter(known.get("edition", ())), ""))
    taken = [t for item in document.objects("imports") if (t := _taken(item, resources, find, own)) is not None]
    if len({t.pack.id for t in taken}) < len(taken):
        document.wrong("two imports take of the same standard")
    _named(taken)
    name = wanted[0] or own[0]
    edition = line(wanted[1] or metadata.text("version"))
    gone = list(_excluded(taken, metadata))
    body = [*_uses(taken), *gone, *_changes(document, taken), *_settings(document, taken)]
    head = [
        f"# Policy, imported from {shown(line(origin))}: the selection of an OSCAL profile.",
        "# Reasons are those of the profile; where it has none, a person has to say why.",
        "",
        f"policy {name} edition {quoted(edition)} {{",
        f"  title     {quoted(metadata.text('title') or name, 300)}",
        *(f"  publisher {quoted(x, 300)}" for x in known.get("publisher", ())[:1]),
        *(f"  valid     from {day}" for day in known.get("valid-from", ())[:1] if is_day(day)),
        "",
    ]
    return Policy(name, edition, "\n".join([*head, *body, "}"]) + "\n", len(taken), len(gone))


def _resources(document: Seen) -> dict[str, Seen]:
    """The resources by the links to them."""
    back = document.inner("back-matter")
    return {f"#{r.text('uuid')}": r for r in back.objects("resources")} if back is not None else {}


def _named(taken: list[Taken]) -> None:
    """Give each standard an alias: the last part of its id, or a number where that is no name or not the only one."""
    ends = [item.pack.id.rpartition(".")[2] for item in taken]
    for number, (item, end) in enumerate(zip(taken, ends, strict=True), 1):
        item.alias = end if NAME.fullmatch(end) and ends.count(end) == 1 else f"s{number}"


def _taken(item: Seen, resources: Mapping[str, Seen], find: Find, own: tuple[str, str]) -> Taken | None:
    """What an import takes; None after a diagnostic, or where it takes of the policy's own requirements."""
    href = item.text("href")
    resource = resources.get(href)
    said = ours(resource) if resource is not None else {}
    links = [link.text("href") for link in resource.objects("rlinks")] if resource is not None else [href]
    file = next((found for text in links if (found := FILE.fullmatch(text))), None)
    if "standard" in said and "edition" in said:
        key = (said["standard"][0], said["edition"][0])
    elif file is not None:
        key = (file[1], named(file[2]))
    else:
        item.wrong(
            f"the catalogue `{shown(links[0] if links else href)}` is no pack: its file is not called `ID@EDITION.oscal-catalog.json`",
            "href",
        )
        return None
    if key == own and any(own):
        item.left("the policy's own requirements are left out: a profile holds none; import their catalogue apart")
        return None
    pack = find(*key)
    if pack is None or pack.kind != "standard":
        item.wrong(f"there is no standard `{shown('@'.join(key))}` at hand: import its catalogue first", "href")
        return None
    names = {e.id: e.id for e in pack.entries} | {token(pack.id, e.id): e.id for e in pack.entries}
    kept = set(names.values()) if "include-all" in item.found else set(_ids(item, "include-controls", names))
    return Taken(pack, "", names, kept - set(_ids(item, "exclude-controls", names)), {e.id: e for e in pack.entries})


def _ids(item: Seen, key: str, names: Mapping[str, str]) -> Iterator[str]:
    """The requirements that a selection names."""
    for selection in item.objects(key):
        if "matching" in selection.found:
            selection.wrong("a selection by pattern cannot be imported: name the controls", "matching")
        for control in selection.texts("with-ids"):
            if control in names:
                yield names[control]
            else:
                selection.astray(control, "with-ids")


def _uses(taken: Iterable[Taken]) -> Iterator[str]:
    """The standards that are used."""
    for item in taken:
        yield f"  use {item.pack.id} edition {quoted(item.pack.edition)} as {item.alias}"
    yield ""


def _excluded(taken: Iterable[Taken], metadata: Seen) -> Iterator[str]:
    """What is not taken, with its reason."""
    reasons = {
        p.text("value"): line(p.text("remarks"))
        for p in metadata.objects("props")
        if p.found.get("ns") == NAMESPACE and p.found.get("name") == "excluded"
    }
    for item in taken:
        for entry in item.pack.entries:
            if entry.id not in item.kept:
                why = reasons.get(token(item.pack.id, entry.id)) or UNSAID
                yield f"  exclude {item.alias}:{quoted(entry.id)} because {quoted(why)}"


def _changes(document: Seen, taken: Iterable[Taken]) -> Iterator[str]:
    """Levels and severities that are changed."""
    modify = document.inner("modify")
    found = {control: (t, name) for t in taken for control, name in t.names.items() if name in t.kept}
    for alter in modify.objects("alters") if modify is not None else ():
        target = found.get(alter.text("control-id"))
        if target is None:
            alter.astray(alter.text("control-id"), "control-id")
            continue
        for prop in (p for add in alter.objects("adds") for p in add.objects("props")):
            if prop.found.get("ns") == NAMESPACE and prop.text("name") in ORDERS:
                yield from _change(prop, *target)


def _change(prop: Seen, taken: Taken, name: str) -> Iterator[str]:
    """One change, by its direction; none where it is that already."""
    aspect, value = prop.text("name"), prop.text("value")
    entry = taken.entries[name]
    before = entry.level if aspect == "level" else entry.severity
    if value not in ORDERS[aspect]:
        prop.wrong(f"`{shown(value)}` is no {aspect}", "value")
    elif value != before:
        step = ORDERS[aspect].index(value) - ORDERS[aspect].index(before)
        why = line(_REASON.sub("", prop.text("remarks"), count=1))
        because = f" because {quoted(why or 'the profile says so')}" if why or step < 0 else ""
        yield f"  {'tighten' if step > 0 else 'weaken'} {taken.alias}:{quoted(name)} {aspect} {value}{because}"


def _settings(document: Seen, taken: Iterable[Taken]) -> Iterator[str]:
    """Parameters that are set, as literals of their types."""
    modify = document.inner("modify")
    known = {token(t.pack.id, p.name): (t, p) for t in taken for p in t.pack.parameters}
    for item in modify.objects("set-parameters") if modify is not None else ():
        target, values = known.get(item.text("param-id")), item.texts("values")
        if target is None:
            item.astray(item.text("param-id"), "param-id")
            continue
        owner, parameter = target
        if len(values) != 1 or not (parameter.is_text or _BARE.fullmatch(values[0])):
            item.wrong(f"`{shown(', '.join(values))}` is no value of `{parameter.name}`", "values")
            continue
        written = quoted(values[0]) if parameter.is_text else values[0]
        why = next((line(x) for x in ours(item).get("because", ())), "")
        yield f"  set {owner.alias}.{parameter.name} = {written}" + (f" because {quoted(why)}" if why else "")
