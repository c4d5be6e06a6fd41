"""Independent validators of the views, each with a document that it must refuse.

Guarantees: an answer is that of the schema, library or command named, about the document as bundled; what cannot be had is `None` and
never an empty list of errors; the control of a validator is one of our own documents with one change that the format forbids, so a
validator that takes anything is seen.  What validators miss (references, completeness) our own checks look at when a bundle is built.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rulewright.attest import dsse

HERE = Path(__file__).resolve().parent
Change = Callable[[bytes], bytes]
Errors = list[str] | None
Named = tuple[str, bytes]
"""A document and its file name."""


class Place(NamedTuple):
    """Where things are: the folder to work in, the Node modules, the folder of official schemas (or nothing), the commands."""

    folder: Path
    modules: Path
    vectors: Path | None
    commands: Path

    @property
    def node(self) -> str | None:
        """Node, where it is."""
        return shutil.which("node")


class Validator(NamedTuple):
    """Who judges which files, how, what it must refuse, and what its version is the version of (a package, or a text)."""

    name: str
    files: tuple[str, ...]
    judge: Callable[[Place, Sequence[Named]], list[Errors]]
    control: Change
    package: str = ""
    version: str = ""


def _changed(change: Callable[[Any], object]) -> Change:
    """A change of a JSON document."""

    def made(document: bytes) -> bytes:
        plain = json.loads(document)
        change(plain)
        return json.dumps(plain).encode()

    return made


# --- official schemas


def schema(path: str) -> Callable[[Place, str, bytes], Errors]:
    """A JSON Schema of the folder of vectors, by `jsonschema-rs`; schemas beside it are found by their names."""

    def judge(place: Place, _: str, document: bytes) -> Errors:
        if place.vectors is None:
            return None
        import jsonschema_rs

        file = place.vectors / path
        plain = json.loads(file.read_bytes())
        family, _, _ = path.partition("/")
        near = {other.name: other for other in (place.vectors / family).rglob("*.json")}

        def found(address: str) -> Any:
            return json.loads(near[_local(address)].read_bytes())

        validator = jsonschema_rs.validator_for(plain, validate_formats=True, retriever=found)
        return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(json.loads(document))]

    return judge


def _local(address: str) -> str:
    """The file that holds the schema of an address."""
    return address.rsplit("/", 1)[-1].replace(".SNAPSHOT", "")


def junit_xsd(place: Place, _: str, document: bytes) -> Errors:
    """The XML Schema of JUnit reports that build servers use."""
    if place.vectors is None:
        return None
    xmlschema: Any = importlib.import_module("xmlschema")
    reader = xmlschema.XMLSchema(str(place.vectors / "junit" / "JUnit.xsd"))
    return [str(error.reason) for error in reader.iter_errors(io.BytesIO(document))]


# --- OSCAL


def trestle_import(place: Place, name: str, document: bytes) -> Errors:
    """`trestle import`, then `trestle validate` of what it imported."""
    command = str(place.commands / "trestle")
    space, path = place.folder / "trestle", place.folder / name
    shutil.rmtree(space, ignore_errors=True)
    space.mkdir()
    path.write_bytes(document)
    for words in (["init"], ["import", "-f", str(path), "-o", "imported"], ["validate", "-a"]):
        done = subprocess.run([command, *words], cwd=space, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode != 0:
            return [f"trestle {words[0]}: exit code {done.returncode}"]
    return []


def oscal_load(place: Place, _: str, document: bytes) -> Errors:
    """`OSCAL.loads`, which looks at the metaschema: structure, data types, allowed values, cardinality, choices."""
    with contextlib.chdir(place.folder):  # it keeps a database of its own in the folder where it is called
        oscal: Any = importlib.import_module("oscal")
        found = oscal.OSCAL.loads(document.decode())
    if found.is_valid and not found.validation_errors:
        return []
    return [json.dumps(error, sort_keys=True, default=str) for error in found.validation_errors] or ["not valid"]


# --- SARIF


def multitool(place: Place, _: str, document: bytes) -> Errors:
    """The rules of Microsoft's SARIF Multitool at level `error`."""
    system = {"posix": "linux", "nt": "win32"}.get(os.name, "")
    if os.uname().sysname == "Darwin":
        system = "darwin"
    command = place.modules / f"@microsoft/sarif-multitool-{system}" / "Sarif.Multitool"
    if not command.exists():
        return None
    path, out = place.folder / "judged.sarif", place.folder / "found.sarif"
    path.write_bytes(document)
    out.unlink(missing_ok=True)
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    words = [str(command), "validate", str(path), "-o", str(out), "--log", "ForceOverwrite"]
    subprocess.run(words, check=False, capture_output=True, env=environment, timeout=300)
    told = json.loads(out.read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    return [result["ruleId"] for result in told if result.get("level", "warning") == "error"]


# --- CycloneDX, CSAF


def cyclonedx_python(_: Place, name: str, document: bytes) -> Errors:
    """`JsonStrictValidator` of cyclonedx-python-lib."""
    validation: Any = importlib.import_module("cyclonedx.validation.json")
    schemas: Any = importlib.import_module("cyclonedx.schema")
    version = schemas.SchemaVersion.from_version(_version(name))
    found = validation.JsonStrictValidator(version).validate_str(document.decode())
    return [] if found is None else [str(found.data)[:200]]


def _version(name: str) -> str:
    return name.removesuffix(".cdx.json").rsplit("-", 1)[-1]


def on_node(validator: str) -> Callable[[Place, Sequence[Named]], list[Errors]]:
    """A validator of `validators.mjs`, which is asked about all documents at once."""

    def judge(place: Place, documents: Sequence[Named]) -> list[Errors]:
        if place.node is None:
            return [None] * len(documents)
        told = []
        for number, (name, document) in enumerate(documents):
            path = place.folder / f"judged-{number}"
            path.write_bytes(document)
            told.append({"validator": validator, "version": _version(name), "path": str(path)})
        cases = place.folder / "validate.json"
        cases.write_text(json.dumps(told), encoding="utf-8")
        words = [place.node, str(HERE / "validators.mjs"), str(place.modules), str(cases)]
        done = subprocess.run(words, capture_output=True, check=True, timeout=600)
        found: list[Errors] = json.loads(done.stdout)
        return found

    return judge


def each(judge: Callable[[Place, str, bytes], Errors]) -> Callable[[Place, Sequence[Named]], list[Errors]]:
    """A validator that is asked about one document at a time; one that breaks on it refuses it."""

    def asked(place: Place, name: str, document: bytes) -> Errors:
        try:
            return judge(place, name, document)
        except (ImportError, FileNotFoundError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever a library raises, it does not take the document
            return [type(error).__name__]

    return lambda place, documents: [asked(place, name, document) for name, document in documents]


# --- in-toto


def statement(_: Place, __: str, document: bytes) -> Errors:
    """The statement of an envelope by sigstore-python's strict model."""
    sigstore: Any = importlib.import_module("sigstore.dsse")
    try:
        sigstore.Statement(dsse.decode(document).payload)
    except Exception as error:  # noqa: BLE001  # a library's own errors
        return [type(error).__name__]
    return []


def _restated(document: bytes) -> bytes:
    """An envelope around the statement without its subjects."""
    found = dsse.decode(document)
    made = _changed(lambda d: d.update(subject=[]))(found.payload)
    return dsse.encode(dsse.Envelope(made, found.payload_type, found.signatures))


AR, POAM, SARIF, VEX, CSAF, JUNIT = "oscal-assessment-results.json", "oscal-poam.json", "results.sarif", "openvex.json", "csaf-vex.json", "junit.xml"  # fmt: skip
CDX = ("declarations-1.6.cdx.json", "declarations-1.7.cdx.json")
STATEMENTS = ("root", "svr", "test-result", "vsa", "oscal-assessment-results", "oscal-poam")


def _untitled(d: dict[str, Any]) -> None:
    next(iter(d.values()))["metadata"].pop("title")


VALIDATORS: tuple[Validator, ...] = (
    Validator("JSON Schema of NIST", (AR,), each(schema("oscal/json-schema/oscal_assessment-results_schema.json")), _changed(_untitled), version="1.2.1"),
    Validator("JSON Schema of NIST", (POAM,), each(schema("oscal/json-schema/oscal_poam_schema.json")), _changed(_untitled), version="1.2.1"),
    Validator("compliance-trestle: import, validate", (AR, POAM), each(trestle_import), _changed(_untitled), "compliance-trestle"),
    Validator("oscal: load", (AR, POAM), each(oscal_load), _changed(_untitled), "oscal"),
    Validator("JSON Schema of OASIS", (SARIF,), each(schema("sarif/sarif-schema-2.1.0.json")), _changed(lambda d: d.pop("runs")), version="2.1.0"),
    Validator("SARIF Multitool", (SARIF,), each(multitool), _changed(lambda d: d["runs"][0]["results"][0].update(ruleIndex=9999)), "@microsoft/sarif-multitool"),
    Validator("JSON Schema of CycloneDX", CDX[:1], each(schema("cyclonedx/schema/bom-1.6.schema.json")), _changed(lambda d: d.update(extra=1)), version="1.6"),
    Validator("JSON Schema of CycloneDX", CDX[1:], each(schema("cyclonedx/schema/bom-1.7.schema.json")), _changed(lambda d: d.update(extra=1)), version="1.7"),
    Validator("cyclonedx-python-lib, strict", CDX, each(cyclonedx_python), _changed(lambda d: d.update(extra=1)), "cyclonedx-python-lib"),
    Validator("@cyclonedx/cyclonedx-library, strict", CDX, on_node("cyclonedx"), _changed(lambda d: d.update(extra=1)), "@cyclonedx/cyclonedx-library"),
    Validator("JSON Schema of OpenVEX", (VEX,), each(schema("openvex/openvex_json_schema.json")), _changed(lambda d: d["statements"][0].update(status="safe")), version="0.2.0"),
    Validator("JSON Schema of OASIS", (CSAF,), each(schema("csaf/csaf_2.0/json_schema/csaf_json_schema.json")), _changed(lambda d: d["document"].pop("tracking")), version="2.0"),
    Validator("@secvisogram/csaf-validator-lib", (CSAF,), on_node("csaf"), _changed(lambda d: d.pop("product_tree")), "@secvisogram/csaf-validator-lib"),
    Validator("XML Schema of JUnit", (JUNIT,), each(junit_xsd), lambda d: d.replace(b" classname=", b" class="), version="1.0.0"),
    Validator("sigstore-python: Statement", tuple(f"{name}.dsse.json" for name in STATEMENTS), each(statement), _restated, "sigstore"),
)  # fmt: skip


def documents(members: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The views and envelopes of a bundle, by file name."""
    for name, data in sorted(members.items()):
        if name.startswith(("views/", "statements/")) or name == "root.dsse.json":
            yield name.rsplit("/", 1)[-1], data
