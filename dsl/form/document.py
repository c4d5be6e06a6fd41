"""A whole rule file in the JSON form `rulewright-rules/1`, written and read.

Guarantees: `dumped` and `loaded` are each other's inverse on trees and comments; `loaded` tells each item that is wrong, with its
pointer; what it gives back reads, as text, as the same tree: no name or text of the JSON becomes more than that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.form.cases import CASE, TEST
from rulewright.dsl.form.comments import Key, Place, Remark, Remarks
from rulewright.dsl.form.expressions import too_deep
from rulewright.dsl.form.items import ITEM_CODEC, MODULE_CODEC, MODULES, TARGET
from rulewright.dsl.form.shape import COMMENTS, NOWHERE, Record, Schema, Value, Wrong, expect, step
from rulewright.dsl.form.words import DAY, NAME, TEXT, readable
from rulewright.dsl.limits import MAX_DEPTH, MAX_ITEMS

FORMAT = "rulewright-rules/1"
_PLACES = ("behind", "end")
_WIDTH = 110


class Document(NamedTuple):
    """A file's tree, and its comments."""

    file: tree_case.File
    remarks: Remarks


# --- writing -----------------------------------------------------------------------------------------------------------


def dumped(document: Document) -> Value:
    """The JSON value of a file.  Raises Wrong where it has none, with the pointer of the item."""
    file, remarks = document
    modules = [_module(node, remarks, n) for n, node in enumerate(file.modules)]
    tests = [_test(node, remarks, n) for n, node in enumerate(file.tests)]
    own = _comments(remarks, ())
    return {
        "format": FORMAT,
        **({"modules": modules} if modules else {}),
        **({"tests": tests} if tests else {}),
        **({COMMENTS: own} if own else {}),
    }


def encoded(value: Value) -> bytes:
    """The canonical bytes of the JSON form: members in the order of the form, on one line what fits, a line break at the end."""
    return (_laid(value, 0, 0) + "\n").encode()


def _laid(value: Value, indent: int, used: int) -> str:
    """A value on one line where it fits, else with its members on lines of their own; `used` is taken of the first line."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (indent and used + len(short) <= _WIDTH):
        return short
    inner = indent + 2
    if isinstance(value, dict):
        names = [f"{json.dumps(name, ensure_ascii=False)}: " for name in value]
        parts = [name + _laid(each, inner, inner + len(name)) for name, each in zip(names, value.values(), strict=True)]
    else:
        parts = [_laid(each, inner, inner) for each in value]
    lines = (",\n" + " " * inner).join(parts)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{' ' * inner}{lines}\n{' ' * indent}{closing}"


def _module(node: tree.Module, remarks: Remarks, n: int) -> Value:
    key: Key = ("m", n)
    if node.broken:
        raise Wrong("RW0808", "a module with errors has no JSON form", f"/modules/{n}")
    items = [_item(item, remarks, (*key, i), f"/modules/{n}/items/{i}") for i, item in enumerate(node.items)]
    made = {node.head.kind: NAME.dump(node.head.id), "edition": node.head.edition.text, "items": items}
    return _with(made, _comments(remarks, key))


def _item(node: tree.Item, remarks: Remarks, key: Key, at: str) -> Value:
    _shallow(node, at)
    record = ITEM_CODEC.record(node)
    try:
        made = record.dump(node)
    except Wrong as wrong:
        raise Wrong(wrong.code, wrong.message, at, wrong.hint) from None
    return _with(made, list(_of_item(node, record, remarks, key)))


def _of_item(node: tree.Item, record: Record, remarks: Remarks, key: Key) -> Iterator[Value]:
    """The comments of an item, those before it first, then those of its parts and their lines."""
    own = remarks.get(key, ())
    yield from (_remark(remark, {}) for remark in own if remark.place == "before")
    for k, part in enumerate(getattr(node, "parts", ())):
        name = next(each.name for each in record.parts if each.fits(part))
        yield from (_remark(remark, {"at": name}) for remark in remarks.get((*key, k), ()))
        for n in range(len(part.lines) if isinstance(part, tree.Check) else 0):
            yield from (_remark(remark, {"at": name, "line": n}) for remark in remarks.get((*key, k, n), ()))
    yield from (_remark(remark, {}) for remark in own if remark.place != "before")


def _test(node: tree_case.Test, remarks: Remarks, n: int) -> Value:
    key: Key = ("t", n)
    cases = [_case(case, remarks, (*key, i), f"/tests/{n}/cases/{i}") for i, case in enumerate(node.cases)]
    day = {"as_of": DAY.dump(node.as_of)} if node.as_of is not None else {}
    return _with({"test": TARGET.dump(node.target), **day, "cases": cases}, _comments(remarks, key))


def _case(node: tree_case.Case, remarks: Remarks, key: Key, at: str) -> Value:
    try:
        return _with(CASE.dump(node), _comments(remarks, key))
    except Wrong as wrong:
        raise Wrong(wrong.code, wrong.message, at, wrong.hint) from None


def _comments(remarks: Remarks, key: Key) -> list[Value]:
    return [_remark(remark, {}) for remark in remarks.get(key, ())]


def _remark(remark: Remark, where: dict[str, Value]) -> Value:
    """A comment as its text, or with where it stands."""
    if remark.place != "before":
        where = {**where, "place": remark.place}
    return {**where, "text": remark.text} if where else remark.text


def _with(made: dict[str, Value], comments: list[Value]) -> Value:
    return {**made, COMMENTS: comments} if comments else made


def _shallow(node: tree.Item, at: str) -> None:
    """Raise Wrong where conditions stand inside one another beyond the limit."""
    for outer in (node, *getattr(node, "parts", ())):
        lines = outer.lines if isinstance(outer, tree.Check) else (getattr(outer, "expr", None),)
        if any(line is not None and too_deep(line) for line in lines):
            raise Wrong("RW0810", f"more than {MAX_DEPTH} conditions inside one another", at)


# --- reading -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Loading:
    """What has been read so far, and everything that is wrong."""

    remarks: dict[Key, tuple[Remark, ...]]
    wrong: list[Wrong]


def loaded(value: Value) -> tuple[Document, list[Wrong]]:
    """The file of a JSON value, and what is wrong with it: of each item the first."""
    state = Loading({}, [])
    modules: list[tree.Module] = []
    tests: list[tree_case.Test] = []
    try:
        _top(value)
        state.remarks.update(_own(value, "", (), None))
    except Wrong as wrong:
        return Document(tree_case.File((), ()), {}), [wrong]
    for n, each in enumerate(value.get("modules", ())):
        modules += _guarded(state, lambda each=each, n=n: _load_module(state, each, n))
    for n, each in enumerate(value.get("tests", ())):
        tests += _guarded(state, lambda each=each, n=n: _load_test(state, each, n))
    return Document(tree_case.File(tuple(modules), tuple(tests)), state.remarks), state.wrong


def _guarded(state: Loading, load: Value) -> list[Value]:
    """What a reading gives; what is wrong is kept."""
    try:
        return [load()]
    except Wrong as wrong:
        state.wrong.append(wrong)
        return []


def _top(value: Value) -> None:
    """Raise Wrong unless the outermost object is one of this format."""
    hint = f'a rule file in JSON starts with `{{"format": "{FORMAT}"`'
    if not isinstance(value, dict) or "format" not in value:
        raise Wrong("RW0802", "this is no rule file in JSON: it does not name its format", "", hint)
    if value["format"] != FORMAT:
        raise Wrong("RW0802", "this is a document of another format", "/format", hint)
    for name, inner in value.items():
        if name in {"modules", "tests"}:
            expect(inner, list, f"an array of {name}", step("", name))
        elif name not in {"format", COMMENTS}:
            known = "there are `format`, `modules`, `tests` and `comments`"
            raise Wrong("RW0803", f"a rule file has no member `{name}`", step("", name), known)
    found = len(value.get("tests", ())) + sum(_size(module) for module in value.get("modules", ()))
    if found > MAX_ITEMS:
        raise Wrong("RW0810", f"the file has more than {MAX_ITEMS} items", "", "split it")


def _size(module: Value) -> int:
    items = module.get("items") if isinstance(module, dict) else None
    return len(items) if isinstance(items, list) else 1


def _load_module(state: Loading, value: Value, n: int) -> tree.Module:
    at, key = f"/modules/{n}", ("m", n)
    expect(value, dict, "a module", at)
    record = MODULE_CODEC.chosen(value, at)
    kind = next(kind for kind, each in MODULES.items() if each is record)
    bare = {**value, "items": []} if isinstance(value.get("items"), list) else value
    _check_only(record, bare, at)
    items: list[tree.Item] = []
    for i, each in enumerate(value["items"]):
        items += _guarded(state, lambda each=each, i=i: _load_item(state, each, (*key, i), f"{at}/items/{i}"))
    state.remarks.update(_own(value, at, key, None))
    head = tree.Head(
        kind, NAME.load(value[kind], step(at, kind)), TEXT.load(value["edition"], f"{at}/edition"), NOWHERE
    )
    return tree.Module(head, tuple(items), frozenset(), NOWHERE)


def _check_only(record: Record, value: Value, at: str) -> None:
    """Raise Wrong where the members of a module or test are wrong; `value` has nothing in their lists."""
    record.known(value, at)
    for member in record.members:
        record.member(member, value, at)


def _load_item(state: Loading, value: Value, key: Key, at: str) -> tree.Item:
    expect(value, dict, "an item", at)
    record = ITEM_CODEC.chosen(value, at)
    node: tree.Item = record.load(value, at)
    _shallow(node, at)
    state.remarks.update(_own(value, at, key, (record, node)))
    return node


def _load_test(state: Loading, value: Value, n: int) -> tree_case.Test:
    at, key = f"/tests/{n}", ("t", n)
    expect(value, dict, "a test", at)
    bare = {**value, "cases": []} if isinstance(value.get("cases"), list) else value
    _check_only(TEST, bare, at)
    cases: list[tree_case.Case] = []
    for i, each in enumerate(value["cases"]):
        cases += _guarded(state, lambda each=each, i=i: _load_case(state, each, (*key, i), f"{at}/cases/{i}"))
    state.remarks.update(_own(value, at, key, None))
    day = DAY.load(value["as_of"], f"{at}/as_of") if "as_of" in value else None
    assert day is None or isinstance(day, t.Day)
    return tree_case.Test(TARGET.load(value["test"], f"{at}/test"), day, tuple(cases), NOWHERE)


def _load_case(state: Loading, value: Value, key: Key, at: str) -> tree_case.Case:
    node: tree_case.Case = CASE.load(value, at)
    state.remarks.update(_own(value, at, key, None))
    return node


Owner = tuple[Record, tree.Item] | None


def _own(value: dict[str, Value], at: str, key: Key, owner: Owner) -> dict[Key, tuple[Remark, ...]]:
    """The comments of an object, by the node that they go with.  Raises Wrong."""
    found: dict[Key, tuple[Remark, ...]] = {}
    listed = value.get(COMMENTS, [])
    here = step(at, COMMENTS)
    expect(listed, list, "an array of comments", here)
    for n, each in enumerate(listed):
        way, remark = _loaded_remark(each, step(here, n), owner)
        whole = (*key, *way)
        told = found.get(whole, ())
        if remark.place == "behind" and any(other.place == "behind" for other in told):
            raise Wrong("RW0805", "two comments stand behind the same line", step(here, n), "put one of them before it")
        found[whole] = (*told, remark)
    return found


def _loaded_remark(value: Value, at: str, owner: Owner) -> tuple[Key, Remark]:
    """One comment: a text, or an object that says where it stands."""
    if isinstance(value, str):
        readable(value, "this comment", at)
        return (), Remark(value.rstrip())
    expect(value, dict, "a text or an object", at)
    unknown = next((name for name in value if name not in {"text", "place", "at", "line"}), None)
    if unknown is not None:
        raise Wrong("RW0803", f"a comment has no member `{unknown}`", step(at, unknown))
    if "text" not in value:
        raise Wrong("RW0804", "a comment needs the member `text`", at)
    text = TEXT.load(value["text"], step(at, "text")).text
    place: Place = "before"
    if "place" in value:
        if value["place"] not in _PLACES:
            raise Wrong("RW0806", "the only values here are `behind` and `end`", step(at, "place"))
        place = value["place"]
    return _way(value, at, owner), Remark(text.rstrip(), place)


def _way(value: dict[str, Value], at: str, owner: Owner) -> Key:
    """The part, and the line of a check, that a comment stands at."""
    if "at" not in value:
        if "line" in value:
            raise Wrong("RW0804", "`line` needs `at`: the part whose line it is", at)
        return ()
    record, node = owner or (None, None)
    for k, part in enumerate(getattr(node, "parts", ())):
        name = next(each.name for each in record.parts if each.fits(part)) if record is not None else ""
        if name == value["at"]:
            lines = len(part.lines) if isinstance(part, tree.Check) else 0
            line = value.get("line")
            if line is None:
                return (k,)
            if type(line) is not int or not 0 <= line < lines:
                raise Wrong("RW0806", f"`{name}` has no such line", step(at, "line"), "lines count from 0")
            return (k, line)
    raise Wrong("RW0803", "there is no such part to comment on", step(at, "at"))


COMMENT_SCHEMA: Schema = {
    "title": "comments",
    "type": "array",
    "items": {
        "anyOf": [
            {**TEXT.schema(), "description": "A comment before the object, without its sign."},
            {
                "title": "a comment elsewhere",
                "type": "object",
                "properties": {
                    "text": {**TEXT.schema(), "description": "The comment without its sign."},
                    "at": {"type": "string", "description": "The part of the object that it stands at."},
                    "line": {"type": "integer", "minimum": 0, "description": "The line of a check, from 0."},
                    "place": {
                        "enum": list(_PLACES),
                        "description": "Behind it on its last line, or at the end of its block; before it where this is absent.",
                    },
                },
                "required": ["text"],
                "dependentRequired": {"line": ["at"]},
                "additionalProperties": False,
            },
        ]
    },
}
