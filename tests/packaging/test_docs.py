"""Documents agree with the tree: decisions, dependencies, commands, fragments.

`make docs` builds the site strictly; this module holds what a build cannot know.
"""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

KINDS = {"added", "changed", "fixed", "removed", "security"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pages(root: Path) -> list[Path]:
    return sorted(p for p in (root / "docs/decisions").glob("*.md") if p.name != "index.md")


def test_decisions_are_numbered_without_gaps_and_listed(root: Path) -> None:
    names = [p.name for p in pages(root)]
    assert [int(n[:4]) for n in names] == list(range(1, len(names) + 1))
    index, nav = read(root / "docs/decisions/index.md"), read(root / "mkdocs.yml")
    assert [n for n in names if f"({n})" not in index or f"decisions/{n}" not in nav] == []


def test_every_decision_says_what_it_costs(root: Path) -> None:
    for page in pages(root):
        text = read(page)
        assert re.match(r"# \d{4}: \S", text), page.name
        assert re.search(r"^Status: (proposed|accepted|superseded by \d{4}), \d{4}-\d\d-\d\d\.$", text, re.MULTILINE), (
            page.name
        )
        bad = text.partition("\n## Bad\n")[2]
        assert "\n- " in "\n" + bad, page.name


def test_every_dependency_has_its_reason(root: Path) -> None:
    project = tomllib.loads(read(root / "pyproject.toml"))["project"]
    listed = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    named = {re.split(r"[<>=!~\[; ]", entry)[0].lower() for entry in listed}
    table = read(root / "docs/decisions/0004-dependencies.md").partition("Only for development")[0]
    reasons = {row.lower() for row in re.findall(r"^\| ([\w-]+) \| ", table, re.MULTILINE)} - {"package"}
    assert reasons == named


def test_the_commands_in_the_texts_exist(root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", read(root / "Makefile"), re.MULTILINE))
    texts = "".join(read(root / name) for name in ("README.md", "CONTRIBUTING.md", "docs/tutorial.md"))
    asked = set(re.findall(r"(?:^|`)make ([a-z-]+)", texts, re.MULTILINE))
    assert {"demo", "test"} <= asked <= targets


def test_recipes_have_at_most_nine_steps(root: Path) -> None:
    recipes = re.findall(r"^## (Add .*?)\n(.*?)(?=^## |\Z)", read(root / "CONTRIBUTING.md"), re.MULTILINE | re.DOTALL)
    steps = {title: [int(n) for n in re.findall(r"^(\d+)\. ", body, re.MULTILINE)] for title, body in recipes}
    assert len(steps) == 5
    for title, numbers in steps.items():
        assert numbers == list(range(1, len(numbers) + 1)), title
        assert len(numbers) <= 9, title


def fragments(root: Path) -> list[Path]:
    return sorted(p for p in (root / "changelog.d").iterdir() if p.name != "README.md")


def test_changelog_fragments_are_named_by_kind_and_end_like_sentences(root: Path) -> None:
    for path in fragments(root):
        kind = path.name.removesuffix(".md").rpartition(".")[2]
        assert kind in KINDS, path.name
        assert read(path).strip().endswith("."), path.name


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_links_in_the_root_texts_lead_somewhere(root: Path, name: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", read(root / name))
    assert [t for t in targets if "://" not in t and not (root / t).exists()] == []


def test_the_paths_that_contributing_names_exist(root: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", read(root / "CONTRIBUTING.md"))
    assert len(named) > 10
    assert [name for name in named if not (root / name).exists()] == []
