"""Rego and CEL, as their own engines run our exports; tests that need one skip, saying so, where it is not installed."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any  # what an engine returns: JSON of any shape

import pytest

from rulewright.dsl import ir
from rulewright.dsl.bridges import cel, rego

PACKAGE = "gen"


def regorus() -> Any:
    """The Rego engine."""
    return pytest.importorskip("regorus", reason="the Rego engine regorus is not installed here")


@cache
def cel_environment() -> Any:
    """The CEL engine, with the variables that an export names."""
    found = pytest.importorskip("cel_expr_python.cel", reason="the CEL engine cel-expr-python is not installed here")
    kind = found.Type
    words = {
        "dyn": kind.DYN,
        "list(dyn)": kind.List(kind.DYN),
        "map(string, dyn)": kind.Map(kind.STRING, kind.DYN),
    }
    return found.NewEnv(variables={name: words[said] for name, said in cel.VARIABLES.items()})


def rego_of(text: str, query: str, *inputs: dict[str, object]) -> list[Any]:
    """What a query answers for each input; `None` where it is undefined."""
    engine = regorus().Engine()
    try:
        engine.add_policy("exported.rego", text)
    except RuntimeError as error:
        raise AssertionError(str(error).partition("Stack backtrace")[0]) from None
    answers = []
    for each in inputs:
        engine.set_input_json(json.dumps(each))
        try:
            found = engine.eval_query(query)["result"]
        except RuntimeError as error:
            raise AssertionError(str(error).partition("Stack backtrace")[0]) from None
        answers.append(found[0]["expressions"][0]["value"] if found else None)
    return answers


def rego_verdicts(program: ir.Program, *inputs: dict[str, object]) -> list[dict[str, str]]:
    """The verdicts by requirement, for each input."""
    text = rego.module(program, program.requirements, PACKAGE)
    return rego_of(text, f"data.rulewright.{PACKAGE}.verdicts", *inputs)


@lru_cache(maxsize=64)
def compiled(expression: str) -> Any:
    """An expression, ready to be run on several inputs."""
    return cel_environment().compile(expression)


def cel_of(expression: str, given: dict[str, object]) -> Any:
    """The value of an expression."""
    data = {name: given[name] for name in cel.VARIABLES}
    try:
        found = compiled(expression).eval(data=data)
    except RuntimeError as error:
        raise AssertionError(str(error)[:500]) from None
    if found.type().name() in {"ERROR", "UNKNOWN"}:
        raise AssertionError(f"{found.value()}: {expression}")
    return found.value()


def cel_verdicts(program: ir.Program, given: dict[str, object]) -> dict[str, str]:
    """The verdicts by requirement."""
    made = [cel.envelope(program, requirement) for requirement in program.requirements]
    return {envelope.id: cel_of(envelope.verdict, given) for envelope in made}
