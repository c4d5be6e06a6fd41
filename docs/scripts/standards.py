"""Write the page of the shipped standards from the packs themselves.

Guarantees: every requirement of every shipped standard is on the page; a test fails when one is not.
"""

from collections import Counter
from pathlib import Path

from rulewright.cli import library
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.cli.text import natural
from rulewright.dsl import ir

PAGE = Path(__file__).resolve().parent.parent / "reference/standards.md"
HEAD = """# The shipped standards
Generated from the packs by `make pages`; do not edit.

Titles and texts are our own words; the publishers' texts are what counts. `rulewright explain 'ID:NAME'` shows what a
requirement asks, how it is decided and what to do about it.
"""
LEVELS = ("shall", "should", "may")


def cell(text: str) -> str:
    """Return a text that a table can hold."""
    return " ".join(text.split()).replace("|", "\\|")


def programs() -> list[tuple[ir.ModuleInfo, tuple[ir.Requirement, ...]]]:
    """Compile every shipped standard; raise `ValueError` where one does not compile."""
    found = []
    for module in sorted(library.shipped(), key=lambda m: (natural(m.id), natural(m.edition))):
        if module.kind != "standard":
            continue
        program = compile_rules(gather([f"{module.id}@{module.edition}"]), {}, use_cache=False).program
        if program is None:
            raise ValueError(f"{module.name} does not compile")
        info = next(m for m in program.modules if m.id == module.id)
        found.append((info, tuple(sorted(program.requirements, key=lambda r: natural(r.id)))))
    return found


def overview(info: ir.ModuleInfo, requirements: tuple[ir.Requirement, ...]) -> str:
    """Return a standard's line in the first table."""
    counts = Counter[str](r.level for r in requirements)
    numbers = " | ".join(str(counts[level]) for level in LEVELS)
    return f"| `{info.id}` | {info.edition} | {cell(info.title)} | {cell(info.publisher)} | {numbers} |"


def section(info: ir.ModuleInfo, requirements: tuple[ir.Requirement, ...]) -> str:
    """Return the section of one standard."""
    rows = [
        f"| {cell(r.id.partition(':')[2])} | {cell(r.clause)} | {r.level} | {r.severity} | {cell(r.title)} |"
        for r in requirements
    ]
    note = f"Licence of the text: {cell(info.license)}.\n\n" if info.license else ""
    table = "\n".join(["| name | clause | level | severity | what must be true |", "|---|---|---|---|---|", *rows])
    return f"## {info.id} {info.edition}\n{cell(info.title)} ({cell(info.publisher)}; {info.force}).\n\n{note}{table}\n"


def page() -> str:
    """Return the whole page."""
    found = programs()
    head = "| standard | edition | title | publisher | shall | should | may |\n|---|---|---|---|---:|---:|---:|"
    return "\n".join([HEAD, head, *(overview(*one) for one in found), "", *(section(*one) for one in found)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
