"""`rulewright test RULES --snapshots FOLDER`: what rules say of kept products, against what they said before.

Guarantees: a sub-folder of FOLDER is a product; every file in it but `snapshot.toml` and `report.json` is a document about it.
The day is the one that `snapshot.toml` states, in the sub-folder or in FOLDER; never today.  `report.json` is the result of
`check` without what changes though no verdict does: the engine's version and the digests of rule texts; names of documents are
relative to the product's folder.  Without a kept report, or with another one, the exit code is 1; `--update` writes.
What lies where nothing would read it is refused.  What it does not do: remove the reports of products that are gone, or run tests.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import NamedTuple

import msgspec

from rulewright.cli import exits
from rulewright.cli.check import compiled_policies, judged
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink
from rulewright.cli.problems import problem, refuse
from rulewright.cli.progress import Progress
from rulewright.cli.streams import paint_for, put, write_file
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic
from rulewright.engine import result

SETTINGS, KEPT = "snapshot.toml", "report.json"
_OWN = frozenset((SETTINGS, KEPT))
_KEYS = frozenset(("as_of", "placed_on_market"))


def run(request: Request) -> int:
    """Compare, or with `--update` keep; return the exit code."""
    folder = request.one("snapshots") or ""
    products = _products(folder)
    if products.wrong:
        return refuse(products.wrong)
    outcomes = [_product(request, folder, name) for name in products.names]
    if exits.BAD_INPUT in outcomes:
        return exits.BAD_INPUT
    changed = outcomes.count(exits.BLOCKED)
    if "quiet" not in request.flags:
        kept = "kept" if "update" in request.flags else f"{len(products.names) - changed:,} as kept, {changed:,} not"
        put(f"{plural(len(products.names), 'product')}: {kept}\n")
    return exits.BLOCKED if changed else exits.OK


class _Found(NamedTuple):
    """Names or paths in their order, or what is wrong."""

    names: Sequence[str]
    wrong: Sequence[Diagnostic] = ()


def _products(folder: str) -> _Found:
    """The sub-folders, in order; what else lies there would be skipped, so it is refused, but for hidden files."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        return _Found((), [problem("RW0905", f"`{folder}` cannot be read: {(error.strerror or '').lower()}")])
    hint = "a product is a sub-folder with its documents"
    wrong = [_stray(entry, hint) for entry in entries if not _expected(entry)]
    found = [entry.name for entry in entries if entry.is_dir()]
    return _Found(found, wrong if wrong or found else [problem("RW0905", f"`{folder}` holds no product", hint)])


def _expected(entry: os.DirEntry[str]) -> bool:
    """Whether something in the folder of products is a product, the settings, or a hidden file (`.gitignore`)."""
    hidden = entry.name.startswith(".")
    return not hidden if entry.is_dir() else entry.is_file() and (hidden or entry.name == SETTINGS)


def _stray(entry: os.DirEntry[str], hint: str) -> Diagnostic:
    """Something that belongs to no product."""
    if entry.is_dir():
        message = f"`{entry.path}` is a hidden folder, and no product"
        return problem("RW0905", message, "give it a name without the dot, or put it elsewhere")
    return problem("RW0905", f"`{entry.path}` belongs to no product", hint)


def _documents(place: str) -> _Found:
    """The documents of a product, in order: all files but ours; a folder in it would be skipped, so it is refused."""
    entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    hint = f"documents lie in `{place}` itself"
    wrong = [
        problem("RW0905", f"`{entry.path}` is {'a folder' if entry.is_dir() else 'no file that can be read'}", hint)
        for entry in entries
        if not entry.is_file()
    ]
    found = [entry.path for entry in entries if entry.name not in _OWN]
    if not wrong and not found:
        wrong = [problem("RW0905", f"`{place}` holds no document", "put the product's SBOM or facts file there")]
    return _Found(found, wrong)


def _product(request: Request, folder: str, name: str) -> int:
    """One product: its report now, against the one that is kept."""
    place = os.path.join(folder, name)
    documents = _documents(place)
    if documents.wrong:
        return refuse(documents.wrong)
    stated = _settings(folder, place)
    if isinstance(stated, Diagnostic):
        return refuse([stated])
    text = _report(request, documents.names, place, stated)
    if isinstance(text, int):
        return text
    path = os.path.join(place, KEPT)
    kept = _read(path)
    if kept == text:
        return exits.OK
    if "update" not in request.flags:
        _differ(path, kept, text)
        return exits.BLOCKED
    try:
        write_file(path, text.encode())
    except OSError as error:
        return refuse([problem("RW0006", f"`{path}` cannot be written: {(error.strerror or '').lower()}")])
    return exits.OK


def _settings(folder: str, place: str) -> Mapping[str, str] | Diagnostic:
    """What `snapshot.toml` states, that of the product over that of all."""
    stated: dict[str, str] = {}
    for home in (folder, place):
        path = os.path.join(home, SETTINGS)
        if not os.path.exists(path):
            continue
        try:
            with open(path, "rb") as stream:
                found = tomllib.load(stream)
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            return problem("RW0905", f"`{path}` cannot be read: {str(error).lower()}")
        strange = sorted(found.keys() - _KEYS)
        if strange:
            return problem("RW0905", f"`{path}` states `{strange[0]}`", f"it may state {' and '.join(sorted(_KEYS))}")
        stated |= {key: str(value) for key, value in found.items()}
    if "as_of" not in stated:
        path = os.path.join(folder, SETTINGS)
        return problem("RW0905", f"`{path}` does not state the day", 'write a line like as_of = "2026-09-01"')
    return stated


def _report(request: Request, documents: Sequence[str], place: str, stated: Mapping[str, str]) -> str | int:
    """The report as it is kept; an int is the exit code after saying why there is none."""
    texts = {"policy": request.arguments, **{key: (value,) for key, value in stated.items()}}
    flags = request.flags & {"no_cache", "debug"} | {"same_product", "quiet"}
    asked = Request("check", tuple(documents), texts, frozenset(flags))
    compiled = compiled_policies(asked)
    if isinstance(compiled, int):
        return compiled
    with Progress(1, quiet=True) as progress:
        found = judged(asked, compiled, progress)
    if isinstance(found, int):
        return found
    data: object = msgspec.json.decode(result.encode(found.report))
    assert isinstance(data, dict)
    data = {"format": "rulewright-snapshot/1", **{k: v for k, v in data.items() if k not in {"format", "engine"}}}
    for policy in data["policies"]:
        del policy["sha256"]
    return msgspec.json.format(msgspec.json.encode(_relative(data, place + os.sep)), indent=2).decode() + "\n"


def _relative(node: object, prefix: str) -> object:
    """Names of documents without the folder before them."""
    if isinstance(node, dict):
        return {key: _relative(value, prefix) for key, value in node.items()}
    if isinstance(node, list):
        return [_relative(item, prefix) for item in node]
    return node.removeprefix(prefix) if isinstance(node, str) else node


def _read(path: str) -> str:
    """The report that is kept; empty where there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _differ(path: str, kept: str, text: str) -> None:
    """Show the difference."""
    paint = paint_for(sys.stdout)
    name = clean(path)
    inks = {"-": Ink.FAIL, "+": Ink.GOOD, "@": Ink.NAME}
    for line in unified_diff(kept.splitlines(), text.splitlines(), f"{name} (kept)", f"{name} (now)", lineterm=""):
        ink = inks.get(line[:1])
        put((clean(line) if ink is None else paint(clean(line), ink)) + "\n")
