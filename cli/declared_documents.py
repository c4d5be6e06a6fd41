"""Documents as evidence in a facts file: the list `documents` as facts, and digests held against the files.

Guarantees: an entry of `documents` (`file`, `date`, `facts`; `sha256`, `signer`, `because` where stated) becomes facts of
detector `document`, each with the day, the person and the document that it rests on; what does not fit is a diagnostic.
Wherever a facts file names a document and its SHA-256 and that file is there, the digest is computed: another one is an
error.  A document that is not there is nobody's fault.  What it does not do: read what a document says.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping

from rulewright.cli.facts_file import FactsText
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.facts.declared_values import similar

KEYS = ("file", "date", "sha256", "signer", "because", "facts")
_CARRIED = {"date": "observed", "file": "document", "sha256": "sha256", "signer": "by", "because": "because"}


def expanded(text: FactsText) -> tuple[object, list[Diagnostic]]:
    """The data with the facts of its documents in place of these, and what is wrong with them.

    A list of which no entry is evidence is the collection `documents`, and stays; both in one list are an error.
    """
    listed = text.data.get("documents") if isinstance(text.data, dict) else None
    if not isinstance(text.data, dict) or not isinstance(listed, list) or not any(map(_evidence, listed)):
        return text.data, []
    data: dict[object, object] = {key: value for key, value in text.data.items() if key != "documents"}
    problems: list[Diagnostic] = []
    for number, entry in enumerate(listed):
        for name, fact in _facts(text, entry, f"/documents/{number}", problems):
            if name in data:
                problems.append(_wrong(text, f"`{name}`: stated twice", f"/documents/{number}/facts"))
            data[name] = fact
    return data, problems


def _evidence(entry: object) -> bool:
    """Whether an entry says which facts a document is evidence of."""
    return isinstance(entry, dict) and bool({"file", "facts"} & entry.keys())


def _facts(
    text: FactsText, entry: object, place: str, problems: list[Diagnostic]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The facts of one document."""
    if not isinstance(entry, dict) or not _evidence(entry):
        hint = f"a document that facts rest on has {', '.join(KEYS)}"
        problems.append(_wrong(text, "this entry is no evidence, and others of the list are", place, hint))
        return
    unknown = sorted(str(key) for key in entry if key not in KEYS)
    if unknown:
        problems.append(_wrong(text, f"`{unknown[0]}` is not part of a document", place, similar(unknown[0], KEYS)))
        return
    for key in ("file", "date"):
        if not isinstance(entry.get(key), str) or not str(entry[key]).strip():
            problems.append(_wrong(text, f"`{key}` of a document is not stated", place, _HINTS[key]))
            return
    stated = entry.get("facts")
    if not isinstance(stated, dict) or not stated:
        problems.append(_wrong(text, "this document states no `facts`", place, "name the facts that it is evidence of"))
        return
    carried = {ours: entry[key] for key, ours in _CARRIED.items() if entry.get(key) not in {None, ""}}
    for name, value in _flat(stated, ""):
        yield name, {**carried, "value": value, "detector": "document", "pointer": f"{place}/facts/{name}"}


_HINTS = {"file": 'write where it is: `file = "docs/policy.pdf"`', "date": "write its day: `date = 2026-08-01`"}


def _flat(stated: Mapping[object, object], prefix: str) -> Iterator[tuple[str, object]]:
    """The facts by their whole names; TOML and YAML nest what is written with dots."""
    for key, value in stated.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _wrong(text: FactsText, message: str, place: str, hint: str | None = None) -> Diagnostic:
    found = Diagnostic("RW0019", Severity.ERROR, message, hint=hint, source=text.name, pointer=place)
    return text.located(found)


def mismatches(text: FactsText, path: str) -> list[Diagnostic]:
    """The documents of a facts file that are there and are not those whose digest it states."""
    folder = os.path.dirname(path)
    found, seen = [], set()
    for place, named, stated in _named(text.data):
        key = (named, stated.lower())
        actual = _digest(os.path.join(folder, named)) if key not in seen else None
        seen.add(key)
        if actual is not None and actual != stated.lower():
            message = f"`{named}` is not the document that was relied on: its SHA-256 is {actual[:16]}…, stated is {stated[:16]}…"
            found.append(_wrong(text, message, place, "look at the document again; then state its digest and the day"))
    return found


def _named(data: object) -> list[tuple[str, str, str]]:
    """Every document with a digest, by place: the place, the file, the digest.  However deep it stands."""
    found: list[tuple[str, str, str]] = []
    left: list[tuple[object, str]] = [(data, "")]
    while left:
        value, place = left.pop()
        if isinstance(value, dict):
            named, digest = value.get("document", value.get("file")), value.get("sha256")
            if isinstance(named, str) and isinstance(digest, str) and named and "\0" not in named:
                found.append((f"{place}/sha256", named, digest))
            left += [(inner, f"{place}/{_escaped(key)}") for key, inner in value.items()]
        elif isinstance(value, list):
            left += [(inner, f"{place}/{number}") for number, inner in enumerate(value)]
    return sorted(found)


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _digest(path: str) -> str | None:
    """The SHA-256 of a file; `None` where there is none that can be read."""
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def of_documents(text: FactsText, path: str | None) -> tuple[object, list[Diagnostic]]:
    """The data of a facts file as facts alone, and what is wrong with its documents.

    `path` is where the file lies, `None` where it is held in memory: then no document beside it is looked for.
    """
    data, problems = expanded(text)
    if "sha256" in text.text and path is not None:
        problems += mismatches(text, path)
    return data, problems
