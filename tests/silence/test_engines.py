"""The silence matrix in Rego and CEL: our exports agree with us; rules as one would write them do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.scripts import bridges
from tests.dsl.bridges import engines
from tests.silence.test_silence import CASES, MATRIX, Expected


@pytest.fixture(scope="module")
def inputs() -> dict[tuple[str, str], dict[str, object]]:
    return {(number, kind): bridges.given(number, kind) for number, kind, _ in CASES}


@pytest.mark.parametrize(("number", "kind", "expected"), CASES)
def test_our_exports_agree(
    number: str, kind: str, expected: Expected, inputs: dict[tuple[str, str], dict[str, object]]
) -> None:
    given = inputs[number, kind]
    (rego,) = engines.rego_verdicts(bridges.rules(), given)
    assert {name.rpartition(":")[2]: verdict for name, verdict in rego.items()} == {"T": expected.t, "L": expected.l}
    assert engines.cel_verdicts(bridges.rules(), given) == rego


def test_the_page_says_what_the_engines_say(root: Path) -> None:
    pytest.importorskip("regorus", reason="the Rego engine regorus is not installed here")
    pytest.importorskip("cel_expr_python.cel", reason="the CEL engine cel-expr-python is not installed here")
    page = root / "docs/reference/bridges.md"
    assert page.read_text(encoding="utf-8") == bridges.page(), "run docs/scripts/bridges.py"


def test_rules_as_one_would_write_them_take_silence_for_consent() -> None:
    naive = bridges.naive_rego()
    right = {n: (e.l if n not in {"5", "6"} else e.t) for n, e in MATRIX.items()}
    passed_wrongly = [n for n, verdict in naive.items() if verdict == "pass" and right[n] != "pass"]
    assert passed_wrongly == ["2", "4", "6", "7", "8", "9"]


def test_the_input_is_plain_json() -> None:
    given = bridges.given("2", "cdx")
    assert json.loads(json.dumps(given)) == given
    components = given["collections"]["component"]["items"]
    assert [item["name"] for item in components if "supplier" not in item] != []
