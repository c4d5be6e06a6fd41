"""Hover, definitions, references and rename in the small project.

After a change on purpose: `RULEWRIGHT_GOLDEN=write pytest tests/dsl/editing`, then read the difference.
"""

import os

import pytest

from rulewright.cli.literals import Checks
from rulewright.dsl.editing.hover import hover
from rulewright.dsl.editing.rename import Change, Refused, rename, renamed_at
from rulewright.dsl.editing.workspace import Spot, Target
from tests.dsl.editing.support import CURSOR, HERE, after, at, judged, project, workspace

PLACES = {
    "attribute": ("policy.rw", "scope acme.ki"),
    "attribute with everything": ("words.rw", "attribute acme.tel"),
    "attribute with a unit": ("words.rw", "attribute acme.tri"),
    "field": ("policy.rw", "c.purl"),
    "collection": ("policy.rw", "no vuln"),
    "define": ("policy.rw", "where ship"),
    "param": ("policy.rw", "allows ok_"),
    "param of another module": ("policy.rw", "set base.patch"),
    "own requirement": ("policy.rw", "tighten lib-"),
    "requirement of another module": ("policy.rw", 'exclude base:"4'),
    "requirement with everything": ("policy.rw", 'refs      base:"4'),
    "objective": ("baseline.rw", "objective ACME-I"),
    "objective without a check": ("policy.rw", "objective ACME-L"),
    "alias": ("policy.rw", "as ba"),
    "module": ("policy.rw", "use acme.b"),
    "variable": ("policy.rw", "{ h"),
    "value": ("policy.rw", "= cam"),
    "keyword": ("policy.rw", "every component c whe"),
    "keyword with code": ("policy.rw", "tigh"),
    "detector": ("baseline.rw", "any of firm"),
}


def test_hovers_are_as_agreed() -> None:
    told = []
    for title, (name, before) in PLACES.items():
        outline, workspace, offset = after(name, before)
        found = hover(outline, workspace, offset)
        assert found is not None, title
        assert found.at[0] <= offset <= found.at[1]
        told.append(f"== {title}: {outline.source.text[slice(*found.at)]}\n{found.markdown}\n")
    said = "\n".join(told)
    golden = HERE / "golden" / "hover.md"
    if os.environ.get("RULEWRIGHT_GOLDEN") == "write":
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def test_nothing_is_told_of_nothing() -> None:
    outline, workspace, offset = after("policy.rw", "# Ein ")
    assert hover(outline, workspace, offset) is None


def test_texts_of_packs_become_no_markup() -> None:
    outline, workspace, offset = at(
        'policy a.b edition "1" { requirement x¦ shall { title "![p](http://a/b) <b>`" check true } }'
    )
    found = hover(outline, workspace, offset)
    assert found is not None
    assert r"\!\[p\](http://a/b) \<b\>\`" in found.markdown


def target(name: str, before: str) -> Target | None:
    outline, workspace, offset = after(name, before)
    found = outline.mark_at(offset)
    assert found is not None
    return workspace.resolve(Spot(outline, *found))


@pytest.mark.parametrize(
    ("before", "file", "declared"),
    [
        ('exclude base:"4', "baseline.rw", '"4.2"'),
        ('refs      base:"4', "baseline.rw", '"4.1"'),
        ("set base.patch", "baseline.rw", "patch_days"),
        ("set ba", "policy.rw", "base"),
        ("use acme.b", "baseline.rw", "acme.baseline"),
        ("objective ACME-L", "words.rw", "ACME-LIST"),
        ("scope acme.ki", "words.rw", "acme.kind"),
        ("where ship", "policy.rw", "shipped"),
        (">= stop", "policy.rw", "stop_score"),
        ("{ h", "policy.rw", "h"),
        ("for lib", "policy.rw", "lib-hygiene"),
        ("test lib", "policy.rw", "lib-hygiene"),
        ("given { acme.ki", "words.rw", "acme.kind"),
    ],
)
def test_definitions_are_found_across_files(before: str, file: str, declared: str) -> None:
    found = target("policy.rw", before)
    assert found is not None
    assert (found.file, project()[file][slice(*found.at)]) == (file, declared)


def test_a_clause_leads_to_its_requirement() -> None:
    outline, workspace, offset = at(
        'policy a.b edition "1" { use acme.baseline edition "2.0" as b requirement x shall { refs b:"IV¦.1" check true } }'
    )
    found = outline.mark_at(offset)
    assert found is not None
    there = workspace.resolve(Spot(outline, *found))
    assert there is not None
    assert (there.file, there.name) == ("baseline.rw", "4.1")


def test_references_are_found_across_files() -> None:
    outline, workspace, offset = after("words.rw", "attribute acme.ki")
    found = outline.mark_at(offset)
    assert found is not None
    there = workspace.resolve(Spot(outline, *found))
    assert there is not None
    places = [(p.file, p.declares) for p in workspace.references(there)]
    assert places == [("policy.rw", False), ("policy.rw", False), ("words.rw", True)]


@pytest.mark.parametrize(
    ("name", "before", "new", "files"),
    [
        ("policy.rw", "as ba", "standard-2", {"policy.rw"}),
        ("policy.rw", "where ship", "delivered", {"policy.rw"}),
        ("policy.rw", "allows ok_", "good", {"policy.rw"}),
        ("policy.rw", "requirement lib-", "hygiene", {"policy.rw"}),
        ("policy.rw", "requirement lib-", "7.1 b", {"policy.rw"}),
        ("policy.rw", "{ h", "digest", {"policy.rw"}),
        ("baseline.rw", "param patch", "days", {"policy.rw", "baseline.rw"}),
        ("baseline.rw", 'requirement "4.2', "5.2", {"policy.rw", "baseline.rw"}),
        ("baseline.rw", 'requirement "4.2', 'a "b" c', {"policy.rw", "baseline.rw"}),
    ],
)
def test_a_renamed_project_is_judged_as_before(name: str, before: str, new: str, files: set[str]) -> None:
    outline, workspace, offset = after(name, before)
    changes = rename(outline, workspace, offset, new, Checks())
    assert {c.file for c in changes} == files
    renamed = applied(dict(project()), changes)
    assert [d.code for d in judged(renamed, "policy.rw")] == [d.code for d in judged(dict(project()), "policy.rw")]


def applied(texts: dict[str, str], changes: tuple[Change, ...]) -> dict[str, str]:
    for change in sorted(changes, key=lambda c: (c.file, c.at), reverse=True):
        text = texts[change.file]
        texts[change.file] = text[: change.at[0]] + change.text + text[change.at[1] :]
    return texts


@pytest.mark.parametrize(
    ("name", "before", "new", "why"),
    [
        ("policy.rw", "where ship", "stop_score", "is taken"),
        ("policy.rw", "where ship", "every", "a word of the language"),
        ("policy.rw", "where ship", "a b", "is not a name"),
        ("policy.rw", "{ h", "c.d", "is not a name"),
        ("policy.rw", "{ h", "c", "is taken"),
        ("policy.rw", "requirement lib-", "  ", "is not a name"),
        ("policy.rw", "scope acme.ki", "x", "only variables"),
        ("policy.rw", "c.purl", "x", "only variables"),
        ("policy.rw", "# Ein", "x", "no name here"),
    ],
)
def test_what_cannot_be_renamed_is_refused(name: str, before: str, new: str, why: str) -> None:
    outline, workspace, offset = after(name, before)
    with pytest.raises(Refused, match=why):
        rename(outline, workspace, offset, new, Checks())


def test_files_of_others_are_never_changed() -> None:
    text = project()["policy.rw"]
    offset = text.index('exclude base:"4') + 15
    outline, workspace, offset = at(f"{text[:offset]}¦{text[offset:]}", own=frozenset({"policy.rw"}))
    with pytest.raises(Refused, match="not yours to change"):
        renamed_at(outline, workspace, offset)
    text = project()["baseline.rw"]
    offset = text.index("param patch") + 11
    outline, workspace, offset = at(
        f"{text[:offset]}¦{text[offset:]}", name="baseline.rw", own=frozenset({"baseline.rw"})
    )
    with pytest.raises(Refused, match=r"mentioned in `policy\.rw`"):
        rename(outline, workspace, offset, "days", Checks())


def test_an_id_with_quotes_is_found_again() -> None:
    outline, workspace, offset = at(
        'policy a.b edition "1" { requirement "x¦ \\"y\\"" shall { check true } exclude "x \\"y\\"" because "z" }'
    )
    assert [c.text for c in rename(outline, workspace, offset, "plain", Checks())] == ['"plain"', '"plain"']


TWO = """policy p.one edition "1" {{
  use a.one edition "1" as s
  requirement y{cursor_y} shall {{ check true }}
}}
policy p.two edition "1" {{
  requirement z shall {{ check true }}
}}
test s{cursor_s}:X{cursor_x} {{ given {{ }} expect unknown }}
"""
ONE = 'standard a.one edition "1" { requirement X shall { check true } requirement B shall { clause "k" check true } }'


@pytest.mark.parametrize(
    ("cursor", "new", "changed"),
    [("cursor_x", "Y", ["a.rw: Y", "x.rw: Y"]), ("cursor_s", "t", ["x.rw: t", "x.rw: t"])],
)
def test_a_test_below_two_policies_means_any_of_them(cursor: str, new: str, changed: list[str]) -> None:
    places = {name: CURSOR * (name == cursor) for name in ("cursor_x", "cursor_s", "cursor_y")}
    text = TWO.format(**places)
    around = workspace({"a.rw": ONE, "x.rw": text.replace(CURSOR, "")})
    offset = text.index(CURSOR)
    found = rename(around.outline("x.rw"), around, offset, new, Checks())
    assert [f"{c.file}: {c.text}" for c in found] == changed
    assert around.outline("x.rw").source.text[slice(*found[-1].at)] == cursor[-1].upper().replace("S", "s")


WORD = """standard a.b edition "1" {
  param mo¦st : int = 1 in 0..9
  requirement x shall { applies when product.type = router check product.users < most }
}
"""
CLAUSE = """standard a.b edition "1" {
  requirement A¦ shall { check true }
  requirement B shall { clause "k" check true }
  requirement C shall { refs a.b:"k" check true }
}
"""


@pytest.mark.parametrize(("text", "new"), [(WORD, "router"), (CLAUSE, "k")])
def test_a_name_that_would_change_what_others_mean_is_refused(text: str, new: str) -> None:
    outline, workspace, offset = at(text, name="own.rw")
    with pytest.raises(Refused, match="stand for something else"):
        rename(outline, workspace, offset, new, Checks())
    assert rename(outline, workspace, offset, "free", Checks())
