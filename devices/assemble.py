"""All detectors over one tree, and what they find as the facts of a product.

Guarantees: every detector runs once, in the order of a table; one that breaks takes its own facts with it and is named.
Facts count as observed; components known by a banner alone as derived.  What it does not do: judge, or read other sources.
"""

from __future__ import annotations

import posixpath
from array import array
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

import msgspec

from rulewright.devices import completeness, serving, settled
from rulewright.devices.daemons import daemons as daemons_of
from rulewright.devices.digest import Digest, digest
from rulewright.devices.linked import Linker
from rulewright.devices.model import Daemon, Findings, Noted, Row, Start
from rulewright.devices.starts import starts
from rulewright.devices.systemd_units import Units
from rulewright.devices.tables import tables
from rulewright.devices.tree import Tree
from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Relation, Source, Table
from rulewright.facts.types import Trust
from rulewright.facts.vocabulary import Vocabulary


class Seen(msgspec.Struct):
    """What several detectors need of a tree, found once."""

    tree: Tree
    started: Sequence[Start]
    daemons: Sequence[Daemon]
    linker: Linker
    units: Units


Detector = Callable[..., Findings]
ARGUMENTS: Mapping[str, Callable[[Seen], tuple[object, ...]]] = {
    "tree": lambda s: (s.tree,),
    "started": lambda s: (s.tree, s.started),
    "daemons": lambda s: (s.tree, s.daemons),
    "linked": lambda s: (s.tree, s.daemons, s.linker),
    "both": lambda s: (s.tree, s.started, s.daemons),
    "both linked": lambda s: (s.tree, s.started, s.daemons, s.linker),
}
"""What a detector is given, by a word."""
DETECTORS = (
    ("serving", "both"),
    ("accounts", "daemons"),
    ("config_dns", "daemons"),
    ("config_ftp", "daemons"),
    ("config_http", "daemons"),
    ("config_mqtt", "daemons"),
    ("config_shares", "daemons"),
    ("config_snmp", "daemons"),
    ("config_ssh", "daemons"),
    ("config_telnet", "daemons"),
    ("config_upnp", "daemons"),
    ("config_wifi", "daemons"),
    ("keys", "daemons"),
    ("secrets", "daemons"),
    ("hardening", "linked"),
    ("kernel", "started"),
    ("updates", "started"),
    ("firewall", "started"),
    ("sandbox", "both linked"),
    ("debug", "both"),
    ("packages", "tree"),
    ("permissions", "daemons"),
)
"""The modules of this folder with a function `detect`, and what each is given."""


class Assembled(msgspec.Struct):
    """The facts of a tree, what has to be said of it, and what it is known by."""

    facts: ProductFacts
    notes: list[Noted]
    digest: Digest
    counts: dict[str, int]


def assemble(tree: Tree, vocabulary: Vocabulary, detectors: Sequence[tuple[str, str]] = DETECTORS) -> Assembled:
    """Everything that is known of a device by its tree."""
    known = digest(tree)
    source = Source(tree.name, known.sha256, settled.DETECTOR, Trust.OBSERVED)
    broken: list[Noted] = []
    seen = _seen(tree, broken)
    found = [_run(module, words, seen, broken) for module, words in detectors]
    found.append(Findings(rows=[_daemon_row(seen, daemon, broken) for daemon in seen.daemons]))
    rows = rows_of(found)
    notes = [*tree.notes, *(note for one in found for note in one.notes), *broken]
    notes += _special(known)
    extents = completeness.extents(tree, seen.started, rows, notes)
    made = tables(rows, extents, source)
    give_owners(made, rows)
    product = _product(tree, source)
    doubt = any(note.severe for note in notes) or serving.elsewhere(tree, seen.started)
    facts = ProductFacts(product, settled.facts(found, vocabulary, source, doubt=doubt), made)
    return Assembled(facts, list(dict.fromkeys(notes)), known, {name: len(found) for name, found in rows.items()})


def _seen(tree: Tree, broken: list[Noted]) -> Seen:
    """Starts and daemons; none where their detectors break."""
    started: Sequence[Start] = ()
    served: Sequence[Daemon] = ()
    try:
        started = starts(tree)
        served = daemons_of(tree, started)
    except Exception as error:  # noqa: BLE001  # a detector that breaks is a finding, whatever broke it
        broken.append(_broke("starts", error))
    return Seen(tree, started, served, Linker(tree), Units(tree))


def _run(module: str, words: str, seen: Seen, broken: list[Noted]) -> Findings:
    """One detector."""
    try:
        detect: Detector = import_module(f"rulewright.devices.{module}").detect
        return detect(*ARGUMENTS[words](seen))
    except Exception as error:  # noqa: BLE001  # a detector that breaks is a finding, whatever broke it
        broken.append(_broke(module, error))
        return Findings()


def _broke(module: str, error: Exception) -> Noted:
    text = " ".join(str(error).split())[:120]
    return Noted(
        "RW1505", f"the detector `{module}` broke ({type(error).__name__}: {text}): its facts are missing", severe=True
    )


def _daemon_row(seen: Seen, daemon: Daemon, broken: list[Noted]) -> Row:
    """A daemon with how it is built, confined and protected."""
    from rulewright.devices import hardening, sandbox
    from rulewright.devices.protection import protection

    more: dict[str, bool | int | str | tuple[str, ...] | None] = {}
    try:
        more |= hardening.fields(seen.linker, daemon)
        more |= sandbox.fields(seen.tree, seen.units, seen.started, daemon)
        asks = protection(seen.tree, daemon)
        more |= {"authenticated": asks.authenticated, "encrypted": asks.encrypted}
    except Exception as error:  # noqa: BLE001  # a detector that breaks is a finding, whatever broke it
        broken.append(_broke(f"daemon {daemon.kind}", error))
    return serving.row(daemon, more)


def rows_of(found: Sequence[Findings]) -> dict[str, list[Row]]:
    """The rows of all detectors by collection: what was said of attributes with their chains among the findings."""
    rows: dict[str, list[Row]] = {}
    for one in found:
        for row in one.rows:
            rows.setdefault(row.collection, []).append(row)
    for one in found:
        for said in one.said:
            detail = " · ".join(part for part in (said.scope, said.text) if part)
            fields: dict[str, bool | int | str | tuple[str, ...] | None] = {
                "subject": said.attribute,
                "level": said.level.word,
                "path": said.place.path,
                "detail": detail or None,
                "chain": " -> ".join(step.place.pointer for step in said.chain) or None,
            }
            rows.setdefault("finding", []).append(Row("finding", fields, said.place))
    return rows


def _special(known: Digest) -> list[Noted]:
    """How many entries were never opened."""
    count = known.kinds.get("device", 0) + known.kinds.get("other", 0)
    return [Noted("RW1511", f"{count:,} device nodes, sockets or pipes are not opened")] if count else []


def give_owners(made: dict[str, Table], rows: Mapping[str, Sequence[Row]]) -> None:
    """Which properties belong to which component: they name it by its `id`."""
    components, properties = made.get("component"), made.get("property")
    if components is None or properties is None:
        return
    at = {row.fields.get("id"): number for number, row in reversed(list(enumerate(rows["component"])))}
    pairs = sorted(
        (at[owner], number)
        for number, row in enumerate(rows["property"])
        if (owner := row.fields.get("component")) in at
    )
    properties.builders = {name: build for name, build in properties.builders.items() if name != "component"}
    properties.relations = {
        "component": lambda: Relation(array("i", [a for a, _ in pairs]), array("i", [b for _, b in pairs]))
    }


def _product(tree: Tree, source: Source) -> Product:
    """The product by what the image says of itself (os-release(5): IMAGE_ID, IMAGE_VERSION), else by the tree's name."""
    said = _image(tree)
    name = said.get("IMAGE_ID") or posixpath.basename(tree.name.rstrip("/")) or tree.name
    version = said.get("IMAGE_VERSION", "")
    ident = f"{name}@{version}" if version else tree.name
    return Product(ident, name, version, (source,))


def _image(tree: Tree) -> dict[str, str]:
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        if tree.is_file(path):
            pairs = (line.split("=", 1) for line in tree.lines(path) if "=" in line)
            return {key.strip(): value.strip().strip("\"'") for key, value in pairs}
    return {}
