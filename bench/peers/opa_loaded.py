"""OPA with the facts loaded beforehand, as data: what evaluation alone costs.

Guarantees: the same module as `opa`, which asks `data.facts` where that asks `input`; reading JSON is outside the time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from bench.answers import Idiom
from bench.peers import opa
from bench.peers.opa import PACKAGE, SUFFIX, covers, installed
from bench.rails import Shape

NAME = "OPA, facts loaded"
IDIOMS: tuple[Idiom, ...] = ("deny",)
__all__ = ["IDIOMS", "NAME", "PACKAGE", "SUFFIX", "Engine", "covers", "installed", "policy"]


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """The Rego module over `data.facts`."""
    return opa.policy(shapes, idiom).replace("input.", "data.facts.")


class Engine(opa.Engine):
    """One policy, loaded, and the facts."""

    def prepare(self, data: bytes) -> None:
        """Load the facts (not timed)."""
        self.library.OpaAddData.restype = ctypes.c_void_p
        self._call(self.library.OpaAddData(self.handle, b"facts", data))

    def run(self, data: bytes) -> bytes:
        """Evaluate what is loaded; `data` is not read."""
        return super().run(b"{}" if data else b"null")
