"""Codes RW01xx (how a file is written) and RW06xx (limits)."""

from __future__ import annotations

from rulewright.diagnostics import Code


def wrapped(line: str) -> str:
    """A line as the only check of a requirement."""
    return f'standard example edition "1" {{\n  requirement R1 shall {{\n    {line}\n  }}\n}}\n'


SYNTAX = (
    Code(
        "RW0101",
        "the file is not UTF-8",
        "Rule files are UTF-8 text, with or without a byte-order mark. The offset counts bytes from the start of the file. "
        "Save the file again as UTF-8; a file in another encoding would be read differently on another machine.",
        'standard example edition "1" { title "caf<byte 0xE9>" }\n',
    ),
    Code(
        "RW0102",
        "a character that cannot be seen",
        "NUL characters and the marks that switch the direction of writing are refused: with them a rule could look other "
        "than it reads.",
        'standard example edition "1" { title "a<U+202E>b" }\n',
    ),
    Code(
        "RW0103",
        "a sign that the language does not have",
        "The language uses words: `and`, `or`, `not`, `implies`, and `=` for equality. Texts stand in straight double "
        "quotes. Ids that start with a digit stand in quotes, too.",
        wrapped('check every component c { c.name == "x" }'),
    ),
    Code(
        "RW0104",
        "a text without its closing quote",
        "A text ends on the line on which it starts. A long text is written as several texts one after another: they are "
        'joined. Inside a text, a quote is written \\" and a backslash \\\\.',
        wrapped('title "no end'),
    ),
    Code(
        "RW0105",
        "a number, date or duration that does not exist",
        "Dates are days of the calendar, written 2026-12-31. Durations are written 30d, 2w, 6m, 5y and are at most 1,000 "
        "years long. Whole numbers have at most 18 digits, decimals at most six after the point.",
        wrapped("check some component c where c.end_of_support < 2026-02-30"),
    ),
    Code(
        "RW0106",
        "something else was expected here",
        "The grammar does not allow this word or sign at this place. The message lists what could stand here; the hint "
        "guesses what was meant. Each item of a file is read alone, so other items are judged all the same.",
        wrapped("check every component c { c.name is known c.version is known }"),
    ),
    Code(
        "RW0107",
        "the braces of a module do not match",
        "A module's `{` and `}` must match. When a brace is missing inside an item, that item is named instead.",
        'standard example edition "1" {\n  title "an example"\n',
    ),
    Code(
        "RW0108",
        "text outside all modules",
        "A file holds modules (`standard`, `policy`, `vocabulary`) and tests (`test`), nothing else.",
        "requirement R1 shall { check true }\n",
    ),
    Code(
        "RW0109",
        "a part that stands twice",
        "Each part of a requirement, a waiver or a module stands at most once; the order does not matter.",
        wrapped('title "one" title "two" check some component c where c.name is known'),
    ),
    Code(
        "RW0110",
        "a requirement without its level or check",
        "A requirement has a level of obligation (`shall`, `should`, `may`) after its id and one `check`, which says what "
        "must be true. A requirement that no document can decide checks a declared fact.",
        wrapped('title "nothing to check"'),
    ),
    Code(
        "RW0111",
        "an item that does not belong in this kind of module",
        "Standards hold requirements; policies also tailor and waive; vocabularies declare attributes and objectives.",
        'vocabulary example edition "1" {\n  param n : int = 1\n}\n',
    ),
    Code(
        "RW0112",
        "a right that is an obligation",
        "`right` says that a clause grants a freedom which others must not take away; analysis holds it against them. What "
        "shall or should be done is not a freedom: a right has the level `may`.",
        wrapped("right check some component c where c.name is known"),
    ),
    Code(
        "RW0601",
        "a file that is too large",
        "A rule file has at most 4,000,000 bytes. Split it into several modules.",
        "# more than 4,000,000 bytes",
    ),
    Code(
        "RW0602",
        "conditions nested too deeply",
        "At most 64 brackets or conditions stand inside one another, and at most 3 quantifiers. What needs more is not "
        "readable: say it in several requirements, or name a part of it with `define`.",
        wrapped(f"check {'(' * 65}true{')' * 65}"),
    ),
    Code(
        "RW0603",
        "a file with too many items",
        "A file has at most 20,000 items. Split it into several modules.",
        'standard example edition "1" {\n  # more than 20,000 items\n}\n',
    ),
    Code(
        "RW0604",
        "a requirement that becomes too large",
        "`define`s are put in where they are used. A requirement has at most 20,000 conditions after that, so that short "
        "text cannot ask for endless work.",
        'standard example edition "1" {\n  define d0() = true and true\n'
        + "".join(f"  define d{n}() = d{n - 1}() and d{n - 1}()\n" for n in range(1, 15))
        + "  requirement R1 shall { check d14() }\n}\n",
    ),
    Code(
        "RW0605",
        "a text, set or item that is too long",
        "A text has at most 10,000 characters, a set at most 10,000 members, an item at most 40,000 words and signs.",
        'standard example edition "1" {\n  title "… more than 10,000 characters …"\n}\n',
    ),
    Code(
        "RW0606",
        "more findings than are shown",
        "At most 100 findings are shown, errors first. The number of the others is told.",
        'standard example edition "1" {\n'
        + "".join(f"  requirement R{n} shall {{ check x }}\n" for n in range(101))
        + "}\n",
    ),
)
