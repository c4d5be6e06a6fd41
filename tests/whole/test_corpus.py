"""Every real SBOM of the corpus under every pack: both engines give the same bytes, and nothing goes wrong."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

import pytest

from rulewright import sbom
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.cli.library import shipped
from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.arrays import Arrays
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import Plan, make
from rulewright.engine.planes import Integers
from rulewright.engine.reference import Reference
from rulewright.engine.report import Options, build, encode
from rulewright.facts.stack import ProductFacts, stack
from rulewright.sbom.document import Document

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FORMATS = {"cyclonedx-json", "spdx-json"}
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
SHARES = 24
EVERY = 5
FEW = 60
"""Every fifth document of up to so many components is checked on every run; the nightly profile takes all."""


def listed() -> list[Path]:
    """The documents to check, small ones first."""
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["format"] in FORMATS]
    few = [row for row in rows if int(row["components"] or 0) <= FEW]
    chosen = rows if NIGHTLY else few[::EVERY]
    return [CORPUS / row["path"] for row in chosen]


@cache
def plans() -> tuple[Plan, ...]:
    """One plan per pack."""
    made = []
    for module in shipped():
        if module.kind != "standard":
            continue
        compiled = compile_rules(gather([module.id]), {}, use_cache=False)
        assert isinstance(compiled.program, ir.Program), compiled.diagnostics
        made.append(make(compiled.program))
    return tuple(made)


AS_OF = 20_779  # 2026-11-22


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")
@pytest.mark.parametrize("share", range(SHARES))
def test_both_engines_give_the_same_bytes_on_real_documents(share: int) -> None:
    """Verdicts, evidence, missing facts and assumptions, for every pack."""
    read = 0
    for path in listed()[share::SHARES]:
        document = sbom.read(path.read_bytes(), path.name)
        if not isinstance(document, Document):
            assert document, path
            continue
        read += 1
        facts = stack([ProductFacts(document.product, document.attributes, document.tables)])
        for plan in plans():
            slow = encode(build(Reference(plan.program, facts, AS_OF), options=Options(limit=1000)))
            assert b'"verdict":"error"' not in slow, path
            for algebra in (Integers(), Arrays()):
                fast = build(Planes(evaluate(plan, facts, AS_OF, algebra)), options=Options(limit=1000))
                assert encode(fast) == slow, path
    assert read
