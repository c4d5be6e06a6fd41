"""What the subcommands of `bundle` share: files read up to a limit, and errors with a code.

Guarantees: no file is read further than it would be taken; a file that cannot be read is a diagnostic.
"""

from __future__ import annotations

import os

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
    """Kind, id and edition of the modules in a rule text."""
    return [(module.kind, module.id, module.edition) for module in library.heads(data, "", "")]
