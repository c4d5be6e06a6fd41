"""Terms: which fact a path names, and who may name it where.

Guarantees: a path that resolves is a typed `ir.Field` or `ir.Attr`; one that does not is one diagnostic with a guess.
The scoping rules of the IR hold: inside a quantifier only its own element, with `of` also the owner, and product
attributes can be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from rulewright.dsl import ir, tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.literals import Desk, ParamValue, ValueType
from rulewright.dsl.names import CollectionLike, TypeLike, VocabularyLike, did_you_mean, find_collection, suggest

AS_OF = "as_of"


class Binding(msgspec.Struct, frozen=True):
    """A variable: its name in the IR, its collection, and whether it may be named here."""

    var: str
    collection: CollectionLike
    visible: bool = True


Env = Mapping[str, Binding]


@dataclass(frozen=True, slots=True)
class Context:
    """What the expressions of one module may name."""

    desk: Desk
    vocabulary: VocabularyLike
    params: Mapping[str, ParamValue]
    defines: Mapping[str, tree.Define]
    broken: frozenset[str]
    cyclic: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set, compare=False)
    mentioned: set[str] = field(default_factory=set, compare=False)
    """the parameters that were named since it was emptied"""
    facts: set[str] = field(default_factory=set, compare=False)

    def error(self, code: str, message: str, name: t.Name, hint: str | None = None) -> None:
        """Report an error at a name, unless what it names could not be parsed anyway."""
        if name.text not in self.broken:
            self.desk.error(code, message, name.at, hint)


@dataclass(frozen=True, slots=True)
class Typed:
    """A resolved path with its type and how the author wrote it."""

    term: ir.Term
    type: TypeLike
    text: str

    @property
    def kind(self) -> str:
        """The kind as text."""
        return str(self.type.kind)


def resolve(name: t.Name, env: Env, context: Context) -> Typed | None:
    """The fact that a path names, or None after a diagnostic."""
    head, _, rest = name.text.partition(".")
    binding = env.get(head)
    if binding is not None:
        return _field(name, head, rest, binding, context)
    attribute = context.vocabulary.attributes.get(name.text)
    if attribute is not None:
        context.facts.add(name.text)
        return Typed(ir.Attr(name.text, str(attribute.type.kind)), attribute.type, name.text)
    _unknown(name, head, rest, env, context)
    return None


def _field(name: t.Name, head: str, rest: str, binding: Binding, context: Context) -> Typed | None:
    """A field of an element."""
    collection = binding.collection
    if not rest:
        fields = "known" if "name" in collection.fields else "…"
        hint = f"name one of its fields, as in `{head}.{'name' if fields == 'known' else next(iter(collection.fields), 'id')}`"
        context.error("RW0302", f"`{head}` is a {collection.name}, not a fact", name, hint)
        return None
    found = collection.fields.get(rest)
    if found is None:
        close = did_you_mean(rest, collection.fields)
        if close is None and find_collection(context.vocabulary, rest) is not None:
            close = f"write `every {rest} x of {head} {{ … }}` or `some {rest} x of {head} where …`"
        context.error("RW0202", f"a {collection.name} has no field `{rest}`", name, close)
        return None
    if not binding.visible:
        message = f"`{head}` cannot be named here: the body of a quantifier names its own element only"
        hint = f"if its elements belong to `{head}`, write `of {head}`; two elements of collections cannot be compared"
        context.error("RW0303", message, name, hint)
        return None
    return Typed(ir.Field(binding.var, collection.name, rest, str(found.type.kind)), found.type, name.text)


def _unknown(name: t.Name, head: str, rest: str, env: Env, context: Context) -> None:
    """Say that a path names nothing, with the best guess."""
    collection = find_collection(context.vocabulary, head)
    if name.text in context.params:
        kind = context.params[name.text].type
        context.error(
            "RW0302",
            f"`{name.text}` is a parameter of type {kind}: a condition starts with a fact",
            name,
            "put the fact first",
        )
        return
    if name.text in context.defines:
        context.error(
            "RW0302",
            f"`{name.text}` is a `define`: it takes its element in parentheses",
            name,
            f"write `{name.text}(c)`",
        )
        return
    if name.text == AS_OF:
        context.error(
            "RW0302",
            "`as_of` is a date, not a condition",
            name,
            "compare a date with it, as in `c.end_of_support > as_of`",
        )
        return
    if collection is not None and rest:
        hint = f"write `every {collection.name} {collection.name[0]} {{ {collection.name[0]}.{rest} … }}`"
        context.error("RW0201", f"`{head}` is a collection: which of its elements is meant", name, hint)
        return
    candidates = [*context.vocabulary.attributes, *context.params]
    fields = [f"{v}.{f}" for v, b in env.items() if b.visible for f in b.collection.fields]
    guess: str | None = did_you_mean(name.text, candidates + fields)
    if rest and (close := suggest(head, env)) is not None and guess is None:
        guess = f"did you mean `{close}.{rest}`?"
    context.error("RW0201", f"nothing is called `{name.text}`", name, guess)


def param(literal: t.Literal | t.SetLike, context: Context) -> ParamValue | None:
    """The parameter that a word names, if any."""
    if isinstance(literal, t.Name):
        found = context.params.get(literal.text)
        if found is not None:
            context.used.add(literal.text)
            context.mentioned.add(literal.text)
        return found
    return None


def is_fact(literal: t.Literal | t.SetLike, env: Env, context: Context) -> bool:
    """Whether a word is a path to a fact (known or not), not a word of an enum."""
    if not isinstance(literal, t.Name):
        return False
    head, dot, _ = literal.text.partition(".")
    return literal.text in context.vocabulary.attributes or (bool(dot) and head in env)


def member_type(kind: TypeLike) -> TypeLike:
    """The type of a set's members."""
    if isinstance(kind, ValueType):
        return ValueType(kind.member, kind.values, kind.open_values)
    return ValueType("enum" if kind.values else "word", kind.values, kind.open_values)


def set_param(right: t.Name, kind: str, what: str, context: Context) -> tuple[ir.Value, ...] | None:
    """The members of a parameter that is a set of a kind."""
    known = param(right, context)
    if known is None:
        hint = did_you_mean(right.text, context.params) or f"a set stands in braces: `{{{right.text}}}`"
        context.error("RW0203", f"there is no parameter `{right.text}`", right, hint)
        return None
    words = {"enum", "word", "string"}
    same = known.type.member == kind or (known.type.member in words and kind in {*words, "version", "purl", "cpe"})
    if known.type.kind != "set" or not same or not isinstance(known.value, tuple):
        context.desk.error(
            "RW0301", f"`{what}` wants a set of {kind}, `{right.text}` is of type {known.type}", right.at
        )
        return None
    return known.value


def words_fit(
    values: ir.Value | tuple[ir.Value, ...], wanted: TypeLike, what: str, name: t.Name, context: Context
) -> bool:
    """Whether the words that a parameter holds are among those of a type; a diagnostic for the first that is not."""
    if not wanted.values or wanted.open_values:
        return True
    for value in values if isinstance(values, tuple) else (values,):
        if isinstance(value, str) and value not in wanted.values:
            message = f"`{value}`, which the parameter `{name.text}` holds, is not a value of `{what}`"
            context.desk.error("RW0205", message, name.at, did_you_mean(value, wanted.values))
            return False
    return True
