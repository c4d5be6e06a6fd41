"""A result that was written as JSON, as the report that it was: the inverse of `engine.result.encode`.

Guarantees: what is read encodes to the same bytes again, as far as this version knows the keys; later keys are left out;
what is no `rulewright-result/1` is a `NotAResultError` with one line that says why.  It opens no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from rulewright.engine.result import Report

FORMAT = "rulewright-result/1"


class NotAResultError(ValueError):
    """These bytes are no result; the message says why."""


def decode(data: bytes) -> Report:
    """The report of a result.  Raises `NotAResultError`."""
    try:
        plain = _ours(msgspec.json.decode(data))
        for line in _lines(plain):
            line["values"] = _named(line.get("values"))
            for element in _elements(line, "elements"):
                element["values"] = _named(element.get("values"))
        report = msgspec.convert(plain, Report)
        date.fromisoformat(report.as_of[:10])
    except (ValueError, RecursionError) as error:  # what msgspec raises are kinds of the first
        raise NotAResultError(str(error)) from None
    return report


def _ours(plain: object) -> dict[str, object]:
    """The result as plain data.  Raises `NotAResultError` where it says that it is something else."""
    if isinstance(plain, dict) and plain.get("format") == FORMAT:
        return plain
    raise NotAResultError(f"it does not say `{FORMAT}`")


def _lines(plain: dict[str, object]) -> Iterator[dict[str, object]]:
    """The reasons of all results."""
    for found in _mappings(plain.get("results")):
        yield from _mappings(found.get("reason"))


def _elements(owner: dict[str, object], key: str) -> Iterator[dict[str, object]]:
    """The elements of a line, and those below them."""
    for element in _mappings(owner.get(key)):
        yield element
        yield from _elements(element, "children")


def _mappings(value: object) -> Iterator[dict[str, object]]:
    """What of a list is a mapping; the rest is refused when the whole is converted."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _named(values: object) -> object:
    """The facts looked at as a list, each with its path; witnesses are about the same fact."""
    if not isinstance(values, dict):
        return values
    return [_with_path(path, shown) for path, shown in values.items()]


def _with_path(path: object, shown: object) -> object:
    if not isinstance(shown, dict):
        return shown
    witnesses = shown.get("witnesses")
    told = {"witnesses": [_with_path(path, one) for one in witnesses]} if isinstance(witnesses, list) else {}
    return {**shown, **told, "fact": path}
