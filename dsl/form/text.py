"""A syntax tree and its comments as rule text.

Guarantees: the text reads as the same tree, with every comment at its node; the same tree and comments give the same text.
What it does not do: check the words of a tree that did not come from a text (`document.load` does).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.form.comments import Key, Remarks, signed
from rulewright.dsl.form.text_expr import expression, literal, quoted, selection

_INDENT = "  "
_WIDTH = 110
"""A text longer than this becomes several strings."""
_CHUNK = 100
_TALL = (tree.Requirement, tree.Attribute, tree.ObjectiveItem, tree.Waiver)
Lines = list[str]


def text_of(file: tree_case.File, remarks: Remarks) -> str:
    """The rule text of a file: modules, then tests."""
    writer = _Writer(remarks)
    blocks = [writer.module(module, ("m", n)) for n, module in enumerate(file.modules)]
    blocks += [writer.test(test, ("t", n)) for n, test in enumerate(file.tests)]
    ending = [signed(remark.text) for remark in remarks.get((), ())]
    return "\n\n".join("\n".join(block) for block in [*blocks, *([ending] if ending else [])]) + "\n"


def text_lines(keyword: str, node: t.Text) -> Lines:
    """A keyword and a text; a long one goes on below in strings of its own."""
    whole = f"{keyword} {quoted(node.text)}"
    if len(whole) <= _WIDTH:
        return [whole]
    chunks = [quoted(chunk) for chunk in _chunks(node.text)]
    return [f"{keyword} {chunks[0]}", *(f"{_INDENT}{chunk}" for chunk in chunks[1:])]


def _chunks(text: str) -> Iterator[str]:
    """A text in pieces, cut behind spaces where there are any."""
    while len(text) > _CHUNK:
        cut = text.rfind(" ", 0, _CHUNK) + 1 or _CHUNK
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _names(names: Iterable[t.Name]) -> str:
    return ", ".join(name.text for name in names)


def target(node: tree.Target) -> str:
    """A requirement that is named."""
    return literal(node.id) if node.alias is None else f"{node.alias.text}:{literal(node.id)}"


def _because(head: str, because: t.Text | None) -> Lines:
    """A line that may say why."""
    if because is None:
        return [head]
    whole = f"{head} because {quoted(because.text)}"
    return [whole] if len(whole) <= _WIDTH else [head, *_indented(text_lines("because", because))]


def _indented(lines: Lines) -> Lines:
    return [f"{_INDENT}{line}" if line else line for line in lines]


def _dates(node: tree.Dates) -> str:
    start = f" from {literal(node.start)}" if node.start is not None else ""
    end = f" until {literal(node.end)}" if node.end is not None else ""
    return f"{node.key}{start}{end}"


def _type(node: tree.Type) -> str:
    of = f"<{node.of.text}>" if node.of is not None else ""
    words = f" {literal(node.words)}" if node.words is not None else ""
    return f"{node.name.text}{of}{words}"


def _bound(node: tree.Bound | None) -> str:
    """` in 1..90`, ` in {a, b}`, ` in 0 ..`; a sign of numbers stands apart from the dots."""
    if node is None:
        return ""
    if node.words is not None:
        return f" in {literal(node.words)}"
    low = literal(node.low) if node.low is not None else ""
    return f" in {low}..{literal(node.high) if node.high is not None else ''}"


def _setting(node: tree.Setting) -> Lines:
    if isinstance(node.value, t.Text) and node.key != "product":
        return text_lines(node.key, node.value)
    return [f"{node.key} {literal(node.value)}"]


def condition(keyword: str, node: t.Expr) -> Lines:
    """A keyword and a condition; a long block at its end has a line for each of its lines."""
    whole = f"{keyword} {expression(node)}".strip()
    if len(whole) <= _WIDTH or not (isinstance(node, t.Quantifier) and node.block):
        return [whole]
    last = len(node.block) - 1
    lines = [line for n, inner in enumerate(node.block) for line in _closed(condition("", inner), last=n == last)]
    return [f"{keyword} {selection(node)} {{".strip(), *_indented(lines), "}"]


def _closed(lines: Lines, *, last: bool) -> Lines:
    """Lines of a condition with its semicolon; the last one of a block needs none."""
    return lines if last else [*lines[:-1], f"{lines[-1]};"]


def _reference(node: tree.Reference) -> str:
    strength = f" {node.strength.text}" if node.strength is not None else ""
    return f"{node.standard.text}:{literal(node.clause)}{strength}"


def _refs(node: tree.Refs) -> Lines:
    items = [_reference(item) for item in node.items]
    whole = f"refs {', '.join(items)}"
    if len(whole) <= _WIDTH:
        return [whole]
    listed = [f"{item}," for item in items[:-1]] + items[-1:]
    return [f"refs {listed[0]}", *_indented(listed[1:])]


def _evidence(node: tree.Evidence) -> str:
    words = ["evidence"]
    words += [f"{node.need} of {_names(node.detectors)}"] if node.need else []
    words += [f"fresh {literal(node.fresh)}"] if node.fresh is not None else []
    words += [f"trust {node.trust.text}"] if node.trust is not None else []
    words += [f"at {node.grade.text}"] if node.grade is not None else []
    return " ".join(words)


def assignment(node: tree_case.Assign) -> str:
    """A fact of a test."""
    return f"{node.name.text} = {_fact(node.value)}"


def facts(node: tree_case.Facts) -> str:
    """The facts of a product or an element."""
    return f"{{ {', '.join(assignment(item) for item in node.items)} }}" if node.items else "{}"


def _fact(node: t.Literal | t.WordSet | tree_case.Graded | tree_case.Unknown | tree_case.Rows) -> str:
    match node:
        case tree_case.Unknown():
            return "?" if node.reason is None else f"? {node.reason.text}"
        case tree_case.Graded():
            return f"{literal(node.value)} at {node.level.text}"
        case tree_case.Rows():
            rows = ", ".join(quoted(row.text) if isinstance(row, t.Text) else facts(row) for row in node.rows)
            state = f" {node.state.text}" if node.state is not None else ""
            return f"[{rows}]{state}"
        case _:
            return literal(node)


def case(node: tree_case.Case) -> Lines:
    """A case of a test; long facts stand below each other."""
    given = quoted(node.given.text) if isinstance(node.given, t.Text) else facts(node.given)
    instead = f" with {facts(node.instead)}" if node.instead is not None else ""
    on = f" on {', '.join(quoted(text.text) for text in node.on)}" if node.on else ""
    whole = f"given {given}{instead} expect {node.expect.text}{on}"
    if len(whole) <= _WIDTH or not isinstance(node.given, tree_case.Facts) or not node.given.items:
        return [whole]
    return [
        "given {",
        *(f"{_INDENT}{assignment(item)}," for item in node.given.items),
        f"}} expect {node.expect.text}{on}",
    ]


def plain_item(node: tree.Item) -> Lines:  # noqa: C901, PLR0912 - one case for each kind of item
    """An item without a block of parts."""
    match node:
        case tree.Setting():
            return _setting(node)
        case tree.Dates():
            return [_dates(node)]
        case tree.Scope():
            return condition("scope", node.expr)
        case tree.Use():
            digest = f" sha256 {quoted(node.sha256.text)}" if node.sha256 is not None else ""
            return [f"use {node.module.text} edition {quoted(node.edition.text)}{digest} as {node.alias.text}"]
        case tree.Param():
            return [f"param {node.name.text} : {_type(node.type)} = {literal(node.value)}{_bound(node.bound)}"]
        case tree.Define():
            formals = ", ".join(f"{formal.name.text} : {formal.collection.text}" for formal in node.formals)
            return condition(f"define {node.name.text}({formals}) =", node.expr)
        case tree.Axiom():
            return condition(f"axiom {node.name.text} :", node.expr)
        case tree.Exclude():
            return _because(f"exclude {target(node.target)}", node.because)
        case tree.Change():
            head = f"{node.action} {target(node.target)} {node.aspect} {node.value.text}"
            return _because(head, node.because)
        case tree.SetParam():
            return _because(f"set {node.path.text} = {literal(node.value)}", node.because)
        case tree.Prefer():
            return _because(f"prefer {target(node.winner)} over {target(node.loser)}", node.because)
        case tree.Assume():
            return _because(f"assume {node.collection.text} complete", node.because)
        case tree.Unstated():
            of = f" of {node.collection.text}" if node.collection is not None else ""
            return [f"unstated completeness{of} is {node.state.text}"]
        case tree.Requirement() | tree.Attribute() | tree.ObjectiveItem() | tree.Waiver():
            return _head(node)
        case _:
            assert_never(node)


def _head(node: tree.Requirement | tree.Attribute | tree.ObjectiveItem | tree.Waiver) -> Lines:
    """What stands before the brace of a block."""
    match node:
        case tree.Requirement():
            level = f" {node.level.text}" if node.level is not None else ""
            return [f"requirement {literal(node.id)}{level}"]
        case tree.Attribute():
            kind = f"{_type(node.type)}{_bound(node.domain)}"
            return [f"attribute {node.name.text} : {kind} {node.role.text}"]
        case tree.ObjectiveItem():
            return text_lines(f"objective {node.name.text}", node.text)
        case tree.Waiver():
            return [f"waiver {node.id.text} for {target(node.target)}"]
        case _:
            assert_never(node)


Part = tree.RequirementPart | tree.ObjectivePart | tree.WaiverPart | tree.Fresh


def plain_part(node: Part) -> Lines:  # noqa: C901, PLR0912 - one case for each kind of part
    """A part without comments on its lines."""
    match node:
        case tree.Setting():
            return _setting(node)
        case tree.Names():
            return [f"{node.key} {_names(node.names)}"]
        case tree.Refs():
            return _refs(node)
        case tree.Applies():
            return condition("applies when", node.expr)
        case tree.Check():
            return condition("check", node.lines[0]) if len(node.lines) == 1 else ["check {"]
        case tree.Evidence():
            return [_evidence(node)]
        case tree.Dates():
            return [_dates(node)]
        case tree.UnknownFails():
            return ["if unknown fail"]
        case tree.Right():
            return ["right"]
        case tree.Fresh():
            return [f"fresh {literal(node.length)}"]
        case tree.Approved():
            return [f"approved by {quoted(node.by.text)} on {literal(node.on)}"]
        case tree.Until():
            return [f"until {literal(node.day)}"]
        case tree.Provided():
            return condition("provided", node.expr)
        case _:
            assert_never(node)


class _Writer:
    """Puts the comments to the nodes."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    def module(self, node: tree.Module, key: Key) -> Lines:
        """A module with its items, an empty line around each that has a block."""
        lines = [f"{node.head.kind} {node.head.id.text} edition {quoted(node.head.edition.text)} {{"]
        for n, item in enumerate(node.items):
            apart = n and (isinstance(item, _TALL) or isinstance(node.items[n - 1], _TALL))
            lines += [*([""] if apart else []), *_indented(self._item(item, (*key, n)))]
        return self._told(key, [*lines, *_indented(self._end(key)), "}"])

    def test(self, node: tree_case.Test, key: Key) -> Lines:
        """A test with its cases."""
        day = f" as of {literal(node.as_of)}" if node.as_of is not None else ""
        lines = [f"test {target(node.target)}{day} {{"]
        for n, each in enumerate(node.cases):
            lines += _indented(self._told((*key, n), case(each)))
        return self._told(key, [*lines, *_indented(self._end(key)), "}"])

    def _item(self, node: tree.Item, key: Key) -> Lines:
        if not isinstance(node, _TALL):
            return self._told(key, plain_item(node))
        head, parts = (
            _head(node),
            [line for n, part in enumerate(node.parts) for line in _indented(self._part(part, (*key, n)))],
        )
        parts += _indented(self._end(key)) if node.parts else []
        if parts:
            return self._told(key, [*head[:-1], f"{head[-1]} {{", *parts, "}"])
        return self._told(
            key, [*head[:-1], f"{head[-1]} {{}}" if isinstance(node, tree.Requirement | tree.Waiver) else head[-1]]
        )

    def _part(self, node: Part, key: Key) -> Lines:
        if isinstance(node, tree.Check):
            keys = [(*key, n) for n in range(len(node.lines))]
            if len(keys) > 1 or any(k in self._remarks for k in keys) or self._end(key):
                return self._told(key, self._block(node, key))
        return self._told(key, plain_part(node))

    def _block(self, node: tree.Check, key: Key) -> Lines:
        last = len(node.lines) - 1
        lines = [
            line
            for n, each in enumerate(node.lines)
            for line in self._told((*key, n), _closed(condition("", each), last=n == last))
        ]
        return ["check {", *_indented([*lines, *self._end(key)]), "}"]

    def _end(self, key: Key) -> Lines:
        """The comments at the end of a block."""
        return [signed(remark.text) for remark in self._remarks.get(key, ()) if remark.place == "end"]

    def _told(self, key: Key, lines: Lines) -> Lines:
        """Lines with the comments before and behind them."""
        found = self._remarks.get(key, ())
        before = [signed(remark.text) for remark in found if remark.place == "before"]
        behind = [signed(remark.text) for remark in found if remark.place == "behind"]
        return [*before, *lines[:-1], "  ".join([lines[-1], *behind])]
