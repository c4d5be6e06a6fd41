"""Contexts of documents for authorities: a product for the EU with every kind of fact, and requirements of the CRA in every status."""

from __future__ import annotations

import json
from collections.abc import Mapping

from msgspec.structs import replace

from rulewright.attest.views.context import Context
from rulewright.engine import result as r
from rulewright.facts.base import Fact, Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source
from rulewright.facts.types import State, Value
from rulewright.sbom.document import Document
from rulewright.sbom.reader import read
from tests.attest.views import contexts
from tests.cli import reports

FACTS = Source("cam.facts.yaml", "cd" * 32, "document")
CRA = r.PolicyInfo("standard", "eu.cra", "2024", "ef" * 32, "Cyber Resilience Act")
FDA = r.PolicyInfo("standard", "fda.cybersecurity_524b", "2026-02", "ef" * 32, "Section 524B")
DAY = 20_000
"""2024-10-04."""
GIVEN: Mapping[str, Value | State] = {
    "product.type": "consumer_iot",
    "product.markets": ("EU", "UK"),
    "support.end_date": DAY,
    "support.period_years": 6,
    "doc.user_instructions_complete": 500_000,
    "doc.intended_use": True,
    "vuln.vdp_published": False,
    "dev.sdl_process": State.CONFLICTING,
}
SBOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "component": {
            "type": "firmware",
            "name": "cam",
            "version": "2.3",
            "purl": "pkg:generic/acme/cam@2.3",
            "bom-ref": "root",
            "supplier": {"name": "Acme <b>", "contact": [{"email": "info@acme.example"}]},
        }
    },
    "components": [{"type": "library", "name": "busybox", "version": "1.36.1", "bom-ref": "b"}],
}


def facts(given: Mapping[str, Value | State] = GIVEN, product: str = "p1") -> ProductFacts:
    """The facts of a product: its SBOM, and what a facts file says."""
    found = read(json.dumps(SBOM).encode(), "cam.cdx.json")
    assert isinstance(found, Document)
    own = {
        name: Fact(value, source=FACTS, pointer=f"/{name}")
        if isinstance(value, State)
        else Fact(State.KNOWN, value, FACTS, f"/{name}")
        for name, value in given.items()
    }
    named = Product(product, "Acme Cam", "2.3", identifiers=("pkg:generic/acme/cam@2.3",))
    return ProductFacts(named, {**found.attributes, **own}, found.tables)


def line(verdict: r.Verdict, fact: str, value: str | None = None, reason: str | None = None) -> r.Reason:
    """A line that looked at one fact."""
    shown = r.Shown(fact, value=value, reason=reason, source="cam.facts.yaml", pointer=f"/{fact}")
    return r.Reason(line="check#1", verdict=verdict, text=fact, values=(shown,))


RESULTS = (
    reports.result("eu.cra:AI.I.1", "pass", reason=(line("pass", "dev.risk_assessment_date", "2026-01-01"),)),
    reports.result("eu.cra:AI.I.2.a", "fail", waived=reports.WAIVED.waived, title=reports.EVIL),
    reports.result("eu.cra:AI.I.2.b", "unknown", reason=(line("unknown", "support.end_date", reason="stale"),)),
    reports.result("eu.cra:AI.I.2.c", "not_applicable", reason=(line("not_applicable", "product.hardware", "false"),)),
    reports.result("eu.cra:AI.I.2.d", "not_applicable"),
    reports.result("eu.cra:AI.II.1", "error"),
    reports.result("eu.cra:AVII.1.a", "unknown", waived=reports.WAIVED.waived),
    reports.result("eu.cra:AVII.6", "fail"),
    reports.result("eu.cra:AII.7", "pass"),
    reports.PASS,
    reports.FAIL,
)
OUT = r.ExcludedInfo("eu.cra:AI.I.2.e", "it stores <no> data", reports.POLICY)


def report(*results: r.Result, policies: tuple[r.PolicyInfo, ...] = (CRA,)) -> r.Report:
    """A report on the CRA with every status."""
    found = reports.report(*(results or RESULTS))
    return replace(found, policies=(*found.policies, *policies), excluded=(OUT,))


def cra(*, at_hand: bool = True) -> Context:
    """The context, with or without the facts themselves."""
    return contexts.context(report(), (facts(),) if at_hand else ())
