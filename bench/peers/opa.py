"""Open Policy Agent itself: its Go library, called through ctypes.

Guarantees: the shared library is the one of the wheel named in `requirements/bench.opa.txt`; nothing else of that wheel is
used (it asks for a newer Python than it needs).  The input goes in as bytes and the result comes out as bytes.
What it does not do: speak to a server, or use OPA's WebAssembly compiler (that needs the `opa` program).
"""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Sequence
from pathlib import Path

from bench.answers import Idiom
from bench.peers import rego
from bench.rails import Raw, Shape

NAME = "OPA (Go)"
PACKAGE = "opa-golib-python-bindings"
VERSION = "0.4.4"
IDIOMS: tuple[Idiom, ...] = ("deny", "full")
SUFFIX = "rego"


def library() -> Path:
    """Where `make bench` puts the library (`RULEWRIGHT_BENCH_OPA` overrides)."""
    folder = os.environ.get("RULEWRIGHT_BENCH_OPA") or Path(__file__).parents[2] / "build" / "bench" / "opa"
    return Path(folder) / "opa_bindings" / "libopabridge.so"


def installed() -> bool:
    """True when the library is there."""
    return library().is_file()


def covers(shape: Shape[str]) -> bool:
    """Rego can say all of it."""
    return bool(shape)


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """The Rego module."""
    return rego.write(shapes, idiom)


class Engine:
    """One policy, loaded."""

    def __init__(self, text: str, shapes: Sequence[Shape[str]]) -> None:
        self.shapes = shapes
        self.library = ctypes.CDLL(str(library()))
        for name in ("OpaAddPolicy", "OpaEvalDocument"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.OpaNew.restype = ctypes.c_uint64
        self.library.OpaFreeString.argtypes = [ctypes.c_void_p]
        self.handle = ctypes.c_uint64(self.library.OpaNew())
        self._call(self.library.OpaAddPolicy(self.handle, b"bench.rego", text.encode()))

    def _call(self, pointer: int) -> bytes:
        """Take over the answer and free it."""
        try:
            answer = ctypes.string_at(pointer)
        finally:
            self.library.OpaFreeString(pointer)
        if answer.startswith(b'{"error"'):
            raise RuntimeError(answer[:400].decode())
        return answer

    def run(self, data: bytes) -> bytes:
        """Input bytes to result bytes."""
        return self._call(self.library.OpaEvalDocument(self.handle, b"bench.result", data, 0, 0))

    def raw(self, result: bytes) -> Raw:
        """The result, read (not timed)."""
        envelope = json.loads(result)
        return rego.read(envelope["result"][0]["expressions"][0]["value"])
