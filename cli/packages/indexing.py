"""`rulewright bundle index FOLDER`: the packages of a folder as one file, so that a static web folder is a registry.

Guarantees: only whole packages are listed, one that is none is an error; the same files give the same bytes; the key ids are those that the
envelopes hint at, and vouch for nothing.
"""

from __future__ import annotations

import os
from hashlib import sha256

from rulewright.attest import limits
from rulewright.attest.encoding import is_sha256
from rulewright.attest.packages import archive, index, model, signature
from rulewright.attest.packages.model import Entry, PackageError
from rulewright.cli import exits
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.packages.reading import data_of, envelope_of, flaw
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import say, write_file
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic


def run(request: Request) -> int:
    """Write the index; return the exit code."""
    folder = request.arguments[0]
    target = request.one("output") or os.path.join(folder, index.NAME)
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".rwpack"))
    except OSError as error:
        return refuse([problem("RW0003", f"`{name_of(folder)}` cannot be read: {(error.strerror or '').lower()}")])
    lost = _foreign(target) if "overwrite" not in request.flags else None
    if lost is not None:
        return refuse([lost])
    try:
        entries = [_entry(os.path.join(folder, name), name) for name in names]
        write_file(target, index.encode(entries))
    except PackageError as error:
        return refuse([flaw(error)])
    except OSError as error:
        return refuse(
            [problem("RW0006", f"`{name_of(target)}` cannot be written: {(error.strerror or str(error)).lower()}")]
        )
    if "quiet" not in request.flags:
        say(f"{clean(name_of(target))}: {plural(len(entries), 'package')}")
    return exits.OK


def _foreign(path: str) -> Diagnostic | None:
    """Refuse to write over a file that is no index: an index is made again at will, others are not."""
    if not os.path.lexists(path):
        return None
    try:
        index.decode(data_of(path, model.LIST))
    except (PackageError, RefusedError):
        hint = "name another file; `--force` allows it"
        return problem("RW0006", f"`{name_of(path)}` is there already, is no index, and is not overwritten", hint)
    return None


def _entry(path: str, name: str) -> Entry:
    """A package as listed.  Raises `PackageError`, `RefusedError`."""
    data, envelope = data_of(path, limits.ARCHIVE), envelope_of(path)
    try:
        package = archive.unpack(data)
        said = package.manifest
        hints = () if envelope is None else signature.envelope(envelope, package).signatures
    except PackageError as error:
        raise RefusedError(
            problem(error.code, str(error), "the index lists whole packages only", name_of(path))
        ) from None
    if name != model.filename(said.name, said.edition):
        hint = f"it is called `{model.filename(said.name, said.edition)}`"
        raise RefusedError(problem("RW4217", f"`{name_of(name)}` is not called after its pack", hint))
    return Entry(
        name=said.name,
        edition=said.edition,
        file=name,
        size=len(data),
        sha256=package.sha256,
        signature=None if envelope is None else sha256(envelope).hexdigest(),
        signers=tuple(sorted({item.keyid for item in hints if is_sha256(item.keyid)})),
        dependencies=said.dependencies,
    )
