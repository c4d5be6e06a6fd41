"""The diagnostic codes of tests of rules, for `rulewright explain`.

Guarantees: one entry per code that `rulewright test` can emit beside that of a failing test (RW0014), each with a title, a page
and an example command.
"""

from __future__ import annotations

from rulewright.diagnostics import Code

_ALL = (
    Code(
        "RW0901",
        "no such requirement to test",
        "`--only` names a requirement by its full id (`acme.baseline:4.1`) or by its name in the standard (`4.1`). None of the "
        "files that were named holds one of that name, so nothing was run.",
        "rulewright test policy.rw --only 4.11",
    ),
    Code(
        "RW0902",
        "options of test that do not go together",
        "`--fail-under` takes a share in percent, and needs something to measure: `--coverage`, `--mutation`, or both. "
        "`--update` belongs to `--snapshots`, which in turn needs rules to check the products against, and runs no test: options "
        "about tests are refused beside it, not ignored. Proposals are rule text, so they go with no other format than JSON.",
        "rulewright test policy.rw --fail-under 80",
    ),
    Code(
        "RW0903",
        "tests that hold too little",
        "The share of outcomes that the tests of a file have seen, or of small changes of its rules that they notice, is below "
        "what `--fail-under` asks for. Shares are rounded down. The report lists what is missing; `--propose` writes tests for it, "
        "and a person has to read whether the verdict of each is what the standard means.",
        "rulewright test policy.rw --mutation --fail-under 80",
    ),
    Code(
        "RW0904",
        "files cannot be watched",
        "`--watch` learns from the library `watchfiles` when a file changes. It comes with the extra `authors`; without it, tests "
        "run as often as you start them.",
        "rulewright test policy.rw --watch",
    ),
    Code(
        "RW0905",
        "a folder of snapshots that cannot be used",
        "`--snapshots FOLDER` takes each sub-folder as a product, with its documents in it. What lies where nothing would read it "
        "(a document beside the sub-folders, a folder within a product, a hidden folder) is refused, since a report without it "
        "would look whole. `snapshot.toml`, in FOLDER or in a sub-folder, states the day that all dates are compared with (`as_of`) and, where it matters, `placed_on_market`: a "
        "snapshot that depended on today would change by itself.",
        "rulewright test policy.rw --snapshots products",
    ),
)
CODES: dict[str, Code] = {code.code: code for code in _ALL}
