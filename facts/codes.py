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
            "The value is of another type than the vocabulary declares, not one of its words, or outside its range. `yes` is not a truth "
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
        Code(
            "RW1305",
            "an answer is not complete",
            "An answer to a question of a standard names the requirement with its edition, the answer (yes, no, or ? where it "
            "is not known), the person who answers with a role, and the day. Without these nobody could be asked about it, so "
            "it is refused.",
            'answers:\n  - {requirement: "etsi.en_303_645@3.1.3:5.0-1", answer: yes}',
        ),
        Code(
            "RW1306",
            "a statement that this run cannot count",
            "A person's statement is dated after the day of the run, or an answer is to a question that its requirement does "
            "not ask. An answer to another edition than the one judged by is a warning: it is not carried over, since the "
            "question may have changed. So is an answer whose `asked` is not the question that the rules ask under its number: "
            "it does not count. An answer without `asked` counts, with a warning: nobody can see what was answered.",
            'answers:\n  - {requirement: "etsi.en_303_645@3.1.3:5.0-1", question: 9, answer: yes, by: Jo, on: 2026-08-01}',
        ),
    )
}
