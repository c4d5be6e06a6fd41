"""Diagnostics as people see them."""

from rulewright.cli.paint import Paint
from rulewright.cli.render_diagnostics import render
from rulewright.diagnostics import Diagnostic, Label, Severity, Span

TEXT = b'standard a edition "1" {\n\trequirement "1" shall {\n    check device.telnt\n'


def span(line: int, column: int, length: int, file: str = "a.rw") -> Span:
    return Span(file, 0, length, line, column, line, column + length)


def test_a_full_one() -> None:
    diagnostic = Diagnostic(
        "RW0201",
        Severity.ERROR,
        "the vocabulary has no `device.telnt`",
        span(3, 11, 12),
        (Label(span(1, 10, 1), "in this standard"),),
        ("attributes are declared in vocabulary modules",),
        "did you mean `device.telnet`?",
    )
    assert render([diagnostic], {"a.rw": TEXT}, Paint()) == (
        "error[RW0201]: the vocabulary has no `device.telnt`\n"
        " --> a.rw:3:11\n"
        "  │\n"
        "3 │     check device.telnt\n"
        "  │           ^^^^^^^^^^^^\n"
        " ::: a.rw:1:10\n"
        "  │\n"
        '1 │ standard a edition "1" {\n'
        "  │          - in this standard\n"
        "   note: attributes are declared in vocabulary modules\n"
        "   hint: did you mean `device.telnet`?"
    )


def test_a_tab_moves_the_caret_with_the_text() -> None:
    shown = render([Diagnostic("RW0101", Severity.ERROR, "m", span(2, 2, 11))], {"a.rw": TEXT}, Paint()).split("\n")
    assert shown[3].index("requirement") == shown[4].index("^")


def test_a_long_line_is_cut_around_the_caret() -> None:
    text = b"x" * 5000 + b"HERE" + b"y" * 5000
    lines = render(
        [Diagnostic("RW0101", Severity.ERROR, "m", span(1, 5001, 4))], {"a.rw": text}, Paint(columns=80)
    ).split("\n")
    assert all(len(line) <= 82 for line in lines)
    assert lines[3].index("HERE") == lines[4].index("^^^^")


def test_a_document_shows_its_pointer_and_no_control_character() -> None:
    evil = Diagnostic(
        "RW1203", Severity.WARNING, "`\x1b[2J` is no purl", source="a\x07.json", pointer="/components/1/purl"
    )
    shown = render([evil], {}, Paint())
    assert shown == "warning[RW1203]: `\\x1b[2J` is no purl\n  --> a\\x07.json /components/1/purl"


def test_order_is_by_place() -> None:
    two = [
        Diagnostic("RW0102", Severity.ERROR, "b", span(2, 1, 1)),
        Diagnostic("RW0101", Severity.ERROR, "a", source="a"),
    ]
    assert render(two, {}, Paint()) == render(two[::-1], {}, Paint())


def test_a_place_without_its_text() -> None:
    assert (
        render([Diagnostic("RW0101", Severity.NOTE, "m", span(9, 3, 1))], {}, Paint())
        == "note[RW0101]: m\n --> a.rw:9:3"
    )
