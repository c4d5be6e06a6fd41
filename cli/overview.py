"""What each command is for, in one line, and how it is typed: the words of `rulewright --help`.

Guarantees: plain data; every command stands in exactly one group, every line fits on a terminal of 80 columns, and every
example is a well-formed command line (tests hold all three).
"""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """A command line without `rulewright`, and what it is for."""

    line: str
    purpose: str


class Entry(NamedTuple):
    """A command in the overview: its name, its line, its examples."""

    name: str
    line: str
    examples: tuple[Example, ...]


_PRODUCTS = (
    Entry(
        "check",
        "Check SBOMs and declared facts against policies.",
        (
            Example(
                "check sbom.cdx.json --policy ntia.minimum_elements", "Does this SBOM have what the NTIA asks for?"
            ),
            Example(
                "check sbom.cdx.json --facts product.toml -p eu.cra --format sarif -o report.sarif",
                "A product against the Cyber Resilience Act, for code scanning.",
            ),
        ),
    ),
    Entry(
        "facts",
        "Show the facts found, and where they come from.",
        (
            Example("facts sbom.cdx.json firmware.bin", "What is known about this product, and from where?"),
            Example("facts sbom.cdx.json --format spdx-2.3 -o sbom.spdx.json", "The same facts as an SPDX document."),
        ),
    ),
    Entry(
        "derive",
        "Say which standards apply to a product, which not, and why.",
        (
            Example("derive product.toml", "Which standards does this product have to meet?"),
            Example(
                "derive --fact product.type=router --fact product.markets=EU,UK", "Nothing but two facts is known."
            ),
        ),
    ),
    Entry(
        "plan",
        "Plan the work: gaps by risk, and the smallest change.",
        (
            Example("plan sbom.cdx.json --facts product.toml -p eu.cra", "What to do first for this standard?"),
            Example("plan product.toml --questions questions.toml", "Which questions would settle what is not known?"),
        ),
    ),
    Entry(
        "compare",
        "Compare two versions: what was closed, what is still open.",
        (
            Example("compare old.json new.json", "Two results of `check --format json`."),
            Example("compare v1.cdx.json v2.cdx.json -p ntia.minimum_elements", "Two SBOMs, checked and compared."),
        ),
    ),
    Entry(
        "init",
        "Write a declaration about a product, to fill in.",
        (
            Example("init product.toml --standards eu.cra", "What a person has to declare for this standard."),
            Example("init --no-input --fact product.type=router", "Ask nothing; write product.toml."),
        ),
    ),
)
_AUTHORS = (
    Entry(
        "fmt",
        "Lay out rule files; every comment and meaning stays.",
        (
            Example("fmt rules.rw", "Lay out one file."),
            Example("fmt --check rules", "Is every file of this folder laid out?"),
        ),
    ),
    Entry(
        "lint",
        "Find what compiles and is still not well; put it right.",
        (
            Example("lint rules.rw", "What could be better in this file?"),
            Example("lint rules.rw --fix", "Put right what can be put right safely."),
        ),
    ),
    Entry(
        "test",
        "Run the tests in rule files; say what they do not notice.",
        (
            Example("test rules.rw", "Do the tests in this file hold?"),
            Example("test rules.rw --coverage --mutation", "And would they notice a mistake?"),
        ),
    ),
    Entry(
        "convert",
        "Rules as JSON, Rego or CEL; sbomqs policies as rules.",
        (
            Example("convert rules.rw --to json -o rules.json", "The JSON form, made for programs."),
            Example("convert ntia.minimum_elements --to rego", "A shipped standard for OPA, and what is lost."),
        ),
    ),
    Entry(
        "conflicts",
        "Find requirements that contradict each other; ways out.",
        (
            Example("conflicts nerc.cip nist.sp_800_63b", "Can one product meet both?"),
            Example("conflicts rules.rw --product product.toml", "Do these rules clash for this product?"),
        ),
    ),
    Entry(
        "variants",
        "Say whether one variant of a product serves all markets.",
        (
            Example("variants eu.cra cn.rmsv --markets EU,CN,US", "One design for three markets, or two?"),
            Example("variants rules.rw --by claim.labels", "Divide by another set of the context."),
        ),
    ),
    Entry(
        "diff",
        "Say what changed in meaning between two editions.",
        (
            Example("diff cisa.minimum_elements@2025-draft cisa.minimum_elements@2026", "Two editions of a standard."),
            Example("diff old.rw new.rw --format markdown", "A policy before and after a change, for a review."),
        ),
    ),
    Entry(
        "certify",
        "Certify that no requirements contradict each other.",
        (Example("certify rules.rw -o certificate.json", "A proof that can be checked without a solver."),),
    ),
    Entry(
        "check-certificate",
        "Check such a certificate against its policies.",
        (Example("check-certificate certificate.json rules.rw", "Does the certificate hold for these rules?"),),
    ),
    Entry(
        "bundle",
        "Packages of rules: build, sign, verify, add.",
        (Example("bundle build rules -o acme.base-1.0.rwpack", "A folder of rules as one file."),),
    ),
    Entry(
        "lsp",
        "Serve an editor as a language server.",
        (Example("lsp", "What an editor starts; it speaks on stdin and stdout."),),
    ),
    Entry(
        "playground",
        "Edit a policy and a product side by side in a browser.",
        (Example("playground rules.rw sbom.cdx.json", "Begin with these two."),),
    ),
)
_REGULATORS = (
    Entry(
        "attest",
        "Sign a result, as one file that others can verify.",
        (
            Example("attest result.json --key maker.pem -o camera.rwa.zip", "A signed bundle from a result."),
            Example("attest result.json --key maker.pem --no-views", "Without the views for other tools."),
        ),
    ),
    Entry(
        "verify",
        "Verify an attestation offline.",
        (
            Example(
                "verify camera.rwa.zip --trust trust.json --anchor root.pem.pub", "Is it genuine, and what does it say?"
            ),
            Example("verify camera.rwa.zip --trust trust.json --artifact camera.bin", "Is it about this file?"),
        ),
    ),
    Entry(
        "replay",
        "Evaluate an attestation's run again; compare every byte.",
        (Example("replay camera.rwa.zip", "Does the same come out again?"),),
    ),
    Entry(
        "disclose",
        "Show single rows of an attestation, with their proofs.",
        (
            Example(
                "disclose camera.rwa.zip etsi.en_303_645:5.6-1 -o rows.json",
                "One row, for somebody who may not see all.",
            ),
        ),
    ),
    Entry(
        "stamp",
        "Prove when an attestation was signed (RFC 3161).",
        (Example("stamp camera.rwa.zip", "Write the question for a time stamping authority."),),
    ),
    Entry(
        "keys",
        "Make, show and rotate signing keys.",
        (Example("keys new maker.pem", "A key with a passphrase, and its public half."),),
    ),
    Entry(
        "trust",
        "Sign and show trust policies: whose signature counts.",
        (Example("trust show trust.json", "Whose signature counts for what?"),),
    ),
    Entry(
        "status",
        "Keep a list of attestations revoked or replaced.",
        (Example("status show status.json", "What became of which attestation?"),),
    ),
    Entry(
        "log",
        "Keep attestations in a transparency log, a plain folder.",
        (Example("log append log camera.rwa.zip", "Add an attestation to the log."),),
    ),
)
_DATABASE = (
    Entry(
        "standards",
        "List, show, compare and check the shipped standards.",
        (
            Example("standards", "Which standards are there?"),
            Example("standards show eu.cra", "One standard, requirement by requirement."),
            Example("standards crosswalk eu.cra etsi.en_303_645", "What do two standards have in common?"),
        ),
    ),
    Entry(
        "explain",
        "Explain a requirement, or the code of a message.",
        (
            Example(
                "explain cisa.minimum_elements:CISA26.10", "What does this requirement ask, and how is it decided?"
            ),
            Example("explain RW0312", "What does this message mean?"),
            Example("explain schema:config", "The JSON Schema of rulewright.toml, for an editor."),
        ),
    ),
    Entry(
        "completion",
        "Print the completion script of a shell.",
        (Example("completion bash", "Load it with: source <(rulewright completion bash)"),),
    ),
)
GROUPS = (
    ("For products", _PRODUCTS),
    ("For authors of rules", _AUTHORS),
    ("For regulators and their evidence", _REGULATORS),
    ("The database, and help", _DATABASE),
)
"""The groups of the overview, in its order."""

BY_NAME = {entry.name: entry for _, entries in GROUPS for entry in entries}
