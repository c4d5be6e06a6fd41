"""What the subcommands of `bundle` share: files read up to a limit, and errors with a code.

Guarantees: no file is read further than it would be taken; a file that cannot be read is a diagnostic.
"""

from __future__ import annotations

import os
from contextlib import suppress

from rulewright.attest import limits
from rulewright.attest.packages.model import PackageError
from rulewright.attest.packages.signature import SUFFIX
from rulewright.cli import library
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.cli.signing import RefusedError
from rulewright.diagnostics import Diagnostic


def data_of(path: str, limit: int = limits.ARCHIVE) -> bytes:
    """The bytes of a file, one more than the limit at most.  Raises `RefusedError`."""
    if path == "-":
        hint = "name the file: signatures lie beside it"
        raise RefusedError(problem("RW0002", "`bundle` takes nothing from standard input", hint))
    try:
        with open(path, "rb") as stream:
            return stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise RefusedError(
            unreadable(name_of(path), error if isinstance(error, OSError) else FileNotFoundError(path))
        ) from None


def envelope_of(path: str) -> bytes | None:
    """The signatures beside an archive; `None` where there are none.  Raises `RefusedError`."""
    beside = path + SUFFIX
    return data_of(beside, limits.ENVELOPE) if os.path.lexists(beside) else None


def flaw(error: PackageError, source: str | None = None, hint: str | None = None) -> Diagnostic:
    """An error of a package as a diagnostic; the file in it that it is about stands before it."""
    return problem(error.code, f"`{error.name}`: {error}" if error.name else str(error), hint, source)


def heads(data: bytes) -> list[tuple[str, str, str]]:
    """Kind, id and edition of the modules in a rule text of a package, as the parser reads it.

    Raises `PackageError` RW4204 where it is no rule text, or holds a module or a `use` that the scan of a run would not see: a package
    never means something else to the compiler than to whoever looks for what is in it.
    """
    from rulewright.dsl import tree
    from rulewright.dsl.library import read_source
    from rulewright.dsl.sink import Enough, Sink
    from rulewright.dsl.source import Source

    sink, file = Sink(), None
    with suppress(Enough):
        file = read_source(Source("", data), sink, tests=False)
    if file is None or sink.failed:
        first = next((found.message for found in sink.everything() if found.is_error), "it cannot be read")
        raise PackageError("RW4204", f"it is no rule text: {first}")
    modules = file.file.modules
    found = [(module.head.kind, module.head.id.text, module.head.edition.text) for module in modules]
    if sorted(found) != sorted((module.kind, module.id, module.edition) for module in library.heads(data, "", "")):
        raise PackageError("RW4204", "the head of a module does not stand alone at the beginning of a line")
    used = {(u.module.text, u.edition.text) for module in modules for u in module.items if isinstance(u, tree.Use)}
    unseen = sorted(used - set(library.uses(data)))
    if unseen:
        name, edition = unseen[0]
        raise PackageError("RW4204", f"the `use` of `{name}@{edition}` does not stand on a line of its own")
    return found
