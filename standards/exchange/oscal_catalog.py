"""Standards as an OSCAL catalogue.

Guarantees: valid by the schema of OSCAL 1.1.3; one control for each requirement, with its exact id as `label`; the same
standards give the same bytes.  `oscal_read` reads the same ids, titles, levels and references from it.
What it does not carry: checks and conditions as rules; they stand in it as texts, for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rulewright.standards.exchange.model import Entry, Parameter, Reference, Standard
from rulewright.standards.exchange.names import line, token, uuid
from rulewright.standards.exchange.oscal import Tree, about, back_matter, cited, kept, metadata, prop, props

OTHER = "other"


def catalog(standards: Sequence[Standard], day: str) -> Tree:
    """The document; `day` (ISO 8601) is when it was last modified."""
    one = standards[0]
    alone = len(standards) == 1
    title = (
        (line(one.title) or one.name)
        if alone
        else f"{len(standards)} standards: {', '.join(s.name for s in standards)}"
    )
    version = one.edition if alone else day
    body = _contents(one) if alone else {"groups": [_group(s) for s in standards]}
    return {
        "catalog": kept({
            "uuid": uuid("catalog", day, *(f"{s.name} {s.sha256}" for s in standards)),
            "metadata": metadata(standards, day, title, version),
            **body,
            "back-matter": back_matter(standards),
        })
    }  # fmt: skip


def _group(standard: Standard) -> Tree:
    """A standard among others."""
    return kept({
        "id": standard.id,
        "class": "standard",
        "title": line(standard.title) or standard.name,
        "props": about(standard),
        **_contents(standard),
    })  # fmt: skip


def _contents(standard: Standard) -> Tree:
    """Parameters, and the controls: in groups where several requirements share a clause."""
    params = [_parameter(p, standard) for p in standard.parameters]
    clauses = Counter(e.clause for e in standard.entries)
    if max(clauses.values(), default=0) < 2 or len(clauses) == 1:
        return kept({"params": params, "controls": [_control(e, standard) for e in standard.entries]})
    groups: dict[str, list[Entry]] = {}
    for entry in standard.entries:
        groups.setdefault(entry.clause, []).append(entry)
    found = [
        {
            "id": token(f"{standard.id}_group", clause or OTHER),
            "class": "clause",
            "title": line(clause) or OTHER,
            "controls": [_control(e, standard) for e in entries],
        }
        for clause, entries in groups.items()
    ]
    return kept({"params": params, "groups": found})


def _parameter(found: Parameter, standard: Standard) -> Tree:
    """A parameter with its default and its bounds."""
    return kept({
        "id": token(standard.id, found.name),
        "label": found.name,
        "props": props([("type", found.type)]),
        "constraints": [{"description": found.bound}] if found.bound else [],
        "values": [line(found.value)] if line(found.value) else [],
    })  # fmt: skip


def _control(entry: Entry, standard: Standard) -> Tree:
    """A requirement."""
    name = token(standard.id, entry.id)
    return kept({
        "id": name,
        "class": "requirement",
        "title": line(entry.title) or line(entry.id),
        "props": [{"name": "label", "value": line(entry.id)}, *_props(entry, standard)],
        "links": [_link(r) for r in entry.refs],
        "parts": _parts(entry, name),
    })  # fmt: skip


def _props(entry: Entry, standard: Standard) -> list[Tree]:
    """What is said of a requirement besides its text."""
    return props([
        ("edition", standard.edition),
        ("level", entry.level),
        ("severity", entry.severity),
        ("clause", entry.clause),
        *(("objective", name) for name in entry.objectives),
        *(("threat", name) for name in entry.threats),
        ("condition", entry.condition),
        ("decidability", entry.decided),
        ("effort", entry.effort),
        ("source", entry.source),
        ("valid-from", entry.since),
        ("valid-until", entry.until),
    ])  # fmt: skip


def _link(ref: Reference) -> Tree:
    """A reference to a clause: the resource is the standard, the fragment the clause."""
    words = " ".join(filter(None, (ref.standard, line(ref.clause), ref.strength)))
    return {"href": f"#{cited(ref.standard)}", "rel": "reference", "resource-fragment": line(ref.clause), "text": words}


def _parts(entry: Entry, name: str) -> list[Tree]:
    """Statement, guidance, note, and what an assessor looks at."""
    found: list[Tree] = [{"id": f"{name}_smt", "name": "statement", "prose": line(entry.text or entry.title)}]
    if line(entry.fix):
        found.append({"id": f"{name}_gdn", "name": "guidance", "prose": line(entry.fix)})
    if line(entry.note):
        found.append({"id": f"{name}_ovw", "name": "overview", "prose": line(entry.note)})
    for number, text in enumerate(entry.questions, 1):
        part: Tree = {"id": f"{name}_qst.{number}", "name": "assessment-objective", "class": "question"}
        found.append(part | {"props": [prop("question", str(number))], "prose": line(text)})
    for number, found_line in enumerate(entry.lines, 1):
        part = {"id": f"{name}_obj.{number}", "name": "assessment-objective", "class": "check"}
        found.append(part | {"props": [prop("line", found_line.label)], "prose": line(found_line.text)})
    return found
