"""Write the page of the linter's rules from the rules, and the JSON Schema of diagnostics from its types.

Guarantees: each rule has a section of one shape (summary, avoid, prefer, rationale, configuration); a test fails when page or
schema are not what this would write.
"""

import json
from itertools import groupby
from pathlib import Path

import msgspec

from rulewright.cli.diagnostics_formats.json_ import Diagnostics
from rulewright.dsl.lint.model import CATEGORIES, Rule
from rulewright.dsl.lint.registry import ALL

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/lint.md"
SCHEMA = ROOT / "cli/schemas/rulewright-diagnostics-1.schema.json"
HEAD = """# The linter
Generated from `dsl/lint/` by `python docs/scripts/lint.py`; do not edit.

`rulewright lint FILE…` compiles rule files and tells what compiles and is still not well; without a file, it looks at everything that
is shipped. [The command's page](cli.md) lists the options.

| | |
|---|---|
| personas | `ci` hears of what is surely wrong, `author` (default) of what should be put right, `auditor` of what somebody may ask about |
| choosing | `--select` and `--ignore` take codes, names and categories; a rule selected by code or name speaks to every persona |
| fixing | `--fix` applies what leaves the meaning of every rule as it is and every comment where it is, `--unsafe-fixes` what is for the author to judge, too; `--diff` shows it. A file that would compile worse is left as it was, and so is one that is read-only. A file keeps its mode |
| files | folders are walked as [`fmt`](layout.md) does, also for `*.rw.json`; `-` reads stdin, called `<stdin>` or what `--stdin-name` says; what lies beside a file of that name takes part |
| exit codes | 0 nothing blocks, 1 a finding is an error (with `--deny-warnings`, a warning), or `--diff` shows a change, 2 a file does not compile or cannot be read |
| formats | `terminal`, `concise`, `json` (`rulewright-diagnostics/1`, described by `cli/schemas/rulewright-diagnostics-1.schema.json`: what is empty is left out), `sarif`, `github` |

**To let a finding stand**, say why, behind it or on a line of its own before it:
```
  # lint: ignore applicability-over-choice because the clause says "where passwords are used"
```
Several rules are separated by commas. The comment counts for the piece that it stands at, from its start to its end: an item, a part of
it, a line of its check, a test, a case; and for what is said of the item or test as a whole in which that piece stands. Before a module,
or before its first item, it counts for what is said of the module as a whole. At the end of a block it stands at nothing. So neither
`rulewright fmt` nor the JSON form changes what is let stand.
A comment without a reason has no effect; one that ignores nothing is a finding, but not where the answer of its rule may change although
the file does not: with the day, with other files, or because the analyser was not asked.

**Configuration**, in `rulewright.toml` (or `[tool.rulewright.lint]` in `pyproject.toml`):
```
[lint]
persona       = "author"
select        = []                 # only these
ignore        = ["title-long"]
expiry-days   = 30                 # how long before its end a waiver is mentioned
deny-warnings = false
```

**Not here.** The language has no opaque predicates: every condition can be looked into, so there is no rule about them. An orphaned
waiver, a change that does not change, a standard that is used and never mentioned are messages of the compiler. Tabs and trailing
spaces are `rulewright fmt`'s. Remarks of the analyser about the standards that a policy uses are given where these are linted.
"""


def section(rule: Rule) -> str:
    """Return the section of one rule."""
    said = [
        f"### {rule.code}: {rule.name}",
        f"{rule.summary}",
        f"*{rule.severity.value}, persona {rule.persona}, category {rule.category}*",
    ]
    if rule.category != "analysis":
        said += ["**Avoid**", _code(rule.avoid), "**Prefer**", _code(rule.prefer)]
    else:
        said += ["**Avoid**", _code(rule.avoid)]
    said.append(f"**Rationale.** {rule.rationale}")
    said.append(f"**Configuration.** {rule.configuration or 'None.'}")
    return "\n\n".join(said) + "\n"


def _code(text: str) -> str:
    return f"```\n{text.rstrip()}\n```"


def page() -> str:
    """Return the whole page, by category."""
    ordered = sorted(ALL, key=lambda rule: (CATEGORIES.index(rule.category), rule.code))
    chunks = [HEAD]
    for category, rules in groupby(ordered, lambda rule: rule.category):
        chunks += [f"## {category.capitalize()}\n", *map(section, rules)]
    return "\n".join(chunks)


def schema() -> str:
    """Return the JSON Schema of what `--format json` prints."""
    made = msgspec.json.schema(Diagnostics)
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rulewright:schema:rulewright-diagnostics-1",
        "title": "rulewright-diagnostics/1",
        "description": "What `rulewright lint --format json` prints. What is empty is left out. Lines and columns count from 1, "
        "`start` and `end` from 0, in characters; ends are exclusive. Later versions may add keys; none is removed or changes "
        "its meaning without a new `format`.",
        **made,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
    print(f"wrote {PAGE.name} and {SCHEMA.name}")
