"""A hand-made report with every kind of verdict, and hostile words in the places that documents fill."""

from rulewright.dsl import ir
from rulewright.engine import result as r

PLACE = ir.Place("standards/etsi/en_303_645.rw", 12, 3)
POLICY = ir.Place("acme.rw", 8, 1)
EVIL = "evil\x1b[31m\u202egpj.exe\x00|<b>*`"


def _element(number: int, name: str, fact: str, *, value: str | None = None, reason: str | None = None) -> r.Element:
    return r.Element(
        id=name,
        pointer=f"/components/{number}",
        source="cam2.cdx.json",
        verdict="fail",
        values=(r.Shown(fact, value=value, reason=reason),),
    )


def result(name: str, verdict: r.Verdict, *, blocks: bool = False, **other: object) -> r.Result:
    """Build one result; whatever is not said is plain."""
    plain: dict[str, object] = {
        "product": "p1",
        "requirement": name,
        "level": "shall",
        "severity": "high",
        "title": "Every library names its supplier",
        "verdict": verdict,
        "waived": None,
        "blocks": blocks,
        "refs": ("cra:I.1.2.a",),
        "objective": ("SBOM-SUPPLIER",),
        "reason": (),
        "assumptions": (),
        "tailored": (),
        "fix": "",
        "note": "",
        "source": PLACE,
    }
    return r.Result(**{**plain, **other})  # type: ignore[arg-type]


FAIL = result(
    "acme.camera:library-hygiene",
    "fail",
    blocks=True,
    severity="critical",
    source=POLICY,
    reason=(
        r.Reason(
            line="check#1.1",
            verdict="fail",
            text="every component c where shipped(c) { c.supplier is known }",
            place=POLICY,
            elements=(
                _element(12, "busybox@1.36.1", "component.supplier", reason="missing"),
                _element(13, EVIL, "component.supplier", reason="declared_unknown"),
                _element(14, "日本語の部品@1.0", "component.supplier", reason="malformed"),
            ),
            elements_total=41,
            counted=214,
        ),
        r.Reason(
            line="check#1.2",
            verdict="pass",
            text="every component c where shipped(c) { c.purl is valid }",
            place=POLICY,
        ),
    ),
    assumptions=(r.AssumptionUsed("component", "component list: completeness not stated"),),
    tailored=("tighten: severity critical",),
    fix="Ask each supplier for its name as it should appear; write it into `supplier.name` of the component.",
)
UNKNOWN = result(
    "etsi.en_303_645:5.6-1",
    "unknown",
    blocks=True,
    title="Unused network and logical interfaces are disabled",
    reason=(
        r.Reason(
            line="check#1",
            verdict="unknown",
            text="not iface.telnet_present",
            place=PLACE,
            missing=(r.Missing("iface.telnet_present", "missing", ("firmware", "network")),),
            missing_total=1,
        ),
    ),
    fix="Remove the daemon and its start-up entry from the image; close port 23.",
)
WAIVED = result(
    "etsi.en_303_645:5.5-1",
    "fail",
    severity="medium",
    title="Traffic is encrypted",
    waived=r.Waived("w-2026-14", "factory line only, removed in 2.4", "psirt@acme.example", "2026-08-01", "2026-12-31"),
    reason=(
        r.Reason(
            line="check#1",
            verdict="fail",
            text="transport.encrypted",
            place=PLACE,
            values=(
                r.Shown("transport.encrypted", value="false", source="facts.yaml", pointer="/transport.encrypted"),
            ),
        ),
    ),
)
SHOULD = result("etsi.en_303_645:5.2-3", "fail", level="should", severity="low", title="Reports are answered in time")
PASS = result("etsi.en_303_645:5.1-1", "pass", title="No default passwords")
ABSENT = result(
    "etsi.en_303_645:5.8-3",
    "not_applicable",
    title="External sensing is documented",
    reason=(
        r.Reason(
            line="applies when",
            verdict="not_applicable",
            text="device.has_sensor",
            values=(r.Shown("device.has_sensor", value="false"),),
        ),
    ),
)


def report(*results: r.Result, gate: str = "fail") -> r.Report:
    """Build a report around results, counted as the engine counts."""
    shown = results or (FAIL, UNKNOWN, WAIVED, SHOULD, PASS, ABSENT)
    count = {verdict: sum(x.verdict == verdict for x in shown) for verdict in r.VERDICTS}
    return r.Report(
        engine=r.Engine("rulewright", "0.1.0"),
        language="1",
        as_of="2026-11-21T00:00:00Z",
        fail_on="shall",
        products=(r.ProductInfo("p1", "Acme Cam", "2.3", ({"sha256": "ab" * 32},)),),
        inputs=(
            r.Input(
                kind="sbom",
                format="CycloneDX 1.6 JSON",
                name="cam2.cdx.json",
                sha256="ab" * 32,
                bytes=48_213,
                product="p1",
                receipt=(r.Count("components", 214, 214),),
                findings=(
                    r.Finding("RW1204", "warning", f"`{EVIL}` is no purl", "cam2.cdx.json", "/components/13/purl"),
                ),
                findings_total=31,
            ),
        ),
        policies=(
            r.PolicyInfo("policy", "acme.camera", "1.0.0", "cd" * 32, "Camera policy"),
            r.PolicyInfo("standard", "etsi.en_303_645", "3.1.3", "ef" * 32, "Baseline", pinned=True),
        ),
        excluded=(r.ExcludedInfo("etsi.en_303_645:5.8-4", "the product has no sensor", POLICY),),
        summary=r.Summary(
            passed=count["pass"],
            fail=count["fail"],
            unknown=count["unknown"],
            not_applicable=count["not_applicable"],
            error=count["error"],
            waived=sum(x.waived is not None for x in shown),
            excluded=1,
            assumptions=sum(bool(x.assumptions) for x in shown),
            blocking=sum(x.blocks for x in shown),
            gate=gate,  # type: ignore[arg-type]
        ),
        findings=(r.Finding("RW3001", "warning", "waiver `w-2025-03` ended on 2026-06-30 and does not apply"),),
        results=tuple(sorted(shown, key=lambda x: (x.product, x.requirement))),
    )
