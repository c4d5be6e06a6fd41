"""regorus, a Rego interpreter in Rust, through its Python wheel.

Guarantees: the same Rego text as OPA's; JSON text in, JSON text out.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence

from bench.answers import Idiom
from bench.peers import rego
from bench.rails import Raw, Shape

NAME = "regorus (Rust)"
PACKAGE = "celine-regorus"
IDIOMS: tuple[Idiom, ...] = ("deny", "full")
SUFFIX = "rego"


def installed() -> bool:
    """True when the wheel is there."""
    return importlib.util.find_spec("regorus") is not None


def covers(shape: Shape[str]) -> bool:
    """Rego can say all of it."""
    return bool(shape)


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """The Rego module."""
    return rego.write(shapes, idiom)


class Engine:
    """One policy, loaded."""

    def __init__(self, text: str, shapes: Sequence[Shape[str]]) -> None:
        import regorus

        self.shapes = shapes
        self.engine = regorus.Engine()
        self.engine.add_policy("bench.rego", text)

    def run(self, data: bytes) -> str:
        """Input text to result text."""
        self.engine.set_input_json(data.decode())
        return str(self.engine.eval_rule_as_json("data.bench.result"))

    def raw(self, result: str) -> Raw:
        """The result, read (not timed)."""
        return rego.read(json.loads(result))
