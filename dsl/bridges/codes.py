"""The diagnostic codes of the bridges to other languages: RW0850 and up."""

from __future__ import annotations

from rulewright.diagnostics import Code

BRIDGES = (
    Code(
        "RW0850",
        "requirement that the other language cannot say",
        "Rego and CEL know neither version ranges, nor the choices in a licence expression, nor the dependency graph. What cannot "
        "be said is unknown in an export, never a pass. Of this requirement no line could ever be anything else, so it is left "
        "out. The others are exported, each with a statement of what it loses.",
        'check every component c { c.version not in vers"pypi/<2.0.7" }\n',
    ),
    Code(
        "RW0851",
        "nothing to export",
        "The file or id has no requirement, such as a vocabulary. Name a standard or a policy.",
        "rulewright convert vocabulary.rw --to rego\n",
    ),
    Code(
        "RW0852",
        "policy of sbomqs that cannot be read",
        "A policy of sbomqs is YAML: a list `policy`, each with `name`, `type` (whitelist, blacklist or required), `rules` and "
        "`action` (fail, warn or pass). Each rule has a `field`, and `values` or `patterns` unless the type is required.",
        "policy:\n  - name: licences\n    type: allowlist\n",
    ),
    Code(
        "RW0853",
        "field of an sbomqs policy that no fact answers",
        "There is no fact that means the same as this field. The rule is not taken over: it stands as a comment in the output, "
        "with its field and values, so that it is not forgotten.",
        "rules:\n  - field: comp_source_code_hash_of_build\n",
    ),
    Code(
        "RW0854",
        "rule of an sbomqs policy that cannot be said",
        "The rule means something that the language of rules does not take, such as a value or a pattern longer than 2,000 "
        "characters. It is not taken over: it stands as a comment in the output, and the other rules are imported.",
        "rules:\n  - field: name\n    patterns: [one of more than 2,000 characters]\n",
    ),
)
"""Every code of the bridges."""
