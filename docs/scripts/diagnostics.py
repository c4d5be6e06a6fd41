"""Write the page of all diagnostic codes from the tables of the folders.

Guarantees: the page says what `rulewright explain CODE` says; a test fails when it does not.
"""

from itertools import groupby
from pathlib import Path

from rulewright.cli.explain import codes
from rulewright.diagnostics import Code

PAGE = Path(__file__).resolve().parent.parent / "reference/diagnostics.md"
HEAD = """# Diagnostics
Generated from the folders' `codes.py` by `make pages`; do not edit. `rulewright explain CODE` shows the same text.

The first two digits say where a message comes from.
"""
PARTS = {
    "00": "The command",
    "01": "Rule files: text and structure",
    "02": "Rule files: names",
    "03": "Rule files: types",
    "04": "Rule files: modules and tailoring",
    "05": "Rule files: tests",
    "06": "Rule files: limits",
    "07": "Rule files: the linter",
    "08": "Rule files: JSON form and other languages",
    "09": "Rule files: coverage and changes that no test notices",
    "10": "Documents: reading",
    "11": "Documents: schema",
    "12": "Documents: meaning",
    "13": "Declared facts",
    "14": "Feeds of vulnerabilities",
    "15": "Devices: trees, images, reports",
    "20": "Waivers",
    "30": "The requirement database",
    "31": "Exchange of standards",
    "40": "Attestations: verifying",
    "41": "Attestations: making",
    "42": "Packages of rules",
}


def part(code: Code) -> str:
    """Return the heading under which a code stands; a new pair of digits needs one above."""
    return PARTS[code.code[2:4]]


def entry(code: Code) -> str:
    """Return the text of one code."""
    fence = "~~~" if "```" in code.example else "```"
    return f"### {code.code}: {code.title}\n{code.page.strip()}\n\n{fence}\n{code.example.rstrip()}\n{fence}\n"


def page() -> str:
    """Return the whole page."""
    chunks = [HEAD]
    for heading, group in groupby(codes().values(), part):
        chunks += [f"## {heading}\n", *map(entry, group)]
    return "\n".join(chunks)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
