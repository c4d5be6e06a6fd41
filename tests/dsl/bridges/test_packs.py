"""Shipped standards in Rego and CEL on an example product: our verdict, or unknown where a loss is stated."""

from __future__ import annotations

import json

import pytest

from docs.scripts.outputs import printed
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.dsl.bridges import losses, rego
from tests.dsl.bridges import engines

PRODUCT = "policies/examples/log-collector.cdx.json"


@pytest.mark.parametrize("pack", ["ntia.minimum_elements", "cisa.minimum_elements"])
def test_an_export_answers_as_we_do(pack: str) -> None:
    program = compile_rules(gather([pack]), {}, use_cache=False).program
    assert program is not None
    common = (PRODUCT, "--policy", pack, "--as-of", "2026-11-21", "--quiet", "--no-cache", "--format")
    given = json.loads(printed("facts", *common, "policy-input"))
    ours = {r["requirement"]: r["verdict"] for r in json.loads(printed("check", *common, "json"))["results"]}
    (theirs,) = engines.rego_verdicts(program, given)
    assert engines.cel_verdicts(program, given) == theirs
    lost = {r.id for r in program.requirements if losses.statement(r).losses}
    differing = {name for name, verdict in theirs.items() if verdict != ours[name]}
    assert differing <= lost
    assert {theirs[name] for name in differing} <= {"unknown"}
    assert len(differing) < 3


def test_no_line_is_longer_than_an_engine_reads() -> None:
    program = compile_rules(gather(["etsi.en_303_645"]), {}, use_cache=False).program
    assert program is not None
    text = rego.module(program, program.requirements, "x")
    assert max(map(len, text.splitlines())) < 1_024
    engines.rego_of(text, "data.rulewright.x.verdicts")
