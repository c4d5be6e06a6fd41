"""The benchmark's policies as a rule file, for runs of the whole command.

Guarantees: compiling the text gives requirements that mean the same as the intermediate form that it was written from
(held by a test on answers, not on bytes: the compiler may order and simplify).
"""

from __future__ import annotations

import datetime as dt
import json

from bench.inventory import ATTRIBUTES, ENUM_WORDS, MARKETS
from rulewright.dsl import ir

EDITION = "1"
VOCABULARY = "bench.attributes"
STANDARD = "bench.rules"


def _literal(value: ir.Value, kind: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date" and isinstance(value, int):
        return (dt.date(1970, 1, 1) + dt.timedelta(days=value)).isoformat()
    return value if kind == "enum" and isinstance(value, str) else json.dumps(value)


def _set(values: tuple[ir.Value, ...], kind: str) -> str:
    return "{" + ", ".join(_literal(v, kind) for v in values) + "}"


def _atom(atom: ir.Atom) -> str:
    """One test as an author writes it."""
    term = atom.term
    path = f"{term.var}.{term.name}" if isinstance(term, ir.Field) else term.name
    match atom.test:
        case ir.Is(adjective=adjective):
            return f"{path} is {adjective}"
        case ir.Cmp(op=op, value=value):
            return f"{path} {op} {_literal(value, term.kind)}"
        case ir.CmpAsOf(op=op, days=days):
            return f"{path} {op} as_of + {days}d"
        case ir.OneOf(values=values):
            return f"{path} in {_set(values, term.kind)}"
        case ir.Contains(member=member):
            return f"{json.dumps(member)} in {path}"
        case ir.SubsetOf(members=members):
            return f"{path} in {_set(members, 'string')}"
        case ir.Glob(pattern=pattern):
            return f"{path} matches {json.dumps(pattern)}"
        case ir.LicenseAllows(ids=ids):
            return f"{path} allows {_set(ids, 'string')}"
        case _:
            raise NotImplementedError(atom.test)


def _quantifier(quant: ir.Quant) -> str:
    """A quantifier; `no` and the counts have their condition in `where`."""
    how = {"at_least": f"at least {quant.n}", "at_most": f"at most {quant.n}"}.get(quant.kind, quant.kind)
    relation = f" under {quant.owner}" if quant.relation == "under" else ""
    where = "" if quant.where == ir.Const(value=True) else f" where {expression(quant.where)}"
    head = f"{how} component {quant.var}{relation}{where}"
    return f"{head} {{ {expression(quant.body)} }}" if quant.kind == "every" else head


def expression(expr: ir.Expr) -> str:
    """An expression in the rule language."""
    match expr:
        case ir.Const(value=value):
            return "true" if value else "false"
        case ir.Atom():
            return _atom(expr)
        case ir.Not(item=item):
            return f"not ({expression(item)})"
        case ir.And(items=items) | ir.Or(items=items):
            word = " and " if isinstance(expr, ir.And) else " or "
            return "(" + word.join(map(expression, items)) + ")"
        case ir.Quant():
            return _quantifier(expr)


def _requirement(requirement: ir.Requirement) -> str:
    (line,) = requirement.lines
    lines = [
        f'  requirement "{requirement.id.partition(":")[2]}" {requirement.level} {{',
        f'    title "{requirement.title}"',
    ]
    lines.append(f"    severity {requirement.severity}")
    if not isinstance(requirement.applies, ir.Const):
        lines.append(f"    applies when {expression(requirement.applies)}")
    lines += [f"    check {expression(line.expr)}", "  }"]
    return "\n".join(lines)


def vocabulary() -> str:
    """The module that declares the product attributes."""
    types = {"enum": f"enum {{{', '.join(ENUM_WORDS)}}}", "set": f"set {{{', '.join(MARKETS)}}}"}
    lines = [f"  attribute {name} : {types.get(kind, kind)} choice" for name, kind in ATTRIBUTES.items()]
    return "\n".join([f'vocabulary {VOCABULARY} edition "{EDITION}" {{', *lines, "}", ""])


def rules(program: ir.Program) -> str:
    """The module with the requirements."""
    head = [f'standard {STANDARD} edition "{EDITION}" {{', '  title "Benchmark rules"']
    return "\n\n".join(["\n".join(head), *map(_requirement, program.requirements), "}\n"])
