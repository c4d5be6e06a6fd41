"""Nothing is documented that is not run: every `rw` block of the texts compiles, and its own tests hold."""

import re
from pathlib import Path

import pytest

from rulewright import dsl
from rulewright.cli.compiling import attribute
from rulewright.cli.main import main
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.layout import layout
from tests.standards.packs import shipped_vocabulary
from tests.standards.packs import sources as shipped
from tests.whole.walk import WALKED

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```rw\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    """Return place and text of every block; those of pages that are walked are run there, and hold mistakes on purpose."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    pages = [page for page in pages if page.name not in WALKED]
    found = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 2
            found.append((f"{page.relative_to(ROOT)}:{line}", match[1]))
    return found


def compiled(name: str, text: str) -> dsl.Compiled:
    sources = {name: dsl.Source(name, text.encode())}
    vocabulary = shipped_vocabulary().extended(attribute(found) for found in dsl.attributes_of(sources))
    return dsl.compile({**shipped(), **sources}, [name], vocabulary)


def problems(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{d.code} {d.span.line if d.span else 0}: {d.message} ({d.hint})" for d in diagnostics]


@pytest.mark.parametrize(("place", "text"), [pytest.param(*block, id=block[0]) for block in blocks()])
def test_the_example_compiles_without_a_remark(place: str, text: str) -> None:
    # A text does not pin the digest of a shipped standard (RW0406): it would be another one after every change of the standard.
    told = [found for found in compiled(place, text).diagnostics if found.code != "RW0406"]
    assert problems(tuple(told)) == []


def test_the_tests_inside_the_examples_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tested = [text for _, text in blocks() if re.search(r"^test ", text, re.MULTILINE)]
    assert tested
    for number, text in enumerate(tested):
        file = tmp_path / f"{number}.rw"
        file.write_text(text, encoding="utf-8")
        assert main(["test", str(file), "--no-cache"]) == 0, capsys.readouterr()


def test_a_wrong_example_would_be_seen() -> None:
    text = 'policy a.b edition "1" { requirement r shall { title "T" check every component c { c.nmae is known } } }'
    assert problems(compiled("x", text).diagnostics) != []


@pytest.mark.parametrize(
    "page", ["tutorial.md", "first-standard.md", "recipes.md", "reference/language.md", "how-to-attest.md"]
)
def test_what_is_shown_to_learn_from_is_laid_out(page: str) -> None:
    for text in BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        assert layout(dsl.Source(page, text.encode())) == text
