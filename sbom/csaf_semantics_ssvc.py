"""Tests of CSAF 2.1 on SSVC and on extensions: 6.1.46 to 6.1.48, 6.1.60.

Guarantees: decision points of registered namespaces are judged by the table of this package; a version newer than any it
has is judged by the newest, with a note.  Extensions are judged by what all have in common: no schema is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from rulewright.sbom.csaf_semantics_history import version
from rulewright.sbom.csaf_semantics_view import Fields, Report, View, child, objects, strings, text
from rulewright.sbom.findings import shown

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

CODE = "RW1258"
EXTENSIONS = "RW1259"
_FREE = frozenset({"test", "example"})
"""Registered namespaces in which everything goes."""
_EXTENSION = re.compile(r"https://[^\s/]+/(?:[^\s/]+/)*[^\s/]+_\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?\.json\Z")


class Point(msgspec.Struct, frozen=True):
    """A decision point as it is registered."""

    name: str
    values: dict[str, str]
    """Names of values by key, in their order."""


def check(view: View, report: Report) -> None:
    """Make the tests."""
    if not view.newer:
        return
    for place, vulnerability in view.vulnerabilities:
        for at, content, _, _ in view.scores(vulnerability, place):
            stated = content.get("ssvc_v2")
            if isinstance(stated, dict):
                _judge(view, vulnerability, stated, f"{at}/ssvc_v2", report)
    for place, extension in _extensions(view):
        _extension(extension, place, report)


def _judge(view: View, vulnerability: Fields, stated: Fields, place: str, report: Report) -> None:
    """Judge one list of selections: 6.1.46 to 6.1.48."""
    refusal = next(iter(_schema().iter_errors(stated)), None)
    if refusal is not None:
        step = "".join(f"/{part}" for part in refusal.instance_path)
        report.fail(CODE, "6.1.46", shown(refusal.message, 160), f"{place}{step}")
    names = {text(i, "text") for _, i in objects(vulnerability, "ids", "")} | {text(vulnerability, "cve")}
    tracking = text(view.tracking, "id")
    for number, target in strings(stated, "target_ids"):
        at = f"{place}/target_ids/{number}"
        if target not in names:
            report.fail(CODE, "6.1.47", f"`{shown(target)}` is no id of the vulnerability", at)
        elif target == tracking and len(view.vulnerabilities) > 1:
            message = "the id of the document stands for one of several vulnerabilities"
            report.fail(CODE, "6.1.47", message, at)
    for at, selection in objects(stated, "selections", place):
        _selection(selection, at, report)


@cache
def _schema() -> Draft202012Validator:
    """Give the official schema of selections."""
    import json

    import jsonschema_rs

    path = files("rulewright.sbom") / "csaf_tables" / "ssvc-selection-list-2.0.0.schema.json"
    return jsonschema_rs.Draft202012Validator(json.loads(path.read_bytes()), validate_formats=True)


@cache
def _points() -> dict[str, dict[str, dict[str, Point]]]:
    """Give the registered decision points by namespace, key and version."""
    found: dict[str, dict[str, dict[str, Point]]] = {}
    rows = (files("rulewright.sbom") / "csaf_tables" / "ssvc.txt").read_text("utf-8").splitlines()
    for namespace, key, stated, name, *values in (row.split("\t") for row in rows):
        point = Point(name, dict(value.split("=", 1) for value in values))
        found.setdefault(namespace, {}).setdefault(key, {})[stated] = point
    return found


def _selection(selection: Fields, place: str, report: Report) -> None:
    """Judge one decision point and its values: 6.1.48."""
    namespace, key, stated = (text(selection, field) for field in ("namespace", "key", "version"))
    whole, slash, _ = namespace.partition("/")
    base = whole.partition("#")[0]
    if base in {"invalid", "x_invalid"}:
        report.fail(CODE, "6.1.48", f"the namespace `{shown(base)}` is reserved", f"{place}/namespace")
    registered = _points().get(whole) or _points().get(base)
    if base.startswith("x_") or base in _FREE or registered is None:
        return
    known = registered.get(key, {})
    point = known.get(stated)
    if point is None:
        point = _newest(known, stated)
        if point is None:
            message = f"there is no decision point `{shown(key)}` {shown(stated, 20)} in `{shown(base)}`"
            report.fail(CODE, "6.1.48", message, place)
            return
        report.undecided("6.1.48", f"version {shown(stated, 20)} is newer than those that are known here", place)
    _values(selection, point, place, translated=bool(slash), report=report)


def _newest(known: dict[str, Point], stated: str) -> Point | None:
    """Give the newest known version of a point where the stated one is newer still."""
    ordered = sorted((v, point) for text_, point in known.items() if (v := version(text_)))
    this = version(stated)
    return ordered[-1][1] if ordered and this is not None and ordered[-1][0] < this else None


def _values(selection: Fields, point: Point, place: str, *, translated: bool, report: Report) -> None:
    """Judge names and values; extensions of a namespace may rename, but neither add nor reorder."""
    order = {key: number for number, key in enumerate(point.values)}
    name, last = text(selection, "name"), -1
    if name and name != point.name and not translated:
        report.fail(CODE, "6.1.48", f"the decision point is called `{point.name}`", f"{place}/name")
    for at, value in objects(selection, "values", place):
        key = text(value, "key")
        if key not in order:
            report.fail(CODE, "6.1.48", f"the decision point has no value `{shown(key)}`", at)
            continue
        stated = text(value, "name")
        if stated and stated != point.values[key] and not translated:
            report.fail(CODE, "6.1.48", f"the value `{key}` is called `{point.values[key]}`", f"{at}/name")
        if order[key] < last:
            report.fail(CODE, "6.1.48", f"the value `{key}` stands behind one that follows it", at)
        last = max(last, order[key])


# --- extensions --------------------------------------------------------------------------------------------------------


def _extensions(view: View) -> Iterator[tuple[str, object]]:
    """Every extension with its place."""
    held: list[tuple[str, Fields]] = [("", view.root), ("/document", view.document)]
    held += [(d.place, d.product) for d in view.definitions]
    held += view.vulnerabilities
    for base, vulnerability in view.vulnerabilities:
        held += [(f"{at}/content", child(m, "content")) for at, m in objects(vulnerability, "metrics", base)]
    for place, holder in held:
        listed = holder.get("x_extensions")
        for number, item in enumerate(listed if isinstance(listed, list) else ()):
            yield f"{place}/x_extensions/{number}", item


def _extension(extension: object, place: str, report: Report) -> None:
    """Judge an extension by what all have in common: 6.1.60.1; its own schema is not at hand (6.1.60.2, 6.1.60.3)."""
    fields: Fields = extension if isinstance(extension, dict) else {}
    wanted: dict[str, type] = {"$schema": str, "category": str, "content": dict, "critical": bool}
    for key, kind in wanted.items():
        if not isinstance(fields.get(key), kind):
            report.fail(EXTENSIONS, "6.1.60.1", f"the extension has no `{key}` as it is to be", place)
    for key in sorted(fields.keys() - wanted.keys()):
        report.fail(EXTENSIONS, "6.1.60.1", f"extensions have no `{shown(key)}`", f"{place}/{key}")
    if fields.get("content") == {}:
        report.fail(EXTENSIONS, "6.1.60.1", "the content is empty", f"{place}/content")
    category = text(fields, "category")
    schema = text(fields, "$schema")
    if category and category not in {"essential", "significant", "supplementary"}:
        report.fail(EXTENSIONS, "6.1.60.1", f"there is no category `{shown(category)}`", f"{place}/category")
    if schema and not _EXTENSION.match(schema):
        message = f"`{shown(schema)}` is not the versioned address of an extension"
        report.fail(EXTENSIONS, "6.1.60.1", message, f"{place}/$schema")
    if schema:
        named = f"{category} extension" if category else "extension"
        report.undecided("6.1.60.2, 6.1.60.3", f"the {shown(named)} `{shown(schema, 200)}` is not known here", place)
