"""The pages of the standards are current."""

from docs.scripts import standards


def test_every_page_is_what_its_script_would_write() -> None:
    made = standards.pages()
    assert set(standards.FOLDER.glob("*.md")) == set(made), "run `make pages`"
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make pages`"


def test_a_requirement_is_decided_by_what_its_check_asks() -> None:
    found = {r.id: standards.decided_by(r) for program in standards.programs().values() for r in program.requirements}
    assert found["cisa.minimum_elements:CISA26.10"] == "document"
    assert found["cisa.minimum_elements:CISA26.2"] == "document and facts"
    assert found["cisa.minimum_elements:CISA26.23"] == "facts"
    assert found["fda.cybersecurity_524b:524B.b2"] == "facts"
