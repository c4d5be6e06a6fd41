"""One module made ready: what it declares, and the context in which its expressions are lowered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from rulewright.diagnostics import Label
from rulewright.dsl import ir, tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.literals import Desk, LiteralChecks, ParamValue
from rulewright.dsl.lower import TRUE, Book, Budget, Lowering
from rulewright.dsl.names import VocabularyLike, did_you_mean, find_collection
from rulewright.dsl.params import Override, declare
from rulewright.dsl.quantifiers import Where
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import SourceText
from rulewright.dsl.terms import Binding, Context

I = TypeVar("I")  # noqa: E741 - an item

ALLOWED: dict[str, frozenset[str]] = {
    "vocabulary": frozenset({"Setting", "Attribute", "ObjectiveItem", "Axiom"}),
    "standard": frozenset({"Setting", "Dates", "Scope", "Use", "Param", "Define", "Axiom", "Requirement"}),
    "policy": frozenset(
        [
            "Setting",
            "Dates",
            "Scope",
            "Use",
            "Param",
            "Define",
            "Axiom",
            "Requirement",
            "Exclude",
            "Change",
            "SetParam",
            "Prefer",
            "Assume",
            "Unstated",
            "Waiver",
        ]
    ),
}
FORCES = ("law", "regulation", "contract", "certification", "voluntary", "house")
JURISDICTIONS = ("EU", "UK", "US", "US-CA", "JP", "SG", "CN", "IN", "DE", "AU", "UNECE", "global")
_WORDS = {"force": (FORCES, "a force"), "jurisdiction": (JURISDICTIONS, "a jurisdiction")}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A parsed module with the file it stands in."""

    node: tree.Module
    source: SourceText
    sha256: str
    requirements: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the ids of its requirements once."""
        ids = frozenset(item.id.text for item in self.node.items if isinstance(item, tree.Requirement))
        object.__setattr__(self, "requirements", ids)

    @property
    def id(self) -> str:
        """Its id."""
        return self.node.head.id.text

    @property
    def edition(self) -> str:
        """Its edition."""
        return self.node.head.edition.text

    @property
    def kind(self) -> str:
        """`standard`, `policy` or `vocabulary`."""
        return self.node.head.kind

    def all(self, kind: type[I]) -> Iterator[I]:
        """Its items of a kind, in the order of the file."""
        return (item for item in self.node.items if isinstance(item, kind))

    def setting(self, key: str) -> str:
        """The text of a setting, or nothing."""
        return next((s.value.text for s in self.all(tree.Setting) if s.key == key), "")

    def info(self, *, pinned: bool = False) -> ir.ModuleInfo:
        """The module as the program lists it."""
        kind = self.kind
        return ir.ModuleInfo(
            kind="standard" if kind == "standard" else "policy" if kind == "policy" else "vocabulary",
            id=self.id,
            edition=self.edition,
            sha256=self.sha256,
            title=self.setting("title"),
            publisher=self.setting("publisher"),
            force=self.setting("force"),
            source=self.setting("source"),
            jurisdiction=self.setting("jurisdiction"),
            license=self.setting("license"),
            pinned=pinned,
        )


def check_items(module: Loaded, desk: Desk) -> None:
    """Items that do not belong here, settings that stand twice, an unknown `force` or `jurisdiction`."""
    seen: dict[str, tree.Setting | tree.Dates] = {}
    for item in module.node.items:
        if type(item).__name__ not in ALLOWED[module.kind]:
            word = desk.source.text[item.at[0] :].split(None, 1)[0]
            article = "a"
            desk.error("RW0111", f"`{word}` does not belong in {article} {module.kind}", item.at)
        if isinstance(item, tree.Setting | tree.Dates):
            first = seen.setdefault(item.key, item)
            if first is not item:
                label = (Label(desk.source.span(first.at), "the first one"),)
                desk.sink.add("RW0109", f"`{item.key}` stands here a second time", desk.source, item.at, labels=label)
            words, what = _WORDS.get(item.key, ((), ""))
            if words and isinstance(item, tree.Setting) and item.value.text not in words:
                hint = did_you_mean(item.value.text, words) or f"it is one of {', '.join(words)}"
                desk.error("RW0209", f"`{item.value.text}` is not {what}", item.value.at, hint)


def unique(items: Iterable[tuple[t.Name | t.Text, I]], what: str, desk: Desk) -> dict[str, I]:
    """Items by name; a second one of the same name is a diagnostic."""
    found: dict[str, I] = {}
    first: dict[str, t.Name | t.Text] = {}
    for name, item in items:
        if name.text in found:
            label = (Label(desk.source.span(first[name.text].at), "the first one"),)
            desk.sink.add("RW0402", f"the {what} `{name.text}` is declared twice", desk.source, name.at, labels=label)
            continue
        found[name.text], first[name.text] = item, name
    return found


@dataclass(frozen=True, slots=True)
class Bench:
    """What all modules of a compilation share."""

    vocabulary: VocabularyLike
    checks: LiteralChecks
    sink: Sink
    budget: Budget
    book: Book | None = None

    def desk(self, source: SourceText) -> Desk:
        """The desk for the literals of a file."""
        return Desk(source, self.sink, self.checks)


def lowering_of(module: Loaded, overrides: Mapping[str, Override], bench: Bench) -> Lowering:
    """The lowering for a module's expressions: its parameters in force, its `define`s checked."""
    desk = bench.desk(module.source)
    params: dict[str, ParamValue] = {}
    broken = set(module.node.broken)
    for name, node in unique(((p.name, p) for p in module.all(tree.Param)), "parameter", desk).items():
        value = declare(node, overrides.get(name), desk)
        if value is None:
            broken.add(name)
        else:
            params[name] = value
    defines = unique(((d.name, d) for d in module.all(tree.Define)), "define", desk)
    context = Context(desk, bench.vocabulary, params, defines, frozenset(broken))
    cyclic = _check_defines(Lowering(context, bench.budget, bench.book))
    whole = Context(desk, bench.vocabulary, params, defines, frozenset(broken), cyclic)
    return Lowering(whole, bench.budget, bench.book)


def _check_defines(lowering: Lowering) -> frozenset[str]:
    """Judge each `define` by itself; those that lead back to themselves are returned, after a diagnostic."""
    context = lowering.context
    for name, define in context.defines.items():
        env: dict[str, Binding] = {}
        for formal in define.formals:
            collection = find_collection(context.vocabulary, formal.collection.text)
            if collection is None:
                known = [x for c in context.vocabulary.collections.values() for x in (c.name, c.plural)]
                hint = did_you_mean(formal.collection.text, known)
                context.error("RW0206", f"there is no collection `{formal.collection.text}`", formal.collection, hint)
                break
            env[formal.name.text] = Binding(formal.name.text, collection)
        else:
            lowering.budget.again()
            names = frozenset(env)
            inner = next(iter(env)) if len(env) == 1 else None
            lowering.expression(define.expr, Where(env=env, inner=inner, names=names, calls=(name,), shallow=True))
    cyclic = frozenset(name for name in context.defines if _reaches(name, lowering.called))
    for name in sorted(cyclic):
        define = context.defines[name]
        context.desk.error("RW0404", f"`{name}` is defined by itself", define.name.at, "a `define` cannot be recursive")
    return cyclic


def _reaches(name: str, edges: Mapping[str, set[str]]) -> bool:
    """Whether a `define` calls itself, directly or not."""
    seen: set[str] = set()
    todo = list(edges.get(name, ()))
    while todo:
        current = todo.pop()
        if current == name:
            return True
        if current not in seen:
            seen.add(current)
            todo += edges.get(current, ())
    return False


def scope_of(module: Loaded, lowering: Lowering) -> ir.Expr | None:
    """The conjunction of its scopes; None after a diagnostic."""
    lowering.budget.again()
    found = [lowering.expression(s.expr) for s in module.all(tree.Scope)]
    good = [e for e in found if e is not None]
    return None if len(good) < len(found) else conjunction(good)


def axioms_of(module: Loaded, lowering: Lowering) -> dict[str, ir.Axiom]:
    """Its axioms in the IR, by their ids; one with an error is left out, after a diagnostic."""
    found = {}
    desk = lowering.context.desk
    for name, node in unique(((a.name, a) for a in module.all(tree.Axiom)), "axiom", desk).items():
        lowering.budget.again()
        expr = lowering.expression(node.expr)
        if expr is not None:
            key = f"{module.id}:{name}"
            found[key] = ir.Axiom(key, expr, desk.source.clean(node.expr.at), desk.source.place(node.at))
    return found


def conjunction(items: Iterable[ir.Expr]) -> ir.Expr:
    """All of them; what is always true is left out."""
    kept = tuple(dict.fromkeys(item for item in items if item != TRUE))
    return TRUE if not kept else kept[0] if len(kept) == 1 else ir.And(kept)
