"""Tests in rule files, as data: who runs them needs no syntax tree.

Guarantees: names are resolved and values typed like literals in rules (days, millionths, sorted sets), so that a runner
turns them into facts without looking at text.  What it does not do: run them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.ir_cases import (
    Extent,
    Given,
    GivenRow,
    GivenTable,
    Open,
    Rated,
    TestCase,
    Verdict,
)
from rulewright.dsl.link import Instance, Linker
from rulewright.dsl.literals import Desk, ValueType, members_of, strings, value_of
from rulewright.dsl.module import Bench, Loaded
from rulewright.dsl.names import AttributeLike, CollectionLike, TypeLike, did_you_mean, find_collection
from rulewright.dsl.read import ReadFile
from rulewright.dsl.requirement import EVIDENCE_LEVELS, named
from rulewright.dsl.source import SourceText
from rulewright.dsl.terms import member_type

VERDICTS: dict[str, Verdict] = {
    "pass": "pass",
    "fail": "fail",
    "unknown": "unknown",
    "not_applicable": "not_applicable",
    "error": "error",
}
REASONS = {
    s: s for s in ("missing", "declared_unknown", "withheld", "malformed", "conflicting", "stale", "untrusted", "error")
}
EXTENTS: dict[str, Extent] = {"complete": "closed", "incomplete": "open", "open": "open", "unstated": "unstated"}
_ANSWER = ValueType("bool")


def lower_tests(files: Sequence[ReadFile], linker: Linker, whole: Instance, bench: Bench) -> tuple[TestCase, ...]:
    """All tests of the root files; what is wrong with one is a diagnostic."""
    cases: list[TestCase] = []
    for file in {f.source.name: f for f in files}.values():
        modules = [m for m in linker.modules.values() if m.source is file.source]
        for test in file.file.tests:
            target = target_of(test.target, modules, linker, whole, bench.desk(file.source))
            questions = None if target is None else whole.questions.get(target)
            found = lower_cases(test, target or "", questions, bench, file.source)
            cases += found if target is not None else ()
    return tuple(cases)


def lower_cases(
    test: tree_case.Test, target: str, questions: Mapping[str, str] | None, bench: Bench, source: SourceText
) -> list[TestCase]:
    """The cases of a test for a requirement, which asks these questions."""
    found = [_case(case, test, target, questions, bench, source) for case in test.cases]
    return [case for case in found if case is not None]


def _owners(target: tree.Target, modules: Sequence[Loaded], linker: Linker) -> list[Loaded]:
    """The modules that a test's alias may mean: a `use` of this file, or a module by its id."""
    if target.alias is None:
        return list(modules)
    alias = target.alias.text
    uses = [u for m in modules for u in m.all(tree.Use) if u.alias.text == alias]
    found = [linker.modules.get((u.module.text, u.edition.text)) for u in uses]
    by_id = [m for m in linker.modules.values() if m.id == alias]
    return list({id(m): m for m in (*found, *by_id) if m is not None}.values())


def target_of(
    target: tree.Target, modules: Sequence[Loaded], linker: Linker, whole: Instance, desk: Desk
) -> str | None:
    """The full id of the requirement under test."""
    wanted = target.id.text
    owners = _owners(target, modules, linker)
    if not owners and target.alias is not None:
        if not any(target.alias.text in m.node.broken for m in modules):
            known = [u.alias.text for m in modules for u in m.all(tree.Use)] + [i for i, _ in linker.modules]
            hint = did_you_mean(target.alias.text, known)
            desk.error("RW0213", f"`{target.alias.text}` is no alias of a `use`", target.alias.at, hint)
        return None
    if any(wanted in m.node.broken for m in owners):
        return None
    found = [m for m in owners if wanted in m.requirements]
    if len(found) != 1:
        ids = [name for m in owners for name in m.requirements]
        message = (
            f"there is no requirement `{wanted}`" if not found else f"`{wanted}` stands in several modules of this file"
        )
        hint = did_you_mean(wanted, ids) if not found else f'write `{found[0].id}:"{wanted}"`'
        desk.error("RW0501", message, target.id.at, hint)
        return None
    key = f"{found[0].id}:{wanted}"
    if key in whole.excluded:
        desk.error("RW0501", f"`{key}` is excluded by the policy: it has no verdict", target.at)
        return None
    return key


def _case(
    case: tree_case.Case,
    test: tree_case.Test,
    target: str,
    questions: Mapping[str, str] | None,
    bench: Bench,
    source: SourceText,
) -> TestCase | None:
    """One case, or None after diagnostics."""
    reader = _Reader(bench, bench.desk(source), questions)
    expect = named(case.expect, VERDICTS, "a verdict", reader.desk)
    fixture = case.given.text if isinstance(case.given, t.Text) else None
    attributes: tuple[tuple[str, Given | Rated], ...] = ()
    tables: tuple[GivenTable, ...] = ()
    if isinstance(case.given, tree_case.Facts):
        attributes, tables = reader.product(case.given)
    elif case.instead is not None:
        attributes, _ = reader.product(case.instead, single=True)
    if expect is None or not reader.good:
        return None
    return TestCase(
        target,
        test.as_of.days if test.as_of else None,
        attributes,
        tables,
        fixture,
        expect,
        tuple(text.text for text in case.on),
        source.place(case.at),
    )


class _Reader:
    """Reads the facts of one case."""

    def __init__(self, bench: Bench, desk: Desk, questions: Mapping[str, str] | None) -> None:
        self.vocabulary = bench.vocabulary
        self.questions = questions
        self.desk = desk
        self.good = True

    def error(self, code: str, message: str, at: tuple[int, int], hint: str | None = None) -> None:
        """Report an error in the facts."""
        self.good = False
        self.desk.error(code, message, at, hint)

    def product(
        self, facts: tree_case.Facts, *, single: bool = False
    ) -> tuple[tuple[tuple[str, Given | Rated], ...], tuple[GivenTable, ...]]:
        """Attributes and collections of the product; only attributes beside a document (`single`)."""
        attributes: dict[str, Given | Rated] = {}
        tables: dict[str, GivenTable] = {}
        for item in facts.items:
            name = item.name.text
            attribute = self.vocabulary.attributes.get(name)
            collection = find_collection(self.vocabulary, name) if attribute is None else None
            if attribute is None and collection is None and name.partition(".")[0] == "manual":
                self.answer(item, attributes)
            elif name in attributes or (collection is not None and collection.name in tables):
                self.error("RW0502", f"`{name}` is given twice", item.at)
            elif attribute is not None:
                value = self.rated(item, attribute.type)
                if value is not None and self.inside(item, attribute, value):
                    attributes[name] = value
            elif collection is not None and single:
                self.error("RW0504", f"`{name}` is a collection: `with` sets single facts", item.at)
            elif collection is not None:
                tables[collection.name] = self.table(item, collection, None)
            else:
                known = [*self.vocabulary.attributes, *self.vocabulary.collections]
                self.error("RW0201", f"nothing is called `{name}`", item.name.at, did_you_mean(name, known))
        return tuple(sorted(attributes.items())), tuple(tables[k] for k in sorted(tables))

    def inside(self, item: tree_case.Assign, attribute: AttributeLike, value: Given | Rated) -> bool:
        """Whether a value is one that the attribute can have; a diagnostic when not."""
        plain = value.value if isinstance(value, Rated) else value
        if not isinstance(plain, int) or attribute.has(plain):
            return True
        self.error("RW0310", f"`{item.name.text}` lies in {attribute.domain}: there is no such value", item.at)
        return False

    def answer(self, item: tree_case.Assign, attributes: dict[str, Given | Rated]) -> None:
        """`manual = true`, `manual.2 = ?`: the answer to a question of the requirement under test."""
        number = item.name.text.partition(".")[2] or "1"
        names = list(self.questions or ())
        if self.questions is None:
            self.good = False  # the requirement has an error of its own
        elif not number.isdecimal() or not 1 <= int(number[:9]) <= len(names):
            asked = f"asks {len(names)} question{'s' if len(names) > 1 else ''}" if names else "asks no question"
            self.error("RW0503", f"there is no question `{item.name.text}`: the requirement {asked}", item.name.at)
        elif names[int(number) - 1] in attributes:
            self.error("RW0502", f"`{item.name.text}` is given twice", item.at)
        elif (value := self.fact(item, _ANSWER)) is not None:
            attributes[names[int(number) - 1]] = value

    def rated(self, item: tree_case.Assign, kind: TypeLike) -> Given | Rated | None:
        """A value of a type, perhaps with its level, or an open fact."""
        if not isinstance(item.value, tree_case.Graded):
            return self.fact(item, kind)
        level = named(item.value.level, EVIDENCE_LEVELS, "a level of evidence", self.desk)
        value = self.fact(tree_case.Assign(item.name, item.value.value, item.at), kind)
        self.good = self.good and level is not None
        return None if level is None or value is None or isinstance(value, Open) else Rated(value, level)

    def fact(self, item: tree_case.Assign, kind: TypeLike) -> Given | None:
        """A value of a type, or an open fact."""
        value = item.value
        what = f"`{item.name.text}`"
        found: Given | t.Duration | None
        if isinstance(value, tree_case.Unknown):
            state = (
                "missing"
                if value.reason is None
                else named(value.reason, REASONS, "a reason why a fact is unknown", self.desk)
            )
            found = Open(state) if state is not None else None
        elif isinstance(value, tree_case.Rows):
            self.desk.error("RW0301", f"{what} is a fact, not a collection", value.at)
            found = None
        elif isinstance(value, tree_case.Graded):
            self.desk.error("RW0301", f"{what} has no level: only attributes of the product have one", value.at)
            found = None
        elif str(kind.kind) == "set":
            found = self.members(value, kind, what)
        elif isinstance(value, t.WordSet):
            self.desk.error("RW0301", f"{what} is of type {kind.kind}, not a set", value.at)
            found = None
        elif str(kind.kind) == "license" and isinstance(value, t.Text):
            found = value.text  # a fact holds the expression as a document writes it, right or wrong
        elif str(kind.kind) == "license" and isinstance(value, t.Name | t.Text):
            found = value.text  # as a document writes it: an expression, or nonsense
        else:
            found = value_of(value, kind, what, self.desk)
        if found is None or isinstance(found, t.Duration):
            self.good = False
            return None
        return found

    def members(self, value: t.Literal | t.WordSet, kind: TypeLike, what: str) -> tuple[str, ...] | None:
        """The members of a set."""
        if not isinstance(value, t.WordSet):
            self.desk.error("RW0301", f"{what} is a set: expected `{{…}}`", value.at)
            return None
        if not value.items:
            return ()
        found = members_of(value, member_type(kind), what, self.desk)
        return None if found is None else strings(found)

    def table(self, item: tree_case.Assign, collection: CollectionLike, parent: CollectionLike | None) -> GivenTable:
        """A collection with its elements."""
        value = item.value
        if isinstance(value, tree_case.Unknown):
            return GivenTable(collection.name, "absent", ())
        if not isinstance(value, tree_case.Rows):
            self.error("RW0301", f"`{item.name.text}` is a collection: expected `[ {{…}}, … ]`", item.at)
            return GivenTable(collection.name, "absent", ())
        extent: Extent | None = "unstated" if parent is None else "closed"
        if value.state is not None:
            extent = named(value.state, EXTENTS, "a state of completeness", self.desk)
            self.good = self.good and extent is not None
        rows = tuple(self.row(row, collection) for row in value.rows if isinstance(row, tree_case.Facts))
        for row in value.rows:
            if not isinstance(row, tree_case.Facts):
                self.error("RW0301", f"a {collection.name} is written `{{ name = … }}`", row.at)
        return GivenTable(collection.name, extent or "unstated", rows)

    def row(self, facts: tree_case.Facts, collection: CollectionLike) -> GivenRow:
        """An element."""
        fields: dict[str, Given] = {}
        children: dict[str, GivenTable] = {}
        depends: tuple[str, ...] = ()
        for item in facts.items:
            name = item.name.text
            field = collection.fields.get(name)
            child = find_collection(self.vocabulary, name) if field is None else None
            if name in fields or (child is not None and child.name in children):
                self.error("RW0502", f"`{name}` is given twice", item.at)
            elif field is not None:
                value = self.fact(item, field.type)
                if value is not None:
                    fields[name] = value
            elif name == "depends" and collection.graph:
                depends = self.depends(item)
            elif child is not None and collection.name in child.parents:
                children[child.name] = self.table(item, child, collection)
            else:
                hint = did_you_mean(name, collection.fields)
                self.error("RW0202", f"a {collection.name} has no field `{name}`", item.name.at, hint)
        place = self.desk.source.place(facts.at)
        return GivenRow(tuple(sorted(fields.items())), tuple(children[k] for k in sorted(children)), depends, place)

    def depends(self, item: tree_case.Assign) -> tuple[str, ...]:
        """`depends = ["a", "b"]`."""
        if not isinstance(item.value, tree_case.Rows) or any(isinstance(r, tree_case.Facts) for r in item.value.rows):
            self.error("RW0301", '`depends` lists names or ids: `["a", "b"]`', item.at)
            return ()
        return tuple(r.text for r in item.value.rows if isinstance(r, t.Text))
