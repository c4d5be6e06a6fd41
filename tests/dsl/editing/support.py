"""The small project of the editing tests: a vocabulary, a standard and a policy that uses it."""

from functools import cache
from pathlib import Path

from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.compiler import compile_sources
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.workspace import Workspace
from rulewright.dsl.source import Source

HERE = Path(__file__).parent
CURSOR = "¦"


@cache
def project() -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in sorted((HERE / "project").glob("*.rw"))}


def workspace(texts: dict[str, str], own: frozenset[str] | None = None) -> Workspace:
    sources = {name: Source(name, text.encode()) for name, text in texts.items()}
    return Workspace(vocabulary_of(sources), sources, frozenset(sources) if own is None else own)


def at(text: str, *, name: str = "policy.rw", own: frozenset[str] | None = None) -> tuple[Outline, Workspace, int]:
    """A text with a cursor in the project: its outline, the workspace, the cursor's offset."""
    offset = text.index(CURSOR)
    around = workspace({**project(), name: text.replace(CURSOR, "", 1)}, own)
    return around.outline(name), around, offset


def after(name: str, before: str, *, more: int = 0) -> tuple[Outline, Workspace, int]:
    """The place behind the first stretch `before` in a file of the project, `more` characters on."""
    text = project()[name]
    offset = text.index(before) + len(before) + more
    return at(text[:offset] + CURSOR + text[offset:], name=name)


def judged(texts: dict[str, str], root: str) -> tuple[Diagnostic, ...]:
    sources = {name: Source(name, text.encode()) for name, text in texts.items()}
    return compile_sources(sources, [root], vocabulary_of(sources), checks=Checks()).diagnostics
