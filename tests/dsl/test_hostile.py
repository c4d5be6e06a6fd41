"""Bad input is a diagnostic, quickly, never an exception."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dsl.support import build, requirement
from tests.dsl.test_sample import SAMPLE

DEEP = [
    ("(" * 3000 + "iface.telnet_present" + ")" * 3000, "RW0602"),
    ("not " * 3000 + "iface.telnet_present", "RW0602"),
    ("iface.telnet_present implies " * 3000 + "iface.telnet_present", "RW0602"),
    ("all { " * 500 + "iface.telnet_present" + "}" * 500, "RW0602"),
    ("iface.telnet_present and " * 50_000 + "iface.telnet_present", "RW0605"),
    ("product.users in {" + ",".join(map(str, range(15_000))) + "}", "RW0605"),
    (
        "every component a { every hash b of a { some component d where (some file e where (some file f where f.name is known)) } }",
        "RW0602",
    ),
    ('product.type = "' + "x" * 20_000 + '"', "RW0605"),
    ("product.users < " + "9" * 4000, "RW0105"),
    ("support.end > as_of + " + "9" * 4000 + "d", "RW0105"),
]


@pytest.mark.parametrize(("check", "code"), DEEP, ids=[str(n) for n in range(len(DEEP))])
def test_depth_and_size_are_bounded(check: str, code: str) -> None:
    assert [d.code for d in build(requirement(check)).diagnostics] == [code]


def test_defines_cannot_explode() -> None:
    defines = "".join(f" define d{n}() = d{n - 1}() and d{n - 1}()" for n in range(1, 60))
    found = build(
        f'standard s edition "1" {{ define d0() = true {defines} requirement R shall {{ check d20() }} requirement S shall {{ check d3() }} }}'
    )
    assert [d.code for d in found.diagnostics] == ["RW0604"]
    far = "".join(f" define e{n}() = e{n - 1}()" for n in range(1, 100))
    found = build(f'standard s edition "1" {{ define e0() = true {far} requirement R shall {{ check e99() }} }}')
    assert [d.code for d in found.diagnostics] == ["RW0602"]


def test_judging_stops_after_many_errors() -> None:
    many = "".join(f" requirement R{n} shall {{ check iface.telnet_presnt{n} }}\n" for n in range(5000))
    found = build(f'standard s edition "1" {{\n{many}}}').diagnostics
    assert len(found) == 101
    assert "400 more findings are not shown, and the rest was not judged" in {d.message for d in found}


def test_diagnostics_are_counted_beyond_a_hundred() -> None:
    many = "".join(f" requirement R{n} shall {{ check x }}\n" for n in range(250))
    found = build(f'standard s edition "1" {{\n{many}}}')
    assert len(found.diagnostics) == 101
    assert "150 more findings are not shown" in {d.message for d in found.diagnostics}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\r\n",
        b"# only a comment",
        b"{",
        b"}",
        b'"',
        b"standard",
        b"test x {",
        b"policy p edition",
    ],
)
def test_scraps_are_diagnostics(text: bytes) -> None:
    found = build(text)
    assert found.program is None
    assert len(found.diagnostics) == 1


def test_byte_order_mark_and_other_line_ends_are_fine() -> None:
    text = requirement("not iface.telnet_present").replace("{ ", "{\n\t").encode()
    plain = build(text).program
    other = build(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n")).program
    assert plain is not None
    assert other is not None
    assert other.requirements[0].lines[0].expr == plain.requirements[0].lines[0].expr
    assert other.requirements[0].place == plain.requirements[0].place


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_sample_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    end = data.draw(st.integers(start, min(len(SAMPLE), start + 40)))
    junk = data.draw(
        st.sampled_from(
            [
                "",
                "{",
                "}",
                '"',
                "#",
                ";",
                "not",
                "every",
                "\\",
                "§",
                "()",
                "\n",
                "where",
                "=",
                "-1",
                "1.2.3",
                "requirement",
            ]
        )
    )
    text = SAMPLE[:start] + junk + SAMPLE[end:]
    found = build(text)
    assert found.program is not None or any(d.is_error for d in found.diagnostics)
    for diagnostic in found.diagnostics:
        if diagnostic.span is not None and diagnostic.span.file == "main.rw":
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert build(text).program is None


@given(st.text(alphabet=st.sampled_from(list('(){}[];,:=<>!+-?."#\n abc019')), max_size=60))
def test_any_check_is_answered(text: str) -> None:
    build(requirement(text))
