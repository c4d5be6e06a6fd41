"""The committed pages of the standards are current; the built ones hold every requirement, and lead to each other."""

from __future__ import annotations

import re
from functools import cache

import yaml

from docs.scripts import standards
from docs.scripts.standard_page import anchor, slug
from rulewright.standards.deciding import decided, questions
from tests.standards.packs import PACKS, ROOT


@cache
def built() -> dict[str, str]:
    return standards.built()


def test_the_committed_pages_are_what_their_script_would_write() -> None:
    made = standards.committed()
    assert set(standards.FOLDER.glob("*.md")) == set(made), "run `make pages`"
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make pages`"


def test_every_edition_has_its_page_and_every_requirement_its_section() -> None:
    editions = standards.book().all()
    assert {e.name for e in editions} == {pack.name for pack in PACKS}
    assert set(built()) == {slug(e) for e in editions} | {"objectives.md"}
    for edition in editions:
        text = built()[slug(edition)]
        anchors = re.findall(r"^## .*\{: #(\S+) \}$", text, re.MULTILINE)
        assert anchors == [anchor(name) for name in edition.requirements], edition.name
        assert len(set(anchors)) == len(anchors), edition.name


def test_a_section_says_everything_about_its_requirement() -> None:
    edition = standards.book().find("etsi.en_303_645@2.1.1")
    assert edition is not None
    text = built()[slug(edition)].partition("{: #5.1-1 }")[2].partition("\n## ")[0]
    requirement = edition.requirements["5.1-1"]
    for part in (
        "clause: 5.1; level: **shall**",
        requirement.condition,
        "applies when: `",
        "objectives.md#PW-UNIQUE",
        "[uk.psti S2.1](uk-psti-2025.md#S2.1)",
        "[owasp.isvs 2.1.3](owasp-isvs-1-0.md#2.1.3)",
        "`auth.default_password_kind` (",
        requirement.fix,
    ):
        assert part in text


def test_every_link_leads_to_an_anchor_that_is_there() -> None:
    anchors = {name: set(re.findall(r"\{: #(\S+) \}$", text, re.MULTILINE)) for name, text in built().items()}
    seen = 0
    for name, text in built().items():
        for page, place in re.findall(r"\]\(([a-z0-9-]+\.md|)#([^)]+)\)", text):
            assert place in anchors[page or name], (name, page, place)
            seen += 1
    assert seen > 5000


def test_every_question_stands_on_the_page_of_its_requirement() -> None:
    seen = 0
    for edition in standards.book().all():
        text = built()[slug(edition)].replace("\\", "")
        for requirement in edition.requirements.values():
            for number, question in enumerate(questions(requirement, edition), 1):
                assert f"\n{number}. {' '.join(question.split())}".replace("\\", "") in text, requirement.id
                seen += 1
    assert seen > 600


def test_the_objectives_page_joins_requirements() -> None:
    text = built()["objectives.md"].partition("{: #PW-UNIQUE }")[2].partition("\n## ")[0]
    for link in ("etsi-en-303-645-3-1-3.md#5.1-1", "us-ca-sb-327-2020.md#b1", "uk-psti-2025.md#S1.1.2"):
        assert link in text
    assert "CWE-1392" in text
    assert "`auth.default_password_kind` (" in text


def test_how_a_requirement_is_decided_is_told_by_the_facts_that_it_reads() -> None:
    found = {f"{e.name}:{n}": decided(r, e) for e in standards.book().all() for n, r in e.requirements.items()}
    assert found["cisa.minimum_elements@2026:CISA26.10"] == "machine"
    assert found["etsi.en_303_645@2.1.1:5.1-1"] == "machine"
    assert found["nist.sp_800_53@r5:AC-2"] == "manual"
    assert found["etsi.en_303_645@2.1.1:5.3-3"] == "partly"


def test_coverage_adds_up() -> None:
    rows = re.findall(
        r"^\| \[\S+\]\(\S+\) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", standards.coverage(), re.MULTILINE
    )
    assert len(rows) == len(PACKS)
    totals = [sum(map(int, column)) for column in zip(*rows, strict=True)]
    assert totals[0] == sum(totals[1:4]) == sum(pack.rows for pack in PACKS)


def test_the_readme_counts_what_is_there() -> None:
    said = f"{sum(pack.rows for pack in PACKS):,} requirements of {len({pack.id for pack in PACKS})} standards and laws"
    assert said in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_site_is_told_of_the_pages() -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert "docs/scripts/site.py" in config["hooks"]
    assert "attr_list" in config["markdown_extensions"]
    (listed,) = (entry["Standards"] for entry in config["nav"] if isinstance(entry, dict) and "Standards" in entry)
    assert listed == ["standards/index.md", "standards/coverage.md", "contradictions.md"]
