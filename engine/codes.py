"""The codes of findings that a run makes by itself (RW2xxx), for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code

_WAIVER = """policy acme.camera edition "1.0.0" {{
  use cisa.minimum_elements edition "2026" as cisa
  waiver w-1 for {target} {{
    product "{product}"
    because "only in the factory"
    approved by "security@example.com" on 2026-01-10
    until   {until}
  }}
}}"""

CODES: dict[str, Code] = {
    code.code: code
    for code in (
        Code(
            "RW2001",
            "a waiver does not apply",
            "A waiver names a requirement and a product of this run, but its end has passed, its approval has not begun, "
            "or its `provided` condition does not surely hold. It labels nothing, and the verdict blocks as if there were "
            "no waiver.",
            _WAIVER.format(target='cisa:"CISA26.10"', product="camera", until="2026-02-01"),
        ),
        Code(
            "RW2002",
            "a waiver is orphaned",
            "A waiver names a requirement that is not evaluated, or a product that is not among those checked. It may be "
            "a leftover, or a misspelt product.",
            _WAIVER.format(target='cisa:"CISA26.10"', product="another-camera", until="2026-12-31"),
        ),
        Code(
            "RW2003",
            "a waiver is not needed",
            "The requirement that a waiver covers neither fails nor is unknown. A waiver that nobody needs hides the day "
            "on which somebody would.",
            _WAIVER.format(target='cisa:"CISA26.16"', product="camera", until="2026-12-31"),
        ),
        Code(
            "RW2004",
            "a waiver ends soon",
            "A waiver that is in use ends within 30 days. From the day after, the verdict that it covers blocks again.",
            _WAIVER.format(target='cisa:"CISA26.10"', product="camera", until="2026-12-01"),
        ),
    )
}
