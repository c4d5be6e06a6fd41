"""The attack corpus: the Python verifier gives every case the verdict and the code that the procedure asks for."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from rulewright.attest.codes import CODES
from rulewright.attest.verify import verify
from rulewright.cli.main import main
from tests.attest.corpus import CASES, GROUPS, Case, Group, Inputs
from tests.attest.corpus.__main__ import write
from tests.conftest import ROOT

MEASURE = Path(__file__).resolve().parent / "measure.py"
SECONDS, MEGABYTES = 2, 200
CODE = {"valid": 0, "invalid": 1, "unreadable": 2, "undecided": 3}
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What moves a cursor, is not seen, or turns a line round."""


def judged(case: Case) -> tuple[str, str]:
    """Verdict and code."""
    found = verify(case.make().given())
    return found.verdict, found.code


@pytest.mark.parametrize("group", [pytest.param(group, id=group.name) for group in GROUPS if group.name != "resources"])
def test_every_case_is_answered_as_the_procedure_asks(group: Group) -> None:
    told = [case for case in group.cases if not case.needs or find_spec(case.needs) is not None]
    wrong = [(case.name, (case.verdict, case.code), found) for case in told if (found := judged(case)) != (case.verdict, case.code)]  # fmt: skip
    assert wrong == []
    if len(told) < len(group.cases):
        pytest.skip(f"{len(group.cases) - len(told)} of {len(group.cases)} cases need a library that is not installed")


def test_names_are_distinct_and_every_case_says_what_it_changes() -> None:
    names = Counter((case.group, case.name) for case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
    assert [case.name for case in CASES if not case.change.endswith(".")] == []
    assert [case.name for case in CASES if case.code and case.code not in CODES] == []


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len([case for case in CASES if case.verdict != "valid"]) >= 150
    assert all(len(group.cases) >= 5 for group in GROUPS)


# --- what it costs


def test_no_hostile_case_takes_more_than_two_seconds_or_200_megabytes(tmp_path: Path) -> None:
    """Each case of the group in a process of its own (`measure`): CPU time of the verification, memory of the whole process."""
    cases = [case for case in CASES if case.group == "resources" and (not case.needs or find_spec(case.needs))]
    for number, case in enumerate(cases):
        (tmp_path / str(number)).write_bytes(msgspec.msgpack.encode(case.make().given()))
    done = subprocess.run(
        [sys.executable, str(MEASURE), *(str(tmp_path / str(number)) for number in range(len(cases)))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(cases)
    wrong = [
        (case.name, found)
        for case, found in zip(cases, told, strict=True)
        if found is None or found[:2] != [case.verdict, case.code] or found[2] > SECONDS or found[3] > MEGABYTES
    ]
    assert wrong == []


# --- what is printed


def test_hostile_names_are_printed_as_harmless_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, case in enumerate(case for case in CASES if case.group == "rendering"):
        if case.needs and find_spec(case.needs) is None:
            continue
        folder = tmp_path / str(number)
        write(folder, (case,))
        own = folder / case.group / case.name
        code = main(["verify", *words(own, case.make())])
        shown = capsys.readouterr()
        assert code == CODE[case.verdict], (case.name, shown)
        assert HIDDEN.findall(shown.out + shown.err) == [], case.name


def words(folder: Path, inputs: Inputs) -> list[str]:
    """The words of `rulewright verify` for a case that was written down."""
    given = [str(folder / ("bundle.json" if inputs.bundle[:1] == b"{" else "bundle.zip")), "--at", inputs.at]
    for option in ("trust", "anchor", "key", "artifact", "status", "disclosure"):
        for path in sorted(folder.glob(f"{option}*")):
            given += [f"--{option}", str(path)]
    return given


def test_the_corpus_is_written_down_for_others(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "one-of-two-files")
    write(tmp_path / "out", (case,))
    own = tmp_path / "out" / "subjects" / "one-of-two-files"
    told = json.loads((own / "expected.json").read_text(encoding="utf-8"))
    assert told == json.loads((tmp_path / "out" / "cases.json").read_text(encoding="utf-8"))[0]
    assert (told["verdict"], told["code"], told["at"]) == ("invalid", "RW4014", "2026-02-03")
    assert sorted(path.name for path in own.iterdir()) == sorted([*told["files"], "expected.json"])
    assert told["files"] == [
        "anchor-1.pem",
        "artifact-1.bin",
        "artifact-2.bin",
        "bundle.zip",
        "status-1.json",
        "trust.json",
    ]


def test_the_page_of_the_corpus_is_the_one_that_its_script_writes() -> None:
    script = runpy.run_path(str(ROOT / "docs/scripts/attack_corpus.py"), run_name="corpus")
    assert script["PAGE"].read_text(encoding="utf-8") == script["page"]()
