"""The `definitions.standards` of a CycloneDX document to standards.

Guarantees: every requirement is one entry, with its identifier as id (its `bom-ref` where it has none), headings included;
only headings that we wrote ourselves are taken as clauses again.  It raises nothing, whatever the tree.
Source: CycloneDX 1.6 and 1.7, `definitions/standards`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulewright.standards.exchange.model import Entry, Line, Reference, Standard
from rulewright.standards.exchange.names import PREFIX, line
from rulewright.standards.exchange.shape import Seen

Values = Mapping[str, tuple[str, ...]]


def standards(document: Seen) -> list[Standard]:
    """The standards of a document."""
    definitions = document.inner("definitions")
    metadata = document.inner("metadata") or Seen({}, document.source, document.problems)
    values = ours(metadata)
    note = "; ".join(_licenses(metadata))
    supplier = metadata.inner("supplier")
    owner = line(supplier.text("name")) if supplier is not None else ""
    found = definitions.objects("standards") if definitions is not None else iter(())
    return [_standard(item, values, note, owner) for item in found]


def ours(found: Seen) -> Values:
    """The properties whose names begin with our prefix, by the rest of it."""
    values: dict[str, tuple[str, ...]] = {}
    for item in found.objects("properties"):
        name = item.text("name")
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX)
            values[key] = (*values.get(key, ()), item.text("value"))
    return values


def _licenses(metadata: Seen) -> Iterator[str]:
    """What the document says of its licence."""
    for choice in metadata.objects("licenses"):
        named = choice.inner("license")
        if named is None:
            yield line(choice.text("expression"))
            continue
        words = (named.text("id") or named.text("name"), named.text("url"))
        yield line(" ".join(filter(None, words)))


def _standard(item: Seen, values: Values, note: str, owner: str) -> Standard:
    """A standard."""
    reference = item.text("bom-ref")
    about = {key: _first(values, f"standard:{reference}:{key}") for key in _ABOUT}
    return Standard(
        id=about["id"],
        edition=line(item.text("version")),
        title=line(item.text("name")) or line(reference),
        text=item.text("description"),
        publisher=line(item.text("owner")) or owner,
        force=about["force"],
        jurisdiction=about["jurisdiction"],
        license=about["license"] or note,
        source=about["source"],
        since=about["valid-from"],
        until=about["valid-until"],
        entries=tuple(_entries(item)),
    )


_ABOUT = ("id", "force", "jurisdiction", "license", "source", "valid-from", "valid-until")


def _first(values: Values, name: str) -> str:
    """The first value of a property, or nothing."""
    return values.get(name, ("",))[0]


def _entries(item: Seen) -> Iterator[Entry]:
    """The requirements of a standard, in the order of the file."""
    found = [(r, ours(r)) for r in item.objects("requirements")]
    names = {r.text("bom-ref"): _name(r) for r, _ in found}
    over = {r.text("parent") for r, _ in found}
    mine = {r.text("bom-ref") for r, values in found if "heading" in values}
    levels: dict[str, list[str]] = {}
    for level in item.objects("levels"):
        name = line(level.text("identifier") or level.text("title") or level.text("bom-ref")).replace(",", " ")
        for reference in level.texts("requirements"):
            levels.setdefault(reference, []).append(name)
            if reference not in names:
                level.astray(reference, "requirements")
    for requirement, values in found:
        reference, parent = requirement.text("bom-ref"), requirement.text("parent")
        if parent and parent not in names:
            requirement.astray(parent, "parent")
        if reference not in mine or not reference:
            under = "" if parent in mine or "level" in values else names.get(parent, "")
            titled = bool(requirement.text("title").strip()) or not requirement.text("text").strip()
            is_heading = reference in over and titled and "level" not in values
            yield _entry(requirement, values, under, tuple(levels.get(reference, ())), heading=is_heading)


def _name(requirement: Seen) -> str:
    """The id of a requirement."""
    return line(requirement.text("identifier")) or line(requirement.text("bom-ref"))


def _entry(requirement: Seen, values: Values, parent: str, levels: tuple[str, ...], *, heading: bool) -> Entry:
    """A requirement."""
    mine = "level" in values
    said = tuple(filter(None, map(str.strip, requirement.texts("descriptions"))))
    addresses = [r.text("url") for r in requirement.objects("externalReferences")]
    title = line(requirement.text("title"))
    return Entry(
        id=_name(requirement),
        title=title,
        text=requirement.text("text") or (title if mine else ""),
        remarks=() if mine else (*said, *(f"See {line(a)}." for a in addresses if line(a))),
        clause=_first(values, "clause"),
        parent=parent,
        heading=heading,
        level=_first(values, "level"),
        severity=_first(values, "severity"),
        objectives=values.get("objective", ()),
        threats=values.get("threat", ()),
        refs=tuple(_references(values.get("ref", ()))),
        cres=requirement.texts("openCre"),
        fix=_first(values, "fix"),
        effort=_first(values, "effort"),
        condition=_first(values, "condition"),
        note=" ".join(said) if mine else "",
        source=_first(values, "source"),
        decided=_first(values, "decidability"),
        lines=tuple(Line("", text) for text in values.get("check", ())),
        questions=values.get("question", ()),
        since=_first(values, "valid-from"),
        until=_first(values, "valid-until"),
        levels=levels,
    )


def _references(texts: tuple[str, ...]) -> Iterator[Reference]:
    """References as we write them: standard, strength or `-`, clause."""
    for text in texts:
        standard, _, rest = text.partition(" ")
        strength, _, clause = rest.partition(" ")
        if clause:
            yield Reference(standard, clause, strength.replace("-", ""))
