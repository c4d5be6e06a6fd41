"""Write the page of conformance: how every file of the corpus and of the specifications' vectors is answered, here and by others.

Guarantees: the page says what `docs/reference/conformance.json` says; tests hold the page against the file, and the file
against the readers where the corpus is at hand.  `PYTHONPATH=. python docs/scripts/conformance.py --take` reads every file
again, `--peers` lets the other libraries answer again (minutes).
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGE = REFERENCE / "conformance.md"
RESULTS = REFERENCE / "conformance.json"
OURS = "rulewright"
HEAD = """# Conformance
Generated from `docs/reference/conformance.json` by `make pages`; do not edit.

Every file of the corpus, and every document among the vectors of SPDX, CSAF, OpenVEX and CycloneDX, is read and judged as by
`rulewright check --validate`. A label is never this project's own: it is that of the specification, or of the official schema.
A mutant is a document that was spoilt on purpose. The files are not part of this project.

- *silent*: read, nothing to say. *notes*: read, with remarks that do not count against it. *findings*: read, with warnings or
  errors. *refused*: not read, with the code that says why.
- *lost*: elements that an independent count found in the bytes and the facts do not hold. It has to be 0.
- *slowest*: CPU time of reading the slowest file, in milliseconds. The bar is 1,000.
"""
REASONS = {
    "mut-deep-components-900": "Components stand within components 900 times; 200 is the bound that protects the reader. The answer names the bound.",
    "-5-1-03-": "The fault is in the name of the file, which the corpus changed and the reader does not look at.",
    "mut-unknown-tag": "A field that the format does not have is ignored, and the note says so.",
    "mut-norway": "`no` is read as the text that its author wrote; the note says what other readers make of it.",
    "csaf_2_1-2024-6-1-60-": "The test needs the schema of the extension, which is elsewhere; the note says that it is not decided.",
    "SPDXYAMLExample-v2.3-c1eb780b": "The label was made with the schema of a later branch, which lacks `PACKAGE_MANAGER`; the schema of 2.3 as published has it.",
    "openvex-json/0.2.0/vex/context-": "A JSON-LD context, no document of statements.",
    "openvex-json/0.2.0/vex/osps-baseline.policy": "A policy of another tool, no document of statements.",
    "cve-2018-18311-472d0084": "A record of a database that holds an advisory in a field of its own (`item`), not a CSAF document.",
    "cve-2026-5928-54977fa3": "A record of a database that holds an advisory in a field of its own (`item`), not a CSAF document.",
    "csaf_2_1-2024-6-2-20-02": "A test case of the recommended kind. The official schema of CSAF 2.1 refuses a property of its CVSS object; so does this.",
    "vectors/spdx/3.0.1/examples/": "An example of the specification that its own JSON schema refuses: another version's context, or a field that the model does not have.",
}
"""Why an answer that a label contradicts is the right one, by a part of the file's name."""


def reason(name: str) -> str:
    """Why; empty where nobody knows."""
    return next((text for part, text in REASONS.items() if part in name), "")


# --- the page


def page() -> str:
    """Return the whole page."""
    taken = json.loads(RESULTS.read_text(encoding="utf-8"))
    return "\n".join(
        [HEAD, *_answers(taken), *_faults(taken), *_peers(taken), *_same_facts(), *_fuzz(taken), *_speed(), ""]
    )


def _answers(taken: dict[str, Any]) -> list[str]:
    rows = taken["rows"]
    total = sum(len(r["letters"]) for r in rows)
    head = [
        f"## {total:,} files",
        "",
        "| format | version | label | files | silent | notes | findings | refused | lost | slowest |",
        "|---|---|---|--:|--:|--:|--:|---|--:|--:|",
    ]
    return [*head, *map(_row, rows), ""]


def _row(row: dict[str, Any]) -> str:
    letters = Counter(row["letters"])
    refused = ", ".join(f"{count} `{code}`" for code, count in sorted(row["refused"].items()))
    counts = f"{len(row['letters'])} | {letters['s']} | {letters['n']} | {letters['f']} | {refused}"
    return f"| {row['format']} | {row['version']} | {row['label']} | {counts} | {row['lost']} | {row['slowest']} |"


def _faults(taken: dict[str, Any]) -> list[str]:
    out = [
        "## Answers that a label contradicts",
        "",
        "Every valid file that is refused, every invalid one read in silence, and their like.",
        "",
    ]
    for kind, name, outcome in taken["faults"]:
        out.append(f"- {kind}: `{name}` ({outcome}). {reason(name)}")
    return [*out, ""]


def _peers(taken: dict[str, Any]) -> list[str]:
    peers = taken["peers"]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(peers["versions"].items()))
    head = [
        "## What others answer",
        "",
        f"The same files, {versions}; each library got the file under the name that it asks for, and {peers['limit']} seconds of CPU.",
        "*raised* is any exception but those that the library declares for bad input; *other number* means that it took the file and",
        "holds neither as many components or packages as the file has nor one less (the described product). For invalid files, *taken*",
        "means without a word: these libraries judge in a second step, if at all, and so this column is no fault by itself. In this",
        "project's row *refused* counts the invalid files of which something is said, whether they are read or not.",
        "",
        "| format | library | valid files | taken | other number | refused | raised | too slow | invalid files | taken | refused | raised or too slow |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines = []
    for form, by_library in sorted(peers["rows"].items()):
        for library, c in by_library.items():
            good = " | ".join(
                str(c.get(f"valid {k}", 0)) for k in ("files", "taken", "differs", "refused", "raised", "slow")
            )
            bad = f"{c.get('invalid files', 0)} | {c.get('invalid taken', 0)} | {c.get('invalid refused', 0)}"
            lines.append(
                f"| {form} | {library} | {good} | {bad} | {c.get('invalid raised', 0) + c.get('invalid slow', 0)} |"
            )
    return [*head, *lines, "", "Files without a label count as valid here.", ""]


def _same_facts() -> list[str]:
    from tests.sbom.conformance.differences import TEXT

    return [TEXT]


SLOW = {
    "spdx3": "the official schema's judge took 2.6 s of CPU for a document of 30 kB with a hundred wrong elements; reading took 0.2 s.",
}
"""Failures that are known and open."""


def _fuzz(taken: dict[str, Any]) -> list[str]:
    """What the runs by hand came to."""
    rows = taken.get("spoilt", {})
    if not rows:
        return []
    total = sum(row["answered"] for row in rows.values())
    head = [
        "## Spoilt documents",
        "",
        f"`python -m tests.sbom.fuzz` spoils documents by structure and byte by byte, reads and judges them and asks for every fact: {total:,}",
        "documents in the last runs by hand. None may raise an exception, lose an element, take a second or leave memory behind.",
        "*grew* is the memory after the first tenth of the run. What earlier runs found is fixed and stands in `tests/sbom/test_fuzz.py`,",
        "which spoils some more on every run of the tests; `tests/sbom/test_hostile_formats.py` has the documents made to exhaust a reader.",
        "",
        "| reader | answered | CPU seconds | slowest, ms | grew, kB | failures |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines = [
        f"| {name} | {r['answered']:,} | {r['seconds']} | {r['slowest']} | {r['grew']:,} | {r['failures']} |"
        for name, r in rows.items()
    ]
    known = [f"- {name}: {text}" for name, text in SLOW.items() if rows[name]["failures"]]
    return [*head, *lines, "", *(["Open:", "", *known, ""] if known else [])]


def _speed() -> list[str]:
    path = ROOT / "docs" / "benchmarks" / "formats.json"
    if not path.is_file():
        return []
    measured = json.loads(path.read_text(encoding="utf-8"))
    head = [
        "## Speed of the formats",
        "",
        f"{measured['components']:,} components, CPU milliseconds of the best of {measured['runs']} runs: bytes to every fact here, without judging, to",
        f"objects there ({measured['about']}). The bar is 5 times the fastest independent reader; *more than* is time by the clock, on a busy machine. `python -m bench.formats` takes it again.",
        "",
        "| format | MB | rulewright | MiB in all | independent readers | ratio to the fastest |",
        "|---|--:|--:|--:|---|--:|",
    ]
    return [*head, *map(_speed_row, measured["rows"]), ""]


def _speed_row(row: dict[str, Any]) -> str:
    told = [
        f"{name} {said['ms']:,}"
        + ("" if said["components"] == row["components"] else f" ({said['components']:,} components)")
        if isinstance(said, dict)
        else f"{name}: {said}"
        for name, said in row["peers"].items()
    ]
    ratio = f"{row['ours'] / row['theirs']:.2f}" if row["theirs"] else ""
    peers = "; ".join(told) or "none of them reads it"
    return (
        f"| {row['format']} | {row['bytes'] / 1e6:.1f} | {row['ours']:,} | {row['peak'] // 1024} | {peers} | {ratio} |"
    )


# --- taking


def _load() -> dict[str, Any]:
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {"peers": {}}


def _write(taken: dict[str, Any]) -> None:
    RESULTS.write_text(json.dumps(taken, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def take(shared: Path) -> None:
    """Read every file and keep the answers; the counts of elements go with them to the peers."""
    from tests.sbom.conformance.answers import answer, faults, table
    from tests.sbom.conformance.files import files

    answers = [answer(file) for file in files(shared)]
    rows = [
        {"format": r.format, "version": r.version, "label": r.label, "letters": r.letters, "refused": dict(r.refused),
         "lost": r.lost, "slowest": r.slowest, "slowest_file": r.slowest_file}
        for r in table(answers)
    ]  # fmt: skip
    found = [[kind, one.file.name, one.outcome] for kind, one in faults(answers)]
    _write(_load() | {"rows": rows, "faults": found})


def ask_peers(shared: Path) -> None:
    """Let the other libraries answer."""
    from tests.sbom.conformance import peers
    from tests.sbom.conformance.answers import answer
    from tests.sbom.conformance.files import files

    known = {file.name: answer(file) for file in files(shared) if file.format in peers.SUFFIX}
    given = [(name, one.file.path, one.file.format) for name, one in known.items()]
    rows: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    for one in known.values():
        _count(rows, OURS, one, "refused" if one.refused else "taken", one.elements)
    for library in peers.READS:
        for name, said, number in peers.ask(library, given):
            kind = "raised" if said.startswith("crash") else said
            _count(rows, library, known[name], kind, number)
    kept = {form: {library: dict(count) for library, count in sorted(row.items())} for form, row in rows.items()}
    _write(_load() | {"peers": {"versions": peers.versions(), "limit": peers.LIMIT, "rows": kept}})


def _count(rows: dict[str, dict[str, Counter[str]]], library: str, one: Any, said: str, number: int) -> None:  # noqa: ANN401 - an `Answer`, imported where it is made
    count = rows[one.file.format].setdefault(library, Counter())
    label = "invalid" if one.file.label == "invalid" else "valid"
    if library == OURS and label == "invalid" and said == "taken" and one.outcome != "silent":
        said = "refused"
    count.update([f"{label} files", f"{label} {said}"])
    if said == "taken" and label == "valid" and not one.refused and number not in {one.elements, one.elements - 1}:
        count[f"{label} differs"] += 1


def main(arguments: Iterable[str]) -> None:
    """Do what the arguments say, then write the page."""
    wanted = set(arguments)
    shared = ROOT.parent / "shared"
    if wanted and not shared.is_dir():
        sys.exit("the corpus (../shared) is not on this machine")
    if "--take" in wanted:
        take(shared)
    if "--peers" in wanted:
        ask_peers(shared)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
