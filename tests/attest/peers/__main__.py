"""Let independent validators and verifiers judge our attestations: `make peers`.

    python -m tests.attest.peers BUILD [--only views|signatures|envelopes|corpus]

BUILD holds what `make peers` installed: `venv` and `node_modules`; BUILD/results.json is written.  The exit code is 0 where every answer is
the one expected, 1 where one is not, 3 where none is wrong but somebody could not be asked.  `docs/scripts/attestation_peers.py --take` puts
the results on the page.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rulewright.attest import dsse
from rulewright.attest.views.trestle import statement
from tests.attest import good
from tests.attest.peers import attacks, signatures, trestle_accepts, verifiers
from tests.attest.peers.cases import Case, cases
from tests.attest.peers.results import RESULTS, ROOT, bundles
from tests.attest.peers.validators import AR, VALIDATORS, Named, Place, Validator, documents

VECTORS = ROOT.parent / "shared" / "vectors"
PYTHON = ("compliance-trestle", "cyclonedx-python-lib", "oscal", "securesystemslib", "sigstore", "xmlschema")
NODE = ("@cyclonedx/cyclonedx-library", "@microsoft/sarif-multitool", "@secvisogram/csaf-validator-lib", "@sigstore/verify")  # fmt: skip
Row = dict[str, Any]


def versions(place: Place) -> dict[str, str]:
    """The version of each peer; empty where it cannot be had."""
    found: dict[str, str] = {}
    for name in PYTHON:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    for name in NODE:
        path = place.modules / name / "package.json"
        found[name] = json.loads(path.read_bytes())["version"] if place.node and path.exists() else ""
    said = subprocess.run([place.node, "--version"], capture_output=True, text=True, check=True) if place.node else None
    found["node"] = said.stdout.strip().removeprefix("v") if said else ""
    return found


# --- views


def views(place: Place) -> Row:
    """What each validator says of each document, and of its control."""
    made = bundles(place.folder / "results")
    judged = [_view(place, validator, made) for validator in VALIDATORS]
    names = sorted({name for members in made.values() for name, _ in documents(members)})
    alone = [name for name in names if not any(name in validator.files for validator in VALIDATORS)]
    return {
        "results": [{"name": name, "documents": len(list(documents(made[name])))} for name in RESULTS],
        "rows": judged,
        "without": alone,
    }


def _view(place: Place, validator: Validator, made: Mapping[str, Mapping[str, bytes]]) -> Row:
    """One validator: all its documents, and a control for each kind of file."""
    asked = [
        (result, found)
        for result, members in made.items()
        for found in documents(members)
        if found[0] in validator.files
    ]
    first: dict[str, Named] = {}
    for _, (name, document) in asked:
        first.setdefault(name, (name, validator.control(document)))
    told = [found for _, found in asked] + list(first.values())
    try:
        answers = validator.judge(place, told)
    except (ImportError, FileNotFoundError):
        answers = [None] * len(told)
    errors = answers[: len(asked)]
    return {
        "validator": validator.name,
        "package": validator.package,
        "version": validator.version,
        "files": sorted(first),
        "documents": len(asked),
        "not_had": sum(found is None for found in answers),
        "errors": [
            {"result": result, "file": name, "errors": [text[:200] for text in found[:5]]}
            for (result, (name, _)), found in zip(asked, errors, strict=True)
            if found
        ],
        "controls": len(first),
        "controls_refused": sum(bool(found) for found in answers[len(asked) :]),
    }


# --- signatures


def signed(place: Place) -> list[Row]:
    """`@sigstore/verify` and `trestle verify` on our own signatures."""
    rows = signatures.sigstore(place)
    command, folder = place.commands / "trestle", place.folder / "trestle-accepts"
    shutil.rmtree(folder, ignore_errors=True)
    if not command.exists():
        return [*rows, signatures.row("trestle", "verify, import", None, expected=True)]
    for found in trestle_accepts.check(folder, str(command)):
        answer = "accept" if found.accepted else "refuse"
        rows.append(signatures.row("trestle", f"{found.document}: {found.case}", answer, found.expected))
    return rows


# --- envelopes


def envelopes(place: Place) -> list[Row]:
    """What each verifier answers on each case."""
    root = list(cases(_root(), place.vectors))
    document = good.members()[f"views/{AR}"]
    oscal = list(cases(statement(document), place.vectors))
    trestle = verifiers.trestle(place.folder, document)
    asked: dict[str, Callable[[Case], verifiers.Answer]] = {
        "ours": verifiers.ours,
        "securesystemslib": verifiers.securesystemslib,
        "sigstore-python": verifiers.sigstore_python,
    }
    columns = {name: [_had(verifier, case) for case in root] for name, verifier in asked.items()}
    columns["trestle verify"] = [_had(trestle, case) for case in oscal]
    if place.node is not None:
        columns |= verifiers.on_node(place.node, place.modules, root, place.folder)
    else:
        columns |= {name: [verifiers.Answer("not had")] * len(root) for name in verifiers.ON_NODE}
    return [
        {
            "case": case.name,
            "spec": case.spec,
            "why": case.why,
            "answers": {name: list(answers[number]) for name, answers in columns.items()},
        }
        for number, case in enumerate(root)
    ]


def _root() -> bytes:
    return dsse.decode(good.members()["root.dsse.json"]).payload


def _had(verifier: Callable[[Case], verifiers.Answer], case: Case) -> verifiers.Answer:
    try:
        return verifier(case)
    except (ImportError, FileNotFoundError):
        return verifiers.Answer("not had")


# --- attacks


def corpus(place: Place) -> list[Row]:
    """How many attacks of the corpus a verifier of envelopes lets through, by group."""
    asked = list(attacks.attacks())
    told = [case for _, case in asked if case is not None]
    answers = {"securesystemslib": [_had(verifiers.securesystemslib, case) for case in told]}
    if place.node is not None:
        found = verifiers.on_node(place.node, place.modules, told, place.folder)
        answers |= {name: found[name] for name in verifiers.ON_NODE[1:]}
    had = {name: given for name, given in answers.items() if all(item.answer != "not had" for item in given)}
    return attacks.table(asked, had)


# --- all


def wrong(found: Row) -> list[str]:
    """Every answer that is another than expected."""
    said = [
        f"{row['validator']}: {item['file']} of {item['result']}: {'; '.join(item['errors'])}"
        for row in found["views"]["rows"]
        for item in row["errors"]
    ]
    said += [
        f"{row['validator']}: takes a document that it must refuse"
        for row in found["views"]["rows"]
        if not row["not_had"] and row["controls_refused"] != row["controls"]
    ]
    said += [
        f"{row['verifier']}: {row['case']}: {row['answer']}"
        for row in found["signatures"]
        if row["answer"] not in (row["expected"], "not had")
    ]
    said += [
        f"our verifier: {row['case']}: {row['answers']['ours'][0]}"
        for row in found["envelopes"]
        if row["answers"]["ours"][0] != verifiers.expected(row["case"], row["spec"])
    ]
    return said


def missing(found: Row) -> list[str]:
    """Who could not be asked."""
    said = {row["validator"] for row in found["views"]["rows"] if row["not_had"] or not row["documents"]}
    said |= {row["verifier"] for row in found["signatures"] if row["answer"] == "not had"}
    said |= {name for row in found["envelopes"] for name, answer in row["answers"].items() if answer[0] == "not had"}
    return sorted(said)


def main(words: list[str]) -> int:
    """Ask everybody; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.attest.peers")
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", choices=("views", "signatures", "envelopes", "corpus"))
    given = parser.parse_args(words)
    build = given.build.resolve()
    folder = build / "work"
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(folder, build / "node_modules", VECTORS if VECTORS.is_dir() else None, Path(sys.executable).parent)
    parts: dict[str, Callable[[Place], Any]] = {
        "views": views,
        "signatures": signed,
        "envelopes": envelopes,
        "corpus": corpus,
    }
    found: Row = {"versions": versions(place), "views": {"results": [], "rows": [], "without": []}, "signatures": [], "envelopes": [], "corpus": []}  # fmt: skip
    for name, part in parts.items():
        if given.only in (None, name):
            sys.stdout.write(f"{name} …\n")
            sys.stdout.flush()
            found[name] = part(place)
    target = build / ("results.json" if given.only is None else f"results.{given.only}.json")
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    bad, absent = wrong(found), missing(found)
    for line in bad:
        sys.stdout.write(f"UNEXPECTED  {line}\n")
    for line in absent:
        sys.stdout.write(f"not had     {line}\n")
    judged = sum(row["documents"] for row in found["views"]["rows"])
    sys.stdout.write(f"{judged} judgements of views, {len(found['signatures'])} of signatures, {len(found['envelopes'])} envelopes, {len(bad)} unexpected: {target.name}\n")  # fmt: skip
    return 1 if bad else 3 if absent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
