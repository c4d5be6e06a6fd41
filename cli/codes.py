"""The diagnostics of the command line itself, for `rulewright explain`.

Guarantees: one entry per code that this folder can emit, each with a title, a page and an example; the examples are
commands.  The codes of the other folders are in their own `codes.py`.
"""

from __future__ import annotations

from rulewright.diagnostics import Code

_ALL = (
    Code(
        "RW0001",
        "internal error",
        "Rulewright did something that it should never do. The input is not to blame, and no verdict was given: the exit "
        "code is 4. Please report it with the command and, if you may share it, the input; `--debug` shows where it happened.",
        "rulewright check product.cdx.json --policy policy.rw --debug",
    ),
    Code(
        "RW0002",
        "the command line cannot be understood",
        "An option or command is misspelt, a value is missing, or a value is not one of those allowed. "
        "`rulewright COMMAND --help` lists what a command takes.",
        "rulewright check product.cdx.json --polcy policy.rw",
    ),
    Code(
        "RW0003",
        "a file cannot be read",
        "The file does not exist, is a folder, or may not be read. A PRODUCT is one document; give several documents by "
        "name, or let the shell list them (`sboms/*.json`).",
        "rulewright check no-such-file.json --policy policy.rw",
    ),
    Code(
        "RW0004",
        "no such policy or standard",
        "`--policy` takes a `.rw` file or the id of a shipped standard or policy, as `rulewright standards list` shows them. "
        "With several editions, the id needs `@EDITION`: which edition of a standard applies is never guessed.",
        "rulewright check product.cdx.json --policy no.such_standard",
    ),
    Code(
        "RW0005",
        "a value cannot be used",
        "The value of an option has the wrong form: a date is written `2026-11-21`, a parameter `NAME=VALUE`.",
        "rulewright check product.cdx.json --policy policy.rw --as-of 21.11.2026",
    ),
    Code(
        "RW0006",
        "the output cannot be written",
        "The report could not be put in place, or its place is that of a product, a facts file, a rule file or the configuration "
        "of this run. It is written whole or not at all: a file that was there before is unchanged.",
        "rulewright check product.cdx.json --policy policy.rw --output no/such/folder/report.json",
    ),
    Code(
        "RW0007",
        "nothing was evaluated",
        "The policies hold no requirement, none of theirs is in force on the day, or no product was given, so there is no "
        "answer: an empty run must not look like a good one. Exit code 3.",
        "rulewright check product.cdx.json --policy empty.rw",
    ),
    Code(
        "RW0008",
        "nothing to explain",
        "`rulewright explain` takes the code of a diagnostic (`RW0312`) or the id of a requirement "
        "(`STANDARD:NAME`) of the shipped packs or of the policies given with `--policy`.",
        "rulewright explain RW9999",
    ),
    Code(
        "RW0010",
        "a facts file cannot be read",
        "A facts file is YAML, TOML or JSON: a table of attribute names and values. The text is not well formed, a key is there "
        "twice, or it uses YAML's anchors or tags. Plain words stay text: `no`, `1.10` and dates are not reinterpreted.",
        "rulewright check product.cdx.json --policy policy.rw --facts broken.yaml",
    ),
    Code(
        "RW0011",
        "the configuration cannot be used",
        "`rulewright.toml`, or the table `[tool.rulewright]` of `pyproject.toml`, is not TOML or holds a key or value that "
        "Rulewright does not know. Its keys are the long names of the options of `check`.",
        "rulewright check product.cdx.json --config broken.toml",
    ),
    Code(
        "RW0012",
        "no policy was named",
        "A product is judged against rules that somebody chose. Name them with `--policy`, or under `policy` in "
        "`rulewright.toml`; `rulewright standards list` shows what is shipped.",
        "rulewright check product.cdx.json",
    ),
    Code(
        "RW0013",
        "a facts document cannot be used",
        "A document of the format `rulewright-facts/1`, as `rulewright facts --format json` writes it, was changed in a way "
        "that cannot be read back: a collection, a field or a value does not fit the vocabulary.",
        "rulewright check damaged-facts.json --policy policy.rw",
    ),
    Code(
        "RW0014",
        "a test in a rule file failed",
        "A `test` says which verdict a requirement gives on stated facts, and the evaluator gives another. Either the "
        "requirement or the test says something that its author did not mean.",
        "rulewright test failing.rw",
    ),
    Code(
        "RW0015",
        "a statement concerns nothing here",
        "A statement on a vulnerability (VEX) names a product or component by package URL, CPE, hash or reference, and none of "
        "the products given is or holds it. A name alone never suffices. Its versions or qualifiers may differ, or the document "
        "belongs to another product.",
        "rulewright check product.cdx.json other-product.openvex.json --policy policy.rw",
    ),
    Code(
        "RW0016",
        "several products for one document",
        "A CycloneDX or SPDX document describes one product. Give the documents of one product; with `--same-product` all that "
        "are given are taken as sources about the same.",
        "rulewright facts one.cdx.json another.cdx.json --format cyclonedx",
    ),
    Code(
        "RW0017",
        "a word that no rule knows, or a set that says nothing",
        "Some sets are open: `product.markets` takes any market. A word that is close to a listed one, like `eu` for `EU`, is "
        "taken as it stands, and no shipped rule asks for it, so whole laws would not apply in silence. For "
        "`claim.standards` the listed words are the ids of the shipped standards. `none` beside other words contradicts itself, and "
        "an empty `product.markets` or `product.audience` is a product for nobody, which no law reaches. All of these are warnings.",
        "rulewright derive --fact product.markets=eu",
    ),
    Code(
        "RW0018",
        "a result cannot be compared",
        "`rulewright compare` takes results as `rulewright check --format json` writes them (`rulewright-result/1`). This file is "
        "of another format, of a later version, or was changed.",
        "rulewright compare broken-result.json product.cdx.json --policy policy.rw",
    ),
    Code(
        "RW0019",
        "a document that facts rest on",
        "An entry of `documents` in a facts file names a `file`, its `date` and the `facts` that it is evidence of; `sha256`, "
        "`signer` and `because` where they are known. Where the file is there, its SHA-256 must be the one stated: evidence that "
        "was changed after somebody relied on it has to be looked at again.",
        "rulewright check product.cdx.json --policy policy.rw --facts changed-document.toml",
    ),
    Code(
        "RW0020",
        "a file that is there already",
        "`rulewright init` writes a new declaration and never over one that somebody may have filled in, unless told by `--force`.",
        "rulewright init product.cdx.json",
    ),
    Code(
        "RW0021",
        "facts that cannot all be true",
        "Background knowledge (`axiom`) says what is true of every product. No product is like the one described, so nothing "
        "could contradict anything about it, and an answer would mean nothing. Either a fact is wrong, or the axiom is.",
        "rulewright conflicts etsi.en_303_645 --fact product.is_radio_equipment=true --fact product.radio_technologies=none",
    ),
    Code(
        "RW0022",
        "a part that is not installed",
        "Some commands need libraries that a plain installation leaves out. The hint names the extra that brings them: "
        "`pip install 'rulewright[authors]'` for the language server and for watching files.",
        "rulewright lsp --stdio",
    ),
)
CODES = {code.code: code for code in _ALL}
