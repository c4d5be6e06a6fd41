"""Predicates: one test of one fact, from the tree to an IR atom, types checked.

Guarantees: an operator that its fact's type does not have, or a literal of another type, is one diagnostic; the
comparison of two elements' facts is refused.  Dates and licences are in `predicates_more`.
"""

from __future__ import annotations

from typing import assert_never

from rulewright.dsl import ir
from rulewright.dsl import tree_expr as t
from rulewright.dsl.literals import members_of, strings, value_of
from rulewright.dsl.names import did_you_mean, suggest
from rulewright.dsl.predicates_more import as_of_test, duration_of, fact, in_vers, licences, matches, shifted, within
from rulewright.dsl.terms import AS_OF, Context, Env, Typed, is_fact, member_type, param, resolve, set_param, words_fit

ADJECTIVES: dict[str, ir.Adjective] = {
    "known": "known",
    "valid": "valid",
    "empty": "empty",
    "conflicting": "conflicting",
    "signed": "signed",
    "stated": "stated",
    "declared_unknown": "declared_unknown",
    "withheld": "withheld",
    "malformed": "malformed",
}
ORDERED = frozenset({"int", "decimal", "date", "version"})
_FLIP: dict[str, ir.Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def predicate(node: t.Predicate, env: Env, context: Context) -> ir.Expr | None:
    """The IR of a predicate, or None after a diagnostic."""
    match node:
        case t.Truth():
            return _truth(node, env, context)
        case t.Compare():
            return _compare(node, env, context)
        case t.Member():
            return _negated(_member(node, env, context), negated=node.negated)
        case t.IsTest():
            return _negated(_is(node, env, context), negated=node.negated)
        case t.Matches():
            return matches(node, env, context)
        case t.Licences():
            return licences(node, env, context)
        case t.Within():
            return within(node, env, context)
        case _:
            assert_never(node)


def _negated(item: ir.Expr | None, *, negated: bool) -> ir.Expr | None:
    """`not`, when asked for."""
    return ir.Not(item) if negated and item is not None else item


def _truth(node: t.Truth, env: Env, context: Context) -> ir.Expr | None:
    """A bare path."""
    if node.path.text in {"true", "false"}:
        return ir.Const(node.path.text == "true")
    known = param(node.path, context)
    if known is not None and isinstance(known.value, bool):
        return ir.Const(known.value)
    typed = resolve(node.path, env, context)
    if typed is None:
        return None
    if typed.kind != "bool":
        hint = f"compare it, or write `{node.path.text} is known`"
        context.desk.error("RW0302", f"`{node.path.text}` is of type {typed.kind}, not a condition", node.at, hint)
        return None
    return ir.Atom(typed.term, ir.Cmp("=", value=True))


def _compare(node: t.Compare, env: Env, context: Context) -> ir.Expr | None:
    """`left op right`."""
    left, op, right = node.left, node.op, node.right
    if not is_fact(left, env, context) and is_fact(right, env, context) and node.shift is None:
        left, op, right = right, _FLIP[op], left
    typed = fact(left, env, context)
    if typed is None or not _operator(node, op, typed, context):
        return None
    comparison = _FLIP[_FLIP[op]]
    if isinstance(right, t.Name) and right.text == AS_OF:
        return as_of_test(typed, comparison, node.shift, node.sign, node, context)
    if is_fact(right, env, context):
        assert isinstance(right, t.Name)
        return _two_facts(typed, comparison, right, node, env, context)
    if node.shift is not None and typed.kind != "date":
        context.desk.error(
            "RW0306", "only dates are moved by a duration", node.shift.at, "there is no other arithmetic"
        )
        return None
    value = _right(right, typed, context)
    if value is None:
        return None
    if node.shift is not None:
        value = shifted(value, node.shift, node.sign, context)
        if value is None:
            return None
    return ir.Atom(typed.term, ir.Cmp(comparison, value))


def _operator(node: t.Compare, op: str, typed: Typed, context: Context) -> bool:
    """Whether the type has the operator."""
    hint = None
    if typed.kind == "set":
        hint = f'write `"member" in {typed.text}` or `{typed.text} in {{…}}`'
    elif typed.kind == "license":
        hint = f"a licence is an expression with choices: write `{typed.text} allows {{…}}`"
    elif op in {"=", "!="}:
        if not node.worded:
            return True
    elif typed.kind in ORDERED and (typed.kind == "date" or not node.worded):
        return True
    elif node.worded:
        hint = "`before` and `after` compare dates"
    elif typed.kind == "bool":
        hint = f"it is true or false: write `{typed.text}` or `not {typed.text}`"
    else:
        hint = "its values have no order: list them, as in `in {a, b}`"
    sign = {"<": "before", ">": "after"}[node.op] if node.worded else node.op
    context.desk.error(
        "RW0306", f"`{sign}` does not compare `{typed.text}`, which is of type {typed.kind}", node.at, hint
    )
    return False


def _two_facts(
    typed: Typed, op: ir.Comparison, right: t.Name, node: t.Compare, env: Env, context: Context
) -> ir.Expr | None:
    """A fact against a fact: one of them is of the product."""
    other = resolve(right, env, context)
    if other is None:
        return None
    if isinstance(other.term, ir.Field):
        if isinstance(typed.term, ir.Field) or node.shift is not None:
            hint = "an element's fact is compared with a constant, a parameter or a fact of the product"
            context.desk.error(
                "RW0303", f"`{typed.text}` and `{other.text}` cannot be compared: two facts of elements", node.at, hint
            )
            return None
        typed, other, op = other, typed, _FLIP[op]
    assert isinstance(other.term, ir.Attr)
    if typed.kind != other.kind:
        message = f"`{typed.text}` is of type {typed.kind}, `{other.text}` of type {other.kind}"
        context.desk.error("RW0301", message, node.at, "only facts of the same type are compared")
        return None
    months, days = 0, 0
    if node.shift is not None:
        length = _shift_length(node.shift, node.sign, typed, context)
        if length is None:
            return None
        months, days = length
    return ir.Atom(typed.term, ir.CmpAttr(op, other.term, months, days))


def _shift_length(shift: t.Duration | t.Name, sign: int, typed: Typed, context: Context) -> tuple[int, int] | None:
    """Months and days of `+ 30d`; only dates are moved."""
    if typed.kind != "date":
        context.desk.error("RW0306", "only dates are moved by a duration", shift.at, "there is no other arithmetic")
        return None
    length = duration_of(shift, context)
    return None if length is None else (sign * length.months, sign * length.days)


def _right(right: t.Literal, typed: Typed, context: Context) -> ir.Value | None:
    """The constant on the right."""
    known = param(right, context)
    if known is not None:
        if not _fits(known.type.kind, typed) or isinstance(known.value, t.Duration | tuple):
            message = f"`{typed.text}` is of type {typed.kind}, the parameter of type {known.type}"
            hint = f"write `{typed.text} in …`" if known.type.kind == "set" else None
            context.desk.error("RW0301", message, right.at, hint)
            return None
        if typed.kind == "decimal" and known.type.kind == "int" and isinstance(known.value, int):
            return known.value * 1_000_000
        assert isinstance(right, t.Name)
        return known.value if words_fit(known.value, typed.type, typed.text, right, context) else None
    if isinstance(right, t.Name) and right.text in context.broken:
        return None
    if (
        isinstance(right, t.Name)
        and typed.kind not in {"enum", "bool"}
        and suggest(right.text, context.params) is not None
    ):
        hint = did_you_mean(right.text, context.params)
        context.error("RW0203", f"there is no parameter `{right.text}`", right, hint)
        return None
    value = value_of(right, typed.type, f"`{typed.text}`", context.desk)
    return None if isinstance(value, t.Duration) else value


def _fits(kind: str, typed: Typed) -> bool:
    """Whether a parameter of a kind can stand against a fact."""
    if kind == typed.kind:
        return True
    pairs = {
        ("word", "enum"),
        ("string", "version"),
        ("int", "decimal"),
        ("string", "purl"),
        ("string", "cpe"),
        ("enum", "string"),
    }
    return (kind, typed.kind) in pairs


def _member(node: t.Member, env: Env, context: Context) -> ir.Expr | None:
    """`left in right`."""
    right = node.right
    if isinstance(right, t.Name) and is_fact(right, env, context):
        return _contains(node, right, env, context)
    typed = fact(node.left, env, context)
    if typed is None:
        return None
    if isinstance(right, t.Vers):
        return in_vers(typed, right, node, context)
    if typed.kind in {"license", "bool"}:
        hint = (
            f"a licence is an expression with choices: write `{typed.text} allows {{…}}`"
            if typed.kind == "license"
            else None
        )
        context.desk.error("RW0306", f"`in` does not test `{typed.text}`, which is of type {typed.kind}", node.at, hint)
        return None
    members = _members(right, typed, context)
    if members is None:
        return None
    test = ir.SubsetOf(strings(members)) if typed.kind == "set" else ir.OneOf(members)
    return ir.Atom(typed.term, test)


def _members(right: t.WordSet | t.Name, typed: Typed, context: Context) -> tuple[ir.Value, ...] | None:
    """The values that `in` allows."""
    wanted = member_type(typed.type) if typed.kind == "set" else typed.type
    if isinstance(right, t.WordSet):
        return members_of(right, wanted, f"`{typed.text}`", context.desk)
    members = set_param(right, str(wanted.kind), typed.text, context)
    fit = members is not None and words_fit(members, wanted, typed.text, right, context)
    return members if fit else None


def _contains(node: t.Member, right: t.Name, env: Env, context: Context) -> ir.Expr | None:
    """`"EU" in product.markets`."""
    typed = resolve(right, env, context)
    if typed is None:
        return None
    if typed.kind != "set":
        context.desk.error("RW0306", f"`{typed.text}` is of type {typed.kind}, not a set", right.at, "write `=`")
        return None
    if is_fact(node.left, env, context):
        context.desk.error("RW0303", "a fact cannot be looked up in another fact", node.at, "list the words that count")
        return None
    known = param(node.left, context)
    value = known.value if known is not None else None
    if known is None:
        found = value_of(node.left, member_type(typed.type), f"`{typed.text}`", context.desk)
        value = found if isinstance(found, str) else None
    elif not isinstance(value, str):
        context.desk.error("RW0301", f"`{typed.text}` holds words, the parameter is of type {known.type}", node.left.at)
    elif isinstance(node.left, t.Name) and not words_fit(
        value, member_type(typed.type), typed.text, node.left, context
    ):
        return None
    return ir.Atom(typed.term, ir.Contains(value)) if isinstance(value, str) else None


def _is(node: t.IsTest, env: Env, context: Context) -> ir.Expr | None:
    """`path is adjective`."""
    word = node.adjective.text
    adjective = ADJECTIVES.get(word)
    if adjective is None:
        words = {
            "missing": "is not known",
            "unknown": "is not known",
            "present": "is known",
            "null": "is not known",
            "none": "is not known",
            "true": "= true",
            "false": "= false",
            "invalid": "is not valid",
        }
        hint = f"write `{words[word]}`" if word in words else did_you_mean(word, ADJECTIVES)
        hint = hint or f"to compare, write `= {word}`"
        context.desk.error("RW0207", f"`is {word}` is not a test", node.adjective.at, hint)
        return None
    typed = fact(node.path, env, context)
    if typed is None:
        return None
    if adjective == "empty" and typed.kind not in {"set", "string"}:
        context.desk.error(
            "RW0306",
            f"only texts and sets can be empty; `{typed.text}` is of type {typed.kind}",
            node.at,
            "write `is not known`",
        )
        return None
    return ir.Atom(typed.term, ir.Is(adjective))
