"""What is looked at in an OSCAL document of ours beside the official schema.

Guarantees: tells a UUID that is there twice, a reference that leads nowhere or to something of another kind, a row that is missing
or there twice, a state that is not that of the table, a document of another attestation.  Schemas and other validators see none
of the references and nothing of the rows.  It does not judge what the schema judges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rulewright.attest.views import told
from rulewright.attest.views.context import Context
from rulewright.attest.views.oscal_common import STATES, about, control
from rulewright.attest.views.told import Told, text
from rulewright.standards.exchange.names import NAMESPACE

Problems = list[str]
"""What was found to be wrong, one line each."""
_LISTS = {
    "actor-uuid": "components",
    "component-uuid": "components",
    "finding-uuid": "findings",
    "href": "resources",
    "observation-uuid": "observations",
    "party-uuid": "parties",
    "party-uuids": "parties",
    "risk-uuid": "risks",
    "subject-uuid": "components",
}
"""The list in which what a reference names must stand."""


def parsed(document: bytes, root: str, wrong: Problems) -> dict[str, Any]:
    """The document below its one member; empty, and a problem told, where it is not such a document."""
    try:
        plain = told.read(document)
    except ValueError as error:
        wrong.append(f"it cannot be read: {error}")
        return {}
    found = plain.get(root) if isinstance(plain, dict) else None
    if not isinstance(found, dict):
        wrong.append(f"it has no `{root}`")
        return {}
    return found


class _Seen(NamedTuple):
    """What a document has, and what it refers to."""

    counts: Counter[str]
    """How often each UUID is there."""
    known: dict[str, set[str]]
    """The UUIDs by the list that they stand in."""
    references: list[tuple[str, str]]
    """Each reference, with the name of the member that it stands in."""


def _seen(tree: dict[str, Any]) -> _Seen:
    """Go through a document; properties hold neither UUIDs nor references of ours."""
    found = _Seen(Counter(), {}, [])
    left: list[tuple[str, Any]] = [("", tree)]
    while left:
        place, node = left.pop()
        if isinstance(node, list):
            left += [(place, item) for item in node if isinstance(item, dict | list)]
            continue
        for key, item in node.items():
            if isinstance(item, str):
                _text(place, key, item, found)
            elif key == "party-uuids":
                found.references.extend((key, str(one)) for one in item)
            elif key != "props" and isinstance(item, dict | list):
                left.append((key, item))
    return found


def _text(place: str, key: str, item: str, found: _Seen) -> None:
    """Note what a text is: a UUID, a reference, or neither."""
    if key == "uuid":
        found.counts[item] += 1
        found.known.setdefault(place, set()).add(item)
    elif key.endswith("-uuid"):
        found.references.append((key, item))
    elif key == "href" and item.startswith("#"):
        found.references.append((key, item[1:]))


def integrity(tree: dict[str, Any], wrong: Problems) -> None:
    """UUIDs are there once; every reference leads to something of its kind within the document."""
    found = _seen(tree)
    wrong.extend(
        f"the UUID {identity} is there {count} times" for identity, count in sorted(found.counts.items()) if count > 1
    )
    for key, identity in found.references:
        if identity not in found.known.get(_LISTS.get(key, key), set()):
            wrong.append(f"`{key}` {identity} leads nowhere")


def prop_of(tree: object, name: str) -> str:
    """The value of a property of ours."""
    listed = tree.get("props", []) if isinstance(tree, dict) else []
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict) and item.get("name") == name and item.get("ns") == NAMESPACE:
            return str(item.get("value", ""))
    return ""


def bound(tree: dict[str, Any], context: Context, wrong: Problems) -> None:
    """The document says that it belongs to this attestation."""
    head = tree.get("metadata")
    for name, value in told.identity(context):
        if text(value) and prop_of(head, name) != text(value):
            wrong.append(f"the property `{name}` is not that of the attestation")


def rows_once(found: Iterable[tuple[str, str]], wanted: Iterable[tuple[str, str]], what: str, wrong: Problems) -> None:
    """Every row is there exactly once, and nothing else."""
    there, needed = Counter(found), Counter(wanted)
    for name in sorted(needed - there):
        wrong.append(f"{what} of {name[0]} for {name[1]} is missing")
    for name in sorted(there - needed):
        wrong.append(f"{what} of {name[0]} for {name[1]} is there and should not be, or more than once")


def key_of(item: Told) -> tuple[str, str]:
    """Requirement and product as the properties say them."""
    return text(item.row.requirement), text(item.row.product)


def key_in(tree: object) -> tuple[str, str]:
    """Requirement and product that something in a document is about."""
    return prop_of(tree, "requirement"), prop_of(tree, "product")


def findings_right(tree: dict[str, Any], rows: Sequence[Told], context: Context, wrong: Problems) -> None:
    """Findings, observations and risks of a list of rows that apply: there once, with the state of the table."""
    listed = {name: _listed(tree, name) for name in ("findings", "observations", "risks")}
    rows_once(map(key_in, listed["findings"]), map(key_of, rows), "a finding", wrong)
    rows_once(map(key_in, listed["observations"]), map(key_of, rows), "an observation", wrong)
    risky = [item for item in rows if item.row.status in told.OPEN]
    rows_once(map(key_in, listed["risks"]), map(key_of, risky), "a risk", wrong)
    by_key = {key_of(item): item for item in rows}
    for found in listed["findings"]:
        item = by_key.get(key_in(found))
        if item is not None:
            _finding_right(found, item, context, wrong)
    for found in listed["risks"]:
        item = by_key.get(key_in(found))
        wanted = "deviation-approved" if item is not None and item.row.status == "waived" else "open"
        if item is not None and found.get("status") != wanted:
            wrong.append(f"the risk of {item.row.requirement} for {item.row.product} is not `{wanted}`")


def _finding_right(found: dict[str, Any], item: Told, context: Context, wrong: Problems) -> None:
    """One finding has state, control, status, observation and risk of its row."""
    name = f"the finding of {item.row.requirement} for {item.row.product}"
    target = found.get("target", {})
    if target.get("status", {}).get("state") != STATES[item.row.status][0]:
        wrong.append(f"{name} has another state than its row")
    if prop_of(found, "status") != item.row.status:
        wrong.append(f"{name} has another status than its row")
    if target.get("target-id") != f"{control(item)}_smt":
        wrong.append(f"{name} is about another control")
    seen = [one.get("observation-uuid") for one in found.get("related-observations", [])]
    if seen != [about("observation", item, context)]:
        wrong.append(f"{name} does not lead to its observation")
    risks = [one.get("risk-uuid") for one in found.get("related-risks", [])]
    if risks != ([about("risk", item, context)] if item.row.status in told.OPEN else []):
        wrong.append(f"{name} does not lead to its risk, or to one that it has not")


def _listed(tree: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = tree.get(name, [])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
