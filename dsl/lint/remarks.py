"""The rules that the analyser answers (`rulewright lint --analyse`), one for each kind of remark; and what is said of fixes.

Guarantees: metadata alone; nothing is analysed here.  Each speaks from what `rulewright conflicts` observes of a program.
"""

from __future__ import annotations

from rulewright.diagnostics import Severity
from rulewright.dsl.lint.model import Found, Rule, Subject

_ONE = """\
standard acme.base edition "1" {{
{rules}}}
"""
_GOOD = """\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
}
"""


def _find(_: Subject) -> tuple[Found, ...]:
    return ()  # found by the analyser


def _rule(  # noqa: PLR0913, PLR0917  the parts of one entry
    code: str, name: str, kind: str, summary: str, rationale: str, avoid: str, severity: Severity = Severity.WARNING,
    persona: str = "author", prefer: str = _GOOD,
) -> Rule:  # fmt: skip
    KINDS[kind] = code
    return Rule(
        code=code, name=name, severity=severity, persona=persona, category="analysis", summary=summary,
        rationale=rationale, configuration="Found with `--analyse` alone.", avoid=avoid, prefer=prefer, find=_find,
        varies=True,
    )  # fmt: skip


def _requirement(name: str, check: str, applies: str = "") -> str:
    """A requirement for an example."""
    when = f"    applies when {applies}\n" if applies else ""
    return f'  requirement "{name}" shall {{\n    title    "An example"\n    severity high\n{when}    check    {check}\n  }}\n'


KINDS: dict[str, str] = {}
"""The code by the analyser's own word for the kind."""

_POLICY = 'policy acme.camera edition "1" {{\n{rules}}}\n'
_STANDARD = """\
standard acme.base edition "1" {
  param years : int = 5 in 1..9

  requirement "1" shall {
    title    "It lasts for years"
    severity high
    check    product.expected_lifetime_years >= years
  }
}

"""
_WAIVER = """
  waiver w for "a" {
    product  "pkg:generic/acme/cam2@2.3"
    because  "factory line only"
    approved by "psirt@acme.example" on 2026-08-01
    until    2026-12-31
  }
"""
_TELNET = "not iface.telnet_present"

WITHDRAWN = "RW0751"
"""Fixes that were taken back."""

REMARKS = (
    _rule(
        "RW0741", "dead-applicability", "dead", "A requirement that applies to no product, as far as the analyser sees.",
        "Scope, applicability and axioms together leave no product.",
        _ONE.format(rules=_requirement("1", _TELNET, "product.expected_lifetime_years > 5 and product.expected_lifetime_years < 3")),
    ),
    _rule(
        "RW0742", "vacuous-check", "vacuous", "A check that no product to which it applies can violate.",
        "It passes whatever a maker does.",
        _ONE.format(rules=_requirement("1", "iface.telnet_present implies iface.telnet_present")),
    ),
    _rule(
        "RW0743", "duplicate-requirement", "duplicate", "Two requirements that mean the same.",
        "Each failure is reported twice. Across standards this is usual; within one module, one of the two may be a slip.",
        _ONE.format(rules=_requirement("1", _TELNET) + _requirement("2", _TELNET)), Severity.NOTE, "auditor",
    ),
    _rule(
        "RW0744", "redundant-requirement", "redundant", "A requirement that others demand already.",
        "Who meets the others meets this one, too.",
        _ONE.format(rules=_requirement("1", f"{_TELNET} and not iface.ssh_present") + _requirement("2", _TELNET)),
        Severity.NOTE, "auditor",
    ),
    _rule(
        "RW0745", "left-to-people", "gap", "Requirements that no fact decides, or products in scope to which none applies.",
        "What rests on answers alone is only as good as who answers; what nothing applies to is never looked at.",
        _ONE.format(rules=_requirement("1", 'manual "Is somebody on call?"')), Severity.NOTE, "auditor",
    ),
    _rule(
        "RW0746", "waiver-and-conflict", "waiver", "A waiver on whose end a contradiction comes back.",
        "From that day on no design meets all requirements.",
        _POLICY.format(rules=_requirement("a", _TELNET) + _requirement("b", "iface.telnet_present") + _WAIVER),
    ),
    _rule(
        "RW0747", "weakened-by-set", "tailoring", "A `set` after which a requirement asks for less than its standard does.",
        "`set` should make a requirement stricter, or say why not: `because`.",
        _STANDARD + _POLICY.format(rules='  use acme.base edition "1" as base\n  set base.years = 2\n'),
    ),
    _rule(
        "RW0748", "prefer-not-needed", "prefer", "A `prefer` between requirements that do not clash.",
        "It settles a conflict that is not there, or no longer.",
        _POLICY.format(
            rules=_requirement("a", _TELNET) + _requirement("b", "not iface.ssh_present")
            + '  prefer "a" over "b" because "our market is the EU"\n'
        ),
    ),
    _rule(
        "RW0749", "applies-by-design", "steering", "A requirement that a maker can escape by design.",
        "It applies by what the maker chooses, and not by context.",
        _ONE.format(rules=_requirement("1", "not iface.ssh_present", "iface.telnet_present")),
        Severity.NOTE, "auditor",
    ),
    _rule(
        "RW0750", "not-analysed", "left", "A part of the rules about which the analyser could say nothing.",
        "That it found nothing there means nothing.",
        _ONE.format(rules=_requirement("1", 'every component c { c.version matches "*.[xX*]" and c.version != "1.x" }')), Severity.NOTE,
    ),
    Rule(
        code=WITHDRAWN, name="fixes-withdrawn", severity=Severity.WARNING, persona="ci", category="style",
        summary="Fixes after which a file would have compiled worse.",
        rationale="They were taken back, and the file is as it was. Please look at the findings, and report it.",
        avoid=_ONE.format(rules=_requirement("1", _TELNET)), prefer=_GOOD, find=_find,
    ),
)  # fmt: skip
