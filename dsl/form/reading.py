"""Rule files in the JSON form, for the compiler: the tree of their text, with every place in the JSON file.

A file in JSON is read as the text that it stands for; what is wrong with it, and where its rules stand, is told by line and column
of the JSON itself, with the line of text that is meant.  Its digest is that of its own bytes.
Guarantees: a value that would read as anything else than itself is refused; reading the same bytes again is free.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple

from rulewright.diagnostics import Diagnostic, Severity, Span
from rulewright.dsl import ir, tree, tree_case
from rulewright.dsl.form.comments import Carrier, attached, carriers
from rulewright.dsl.form.document import Document, dumped, encoded, loaded
from rulewright.dsl.form.pointers import pointer
from rulewright.dsl.form.positions import Positions, positions
from rulewright.dsl.form.shape import Value, Wrong
from rulewright.dsl.form.text import text_of
from rulewright.dsl.read import ReadFile, read
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import At, Source, SourceText, decode

SHOWN = 120
"""Characters of a line of text that a note shows."""


class Form(NamedTuple):
    """A file in the JSON form: its tree and comments, its text, and what is wrong with it."""

    document: Document
    text: str
    wrong: tuple[Wrong, ...]


# --- from JSON to text -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def form_of(text: str) -> Form:
    """A JSON text as rules."""
    try:
        document, wrong = loaded(_parsed(text))
        return Form(document, written(document) if not wrong else "", tuple(wrong))
    except Wrong as wrong:
        return Form(Document(tree_case.File((), ()), {}), "", (wrong,))
    except RecursionError:
        deep = Wrong("RW0810", "objects and arrays stand too deeply inside one another", "")
        return Form(Document(tree_case.File((), ()), {}), "", (deep,))


def rule_text(data: bytes) -> str:
    """The rule text of a file in JSON; nothing where it is wrong."""
    text = decode(Source("", data))
    return form_of(text.text).text if isinstance(text, SourceText) else ""


def written(document: Document) -> str:
    """A tree and its comments as rule text, laid out."""
    from rulewright.dsl.layout import layout

    text = text_of(*document)
    laid = layout(Source("", text.encode()))
    return laid if isinstance(laid, str) else text


def _parsed(text: str) -> Value:
    """The value of a JSON text.  Raises Wrong."""
    twice: list[str] = []

    def members(pairs: list[tuple[str, Value]]) -> Value:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice.append("")
        return made

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=_no_number)
    except json.JSONDecodeError as flaw:
        message = f"this is not JSON: {flaw.msg[0].lower()}{flaw.msg[1:]} in line {flaw.lineno}, column {flaw.colno}"
        raise Wrong("RW0801", message, "", "rules in JSON are one object; a rule text starts with a word") from None
    except ValueError:
        raise Wrong("RW0801", "this is not JSON: a number has too many digits", "") from None
    if twice:
        at = positions(text).twice[0]
        raise Wrong("RW0801", f"the member `{at.rpartition('/')[2]}` stands twice", at, "keep one of them")
    return value


def _no_number(name: str) -> Value:
    raise Wrong("RW0801", f"this is not JSON: `{name}` is no number", "")


# --- from a text to JSON -----------------------------------------------------------------------------------------------


def json_form(file: ReadFile) -> bytes:
    """The canonical JSON form of a file that was read without an error.  Raises Wrong where it has none."""
    return encoded(dumped(Document(file.file, attached(file.source.text, file.file))))


def converted(source: Source, to: str) -> bytes | tuple[Diagnostic, ...]:
    """A rule file, of text or in JSON, as JSON (`to` is `json`) or as rule text; or what is wrong with it."""
    sink = Sink()
    with suppress(Enough):
        file = read(source, sink, tests=True)
        if file is not None and not sink.failed:
            return _converted(file, to)
    return sink.result()


def _converted(file: ReadFile, to: str) -> bytes | tuple[Diagnostic, ...]:
    """A file that was read without an error; the text of a file in JSON is its text already."""
    try:
        form = json_form(file)
        return form if to == "json" else form_of(form.decode()).text.encode()
    except Wrong as wrong:
        return (diagnostic(wrong, file.source.name),)


# --- for the compiler --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """From places in the generated text to places in the JSON text."""

    json: SourceText
    top: Carrier = field(repr=False)
    file: tree_case.File = field(repr=False)

    @cached_property
    def _positions(self) -> Positions:
        return positions(self.json.text)

    def pointer(self, at: At) -> str:
        """The pointer of the innermost item, part or condition around a place."""
        return pointer(self.file, self.top, at[0])

    def span(self, at: At) -> At:
        """The stretch of the JSON that says what stands at a place of the text."""
        return self._positions.near(self.pointer(at))


@dataclass(frozen=True, slots=True)
class FormText(SourceText):
    """The text of a file in JSON: what it says of places is about the JSON."""

    places: Places | None = field(default=None, repr=False, compare=False)

    @property
    def editable(self) -> bool:
        """Rule text cannot be put into JSON."""
        return False

    def span(self, at: At) -> Span:
        """The place in the JSON."""
        assert self.places is not None
        return self.places.json.span(self.places.span(at))

    def place(self, at: At) -> ir.Place:
        """The place in the JSON."""
        assert self.places is not None
        return self.places.json.place(self.places.span(at))

    def notes(self, at: At) -> tuple[str, ...]:
        """Where in the JSON, and the line of text that is meant."""
        assert self.places is not None
        start = self.text.rfind("\n", 0, at[0]) + 1
        end = self.text.find("\n", at[0])
        line = self.text[start : end if end >= 0 else None].strip()
        shown = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
        pointer = self.places.pointer(at)
        return (
            f"`{pointer or '/'}` stands for the rule text `{shown}`" if shown else f"it is about `{pointer or '/'}`",
        )


def read_form(source: Source, sink: Sink, *, tests: bool) -> ReadFile | None:
    """Read a file in JSON; None, with what is wrong said, where it is not one of rules."""
    text = decode(source)
    if not isinstance(text, SourceText):
        sink.put(text)
        return None
    form = form_of(text.text)
    if form.wrong:
        for wrong in form.wrong:
            sink.put(diagnostic(wrong, source.name))
        return None
    found = _same(form.document.file, form.text)
    if found is None:
        sink.put(diagnostic(_culprit(form.document.file), source.name))
        return None
    kept = found.file if tests else tree_case.File(found.file.modules, ())
    places = Places(text, carriers(found.file), found.file)
    return ReadFile(
        FormText(source.name, form.text, found.source.starts, places), sha256(source.text).hexdigest(), kept
    )


def diagnostic(wrong: Wrong, name: str) -> Diagnostic:
    """What is wrong with a file of that name."""
    message, at = (text.encode("utf-8", "backslashreplace").decode() for text in (wrong.message, wrong.at))
    return Diagnostic(wrong.code, Severity.ERROR, message, hint=wrong.hint, source=name, pointer=at or None)


def _same(file: tree_case.File, text: str) -> ReadFile | None:
    """The text read; None where it is not this tree."""
    sink = Sink()
    found = read(Source("", text.encode()), sink, tests=True)
    return None if found is None or sink.failed or not (found.file == file) else found  # noqa: SIM201 - only `==` ignores places


def _culprit(file: tree_case.File) -> Wrong:
    """The first item or test that does not read as itself."""
    message = "this cannot be written as rule text: one of its words means something else there"
    for m, module in enumerate(file.modules):
        for n, item in enumerate(module.items):
            alone = tree_case.File((tree.Module(module.head, (item,), frozenset(), module.at),), ())
            if _same(alone, text_of(alone, {})) is None:
                return Wrong("RW0809", message, f"/modules/{m}/items/{n}", "choose another name")
    for n, test in enumerate(file.tests):
        alone = tree_case.File((), (test,))
        if _same(alone, text_of(alone, {})) is None:
            return Wrong("RW0809", message, f"/tests/{n}", "choose another name")
    return Wrong("RW0809", message, "", "choose other names")
