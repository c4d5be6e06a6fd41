"""The codes of diagnostics about declared facts (RW13xx), for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code

CODES: dict[str, Code] = {
    code.code: code
    for code in (
        Code(
            "RW1301",
            "a facts file is not a mapping",
            "A facts file maps names of the vocabulary to values. A list or a single value at the top says nothing.",
            "- iface.telnet_present",
        ),
        Code(
            "RW1302",
            "no such fact",
            "The vocabulary has neither an attribute nor a collection of this name. A misspelt fact would be a fact that "
            "nobody reads, so it is refused.",
            "iface.telnet_presnt: true",
        ),
        Code(
            "RW1303",
            "a value does not fit its fact",
            "The value is of another type than the vocabulary declares, or not one of its words. `yes` is not a truth "
            "value and 1.10 is not a text: write `true`, and put versions in quotes.",
            "iface.telnet_present: maybe",
        ),
        Code(
            "RW1304",
            "a collection is not well formed",
            "A collection is a list of elements, or a mapping with `items`, `complete` and `because`. An element maps "
            "fields to values.",
            "vulnerabilities: CVE-2026-0001",
        ),
    )
}
