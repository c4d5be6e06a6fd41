"""Write the page of the bridges, with the silence matrix as Rego and CEL answer it: our exports, and rules as one would write them.

Guarantees: every answer in the tables comes from an engine that ran; the page is not written where an engine is absent.
"""

import functools
import json
from pathlib import Path
from typing import Any  # an input: JSON of a known shape

from docs.scripts.outputs import printed
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.dsl import ir
from rulewright.dsl.bridges import losses
from tests.dsl.bridges import engines

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/bridges.md"
SILENCE = ROOT / "tests/silence"
AS_OF = "2026-11-01"
NUMBERS = "123456789"
LETTERS = {"pass": "P", "fail": "F", "unknown": "U", "not_applicable": "N", "error": "E"}
NAIVE_REGO = """package naive
import rego.v1
deny contains "telnet" if input.facts["iface.telnet_present"]
deny contains "supplier" if { some c in input.components; c.type == "library"; c.supplier == "" }
deny contains "purl" if { some c in input.components; c.type == "library"; not startswith(c.purl, "pkg:") }
deny contains "exploited" if { some v in input.vulnerabilities; v.exploited }
"""
NAIVE_CEL = (
    '!facts["iface.telnet_present"] && collections["component"].items.filter(c, c.type == "library")'
    '.all(c, c.supplier != "" && c.purl.startsWith("pkg:")) '
    '&& collections["vulnerability"].items.all(v, !v.exploited)'
)


PACKS = ("ntia.minimum_elements", "cisa.minimum_elements", "bsi.tr_03183_2", "eu.cra")


@functools.cache
def rules() -> ir.Program:
    """The two requirements of the matrix."""
    program = compile_rules(gather([str(SILENCE / "rules.rw")]), {}, use_cache=False).program
    assert program is not None
    return program


@functools.cache
def given(number: str, kind: str = "cdx") -> dict[str, Any]:
    """The input of one document of the matrix."""
    place = f"tests/silence/documents/{number}.{kind}"
    text = printed(
        "facts", f"{place}.json", "--facts", f"{place}.yaml", "--policy", "tests/silence/rules.rw", "--as-of", AS_OF,
        "--format", "policy-input", "--no-cache", "--quiet",
    )  # fmt: skip
    found: dict[str, Any] = json.loads(text)
    return found


def naive_rego() -> dict[str, str]:
    """What deny rules answer: pass where nothing is denied."""
    inputs = []
    for number in NUMBERS:
        whole = given(number)
        lists = {f"{name}s": found["items"] for name, found in whole["collections"].items() if found["items"]}
        lists["vulnerabilities"] = lists.pop("vulnerabilitys", [])
        inputs.append({"facts": whole["facts"], **lists})
    denied = engines.rego_of(NAIVE_REGO, "data.naive.deny", *inputs)
    return {number: "fail" if found else "pass" for number, found in zip(NUMBERS, denied, strict=True)}


def naive_cel() -> dict[str, str]:
    """What one plain expression answers: an error where a key is missing."""
    found = {}
    for number in NUMBERS:
        try:
            found[number] = "pass" if engines.cel_of(NAIVE_CEL, given(number)) else "fail"
        except AssertionError:
            found[number] = "error"
    return found


def exported() -> tuple[dict[str, str], dict[str, str]]:
    """What our exports answer, for the requirement in question."""
    made = engines.rego_verdicts(rules(), *(given(number) for number in NUMBERS))
    rego = {n: _asked(n, verdicts) for n, verdicts in zip(NUMBERS, made, strict=True)}
    return rego, {n: _asked(n, engines.cel_verdicts(rules(), given(n))) for n in NUMBERS}


def _asked(number: str, verdicts: dict[str, str]) -> str:
    """The verdict that a document is about."""
    return verdicts["silence.matrix:T" if number in {"5", "6"} else "silence.matrix:L"]


def _row(name: str, answers: dict[str, str], right: dict[str, str]) -> str:
    """A row of the table; a pass where none is due in bold."""
    cells = [f"**{LETTERS[a]}**" if a == "pass" != right[n] else LETTERS[a] for n, a in answers.items()]
    return f"| {name} | {' | '.join(cells)} |"


def _packs() -> list[str]:
    """How much of some packs each export says."""
    rows = [
        "| rules | requirements | nothing lost | only evidence or validity left to the input | in part unknown | not exported |"
    ]
    rows += ["|---|---|---|---|---|---|"]
    for word in PACKS:
        program = compile_rules(
            gather([str(ROOT / word) if word.endswith(".rw") else word]), {}, use_cache=False
        ).program
        assert program is not None
        counts = [0, 0, 0, 0]
        for requirement in program.requirements:
            stated = losses.statement(requirement)
            outside = all(x.where == "evidence" or "whoever writes the input" in x.what for x in stated.losses)
            counts[3 if stated.blind else 0 if not stated.losses else 1 if outside else 2] += 1
        rows.append(f"| {word} | {len(program.requirements)} | {' | '.join(map(str, counts))} |")
    return rows


def page() -> str:
    """The whole page."""
    rego, cel = exported()
    right = {n: _right(n) for n in NUMBERS}
    table = [
        "| engine | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |", "|---|---|---|---|---|---|---|---|---|---|",
        _row("Rulewright", right, right), _row("our export in Rego (regorus)", rego, right),
        _row("our export in CEL (cel-expr-python)", cel, right), _row("deny rules in Rego, as one would write them", naive_rego(), right),
        _row("one plain expression in CEL", naive_cel(), right),
    ]  # fmt: skip
    text = (Path(__file__).parent / "bridges_head.md").read_text(encoding="utf-8")
    return text.replace("<!-- matrix -->", "\n".join(table)).replace("<!-- packs -->", "\n".join(_packs()))


def _right(number: str) -> str:
    """The right answer, as the reference interpreter gives it."""
    place = f"tests/silence/documents/{number}.cdx"
    words = (
        "--facts",
        f"{place}.yaml",
        "--policy",
        "tests/silence/rules.rw",
        "--as-of",
        AS_OF,
        "--no-cache",
        "--quiet",
    )
    report = json.loads(printed("check", f"{place}.json", *words, "--engine", "reference", "--format", "json"))
    return _asked(number, {result["requirement"]: result["verdict"] for result in report["results"]})


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
