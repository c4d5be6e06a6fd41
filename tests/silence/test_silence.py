"""The silence matrix (language reference, section 5): what is not said is never taken for consent."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rulewright.cli.main import main

HERE = Path(__file__).parent
AS_OF = "2026-11-01"


class Expected(NamedTuple):
    """The verdicts of one document."""

    t: str
    l: str  # noqa: E741  # the requirement's name


MATRIX = {
    "1": Expected("pass", "pass"),
    "2": Expected("pass", "fail"),
    "3": Expected("pass", "fail"),
    "4": Expected("pass", "unknown"),
    "5": Expected("fail", "pass"),
    "6": Expected("unknown", "pass"),
    "7": Expected("pass", "unknown"),
    "8": Expected("pass", "unknown"),
    "9": Expected("pass", "unknown"),
}
VARIANTS = {"1-unstated": Expected("pass", "pass"), "7-complete": Expected("pass", "not_applicable")}
CASES = [
    *((number, kind, expected) for number, expected in MATRIX.items() for kind in ("cdx", "spdx")),
    *((number, "cdx", expected) for number, expected in VARIANTS.items()),
]


def check(
    number: str, kind: str, out: Path, engine: str = "planes", policy: str = "rules.rw"
) -> dict[str, dict[str, Any]]:
    """Run the command on one document; return its results by requirement."""
    words = [
        "check", str(HERE / f"documents/{number}.{kind}.json"), "--facts", str(HERE / f"documents/{number}.{kind}.yaml"),
        "--policy", str(HERE / policy), "--as-of", AS_OF, "--engine", engine,
        "--format", "json", "--output", str(out / "result.json"), "--quiet",
    ]  # fmt: skip
    assert main(words) in {0, 1}
    report = json.loads((out / "result.json").read_text())
    return {result["requirement"].rpartition(":")[2]: result for result in report["results"]}


@pytest.mark.parametrize("engine", ["planes", "reference"])
@pytest.mark.parametrize(("number", "kind", "expected"), CASES)
def test_verdicts(number: str, kind: str, expected: Expected, engine: str, tmp_path: Path) -> None:
    results = check(number, kind, tmp_path, engine)
    assert (results["T"]["verdict"], results["L"]["verdict"]) == expected


def test_a_list_that_does_not_say_that_it_is_complete_is_an_assumption_in_the_verdict(tmp_path: Path) -> None:
    said = {a["collection"] for a in check("1", "cdx", tmp_path)["L"]["assumptions"]}
    unsaid = {a["collection"] for a in check("1-unstated", "cdx", tmp_path)["L"]["assumptions"]}
    assert "component" not in said
    assert "component" in unsaid


@pytest.mark.parametrize("kind", ["cdx", "spdx"])
def test_an_empty_list_that_a_policy_vouches_for_is_not_applicable(kind: str, tmp_path: Path) -> None:
    results = check("7", kind, tmp_path, policy="assumed.rw")
    assert results["L"]["verdict"] == "not_applicable"
    assert any("the build refuses packages" in a["text"] for a in results["L"]["assumptions"])


@pytest.mark.parametrize("kind", ["cdx", "spdx"])
def test_an_absent_list_stays_unknown_whatever_a_policy_assumes(kind: str, tmp_path: Path) -> None:
    assert check("8", kind, tmp_path, policy="assumed.rw")["L"]["verdict"] == "unknown"


@pytest.mark.parametrize("kind", ["cdx", "spdx"])
def test_an_unknown_names_what_would_decide_it(kind: str, tmp_path: Path) -> None:
    telnet = [m for r in check("6", kind, tmp_path)["T"]["reason"] for m in r.get("missing", ())]
    exploited = [m for r in check("4", kind, tmp_path)["L"]["reason"] for m in r.get("missing", ())]
    assert [m["fact"] for m in telnet] == ["iface.telnet_present"]
    assert {"firmware", "config", "network"} <= set(telnet[0]["detectors"])
    assert any("exploited" in m["fact"] for m in exploited)


def test_the_page_says_what_the_tests_say(root: Path) -> None:
    rows = re.findall(
        r"^\| (\d) \|.*\| ([\w ]+) \| ([\w ]+) \|$", (root / "docs/silence-matrix.md").read_text(), re.MULTILINE
    )
    assert {n: Expected(t, l) for n, t, l in rows} == MATRIX  # noqa: E741
