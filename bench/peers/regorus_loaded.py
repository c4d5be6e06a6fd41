"""regorus with the facts loaded beforehand, as data: what evaluation alone costs.

Guarantees: the same module as `regorus_`, which asks `data.facts` where that asks `input`; reading JSON is outside the time.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.answers import Idiom
from bench.peers import regorus_
from bench.peers.regorus_ import PACKAGE, SUFFIX, covers, installed
from bench.rails import Shape

NAME = "regorus, facts loaded"
IDIOMS: tuple[Idiom, ...] = ("deny",)
__all__ = ["IDIOMS", "NAME", "PACKAGE", "SUFFIX", "Engine", "covers", "installed", "policy"]


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """The Rego module over `data.facts`."""
    return regorus_.policy(shapes, idiom).replace("input.", "data.facts.")


class Engine(regorus_.Engine):
    """One policy, loaded, and the facts."""

    def prepare(self, data: bytes) -> None:
        """Load the facts (not timed)."""
        self.engine.add_data_json('{"facts": ' + data.decode() + "}")

    def run(self, data: bytes) -> str:
        """Evaluate what is loaded; `data` is not read."""
        return super().run(b"{}" if data else b"null")
