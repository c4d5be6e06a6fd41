"""Every file that the readers are tried on: the shared corpus and the vectors of the specifications, with their labels.

Guarantees: a label is never ours: it comes from the corpus' index, from CSAF's list of test cases, or from the specification
that prints the file as an example.  It does not read the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.sbom.corpus_index import entries

MUTANT = "mut-"


@dataclass(frozen=True, slots=True)
class File:
    """One file: where it is, its name below the shared folder, and what is known of it.

    `label` is `valid`, `invalid`, `unknown` or `other` (a file of the field that is no document of this format); `mutant`
    says that it was spoilt on purpose.
    """

    path: Path
    name: str
    format: str
    version: str
    label: str
    mutant: bool = False
    note: str = ""

    @property
    def row(self) -> tuple[str, str, str]:
        """The row of the table that counts it."""
        return self.format, self.version, f"mutant, {self.label}" if self.mutant else self.label


def files(shared: Path) -> list[File]:
    """Every file, in order of name."""
    return sorted([*_corpus(shared), *_vectors(shared)], key=lambda file: file.name)


def _corpus(shared: Path) -> Iterator[File]:
    for e in entries(shared):
        mutant = e.path.name.startswith(MUTANT)
        yield File(e.path, f"corpus/{e.name}", e.format, e.version, e.valid, mutant, e.note)


def _vectors(shared: Path) -> Iterator[File]:
    root = shared / "vectors"
    for pattern, form, version, label in (
        ("spdx/2.2/examples/*.json", "spdx-json", "2.2", "valid"),
        ("spdx/2.3/examples/*.json", "spdx-json", "2.3", "valid"),
        ("spdx/3.0.1/examples/*.json", "spdx3-jsonld", "3.0.1", "valid"),
        ("csaf/csaf_2.0/examples/csaf/**/*.json", "csaf-json", "2.0", "valid"),
        ("csaf/csaf_2.1/examples/csaf/**/*.json", "csaf-json", "2.1", "valid"),
        ("csaf/csaf_2.0/examples/[RAap]*/*.json", "csaf-json", "2.0", "other"),
        ("csaf/csaf_2.1/examples/[RAap]*/*.json", "csaf-json", "2.1", "other"),
        ("openvex/*.json", "openvex-json", "-", "other"),
        ("cyclonedx/examples/**/*.json", "cyclonedx-json", "examples", "unknown"),
        ("cyclonedx/examples/**/*.xml", "cyclonedx-xml", "examples", "unknown"),
        ("in-toto/examples/*.json", "in-toto", "1", "other"),
    ):
        for path in sorted(root.glob(pattern)):
            yield File(path, path.relative_to(shared).as_posix(), form, version, label)
    for version in ("2.0", "2.1"):
        yield from _csaf_tests(shared, version)


def _csaf_tests(shared: Path, version: str) -> Iterator[File]:
    """The cases of CSAF's own list: what fails a mandatory test is invalid."""
    data = shared / "vectors" / "csaf" / f"csaf_{version}" / "test" / "validator" / "data"
    cases = data / "testcases.json"
    if not cases.is_file():
        return
    seen: dict[str, File] = {}
    for test in json.loads(cases.read_bytes())["tests"]:
        for case in [*test.get("failures", ()), *test.get("valid", ())]:
            path = data / case["name"]
            label = "valid" if case["valid"] else "invalid"
            note = f"test {test['id']} ({test['group']})"
            if path.is_file() and (path.name not in seen or label == "invalid"):
                name = path.relative_to(shared).as_posix()
                seen[path.name] = File(path, name, "csaf-json", version, label, note=note)
    yield from seen.values()
