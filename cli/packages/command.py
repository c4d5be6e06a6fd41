"""`rulewright bundle`: packages of rules, from their author to the project that uses them.

Guarantees: each subcommand takes only the words and options that mean something to it.  What it does is in the module that it names.
"""

from __future__ import annotations

from importlib import import_module

from rulewright.cli.options import Request
from rulewright.cli.problems import refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.subcommands import Sub, hand_over


def _later(module: str, function: str = "run") -> Sub:
    """A subcommand whose module is imported when it runs; the rest of it is filled in by `_sub`."""

    def work(request: Request) -> int:
        try:
            code: int = getattr(import_module(f"rulewright.cli.packages.{module}"), function)(request)
        except RefusedError as error:
            return refuse([error.diagnostic])
        return code

    return Sub(work, "", 0, 0)


def _sub(
    module: str, function: str, usage: str, words: tuple[int, int], options: set[str], *, json: bool = False
) -> Sub:
    made = _later(module, function)
    chosen = frozenset(options | ({"format"} if json else set()))
    return Sub(made.run, usage, *words, chosen, ("json",) if json else (), changes=module in _INTO)


_INTO = frozenset({"building", "indexing"})
"""What these write may lie in the folder that they read; each guards what is there itself."""
_JUDGE = {"trust", "anchor", "key", "as_of"}
SUBS = {
    "build": _sub("building", "run", "build FOLDER [--output FILE]", (1, 1), {"output", "overwrite", "no_tests"}),
    "sign": _sub("vouching", "sign", "sign PACKAGE --key KEY", (1, 1), {"key", "passphrase_file", "ephemeral"}),
    "verify": _sub(
        "vouching",
        "verify",
        "verify PACKAGE [--trust FILE | --key KEY] [--lock FILE]",
        (1, 1),
        _JUDGE | {"lock", "output"},
        json=True,
    ),
    "add": _sub(
        "adding",
        "run",
        "add SOURCE [NAME[@EDITION]…] [--trust FILE | --key KEY]",
        (1, 100),
        _JUDGE | {"lock", "overwrite"},
    ),
    "list": _sub("listing", "run", "list [--lock FILE]", (0, 0), {"lock", "output"}, json=True),
    "remove": _sub("listing", "remove", "remove NAME", (1, 1), {"lock"}),
    "index": _sub("indexing", "run", "index FOLDER [--output FILE]", (1, 1), {"output", "overwrite"}),
}


def run(request: Request) -> int:
    """Run the subcommand that the first word names; return the exit code."""
    return hand_over(request, SUBS)
