"""A trust policy as its authors write it: one TOML file in which keys have names and lie in files beside it.

Guarantees: nothing in the file goes unread: an unknown member is an error with its place; what is not stated has the
value that docs/how-to-attest.md names; the same file and key files give the same policy.  `trust_text` writes it back.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

import msgspec

from rulewright.cli import signing, toml_places
from rulewright.cli.documents import name_of
from rulewright.cli.problems import problem
from rulewright.cli.signing import RefusedError
from rulewright.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from rulewright.attest.keys import PublicKey
    from rulewright.attest.model import Key, LogTrust, Revoked, Role, Rule, Trust, Tsa
    from rulewright.attest.trust_flaws import Flaw


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all tables have in common."""


class _Revoked(_Table, frozen=True, kw_only=True):
    on: date
    reason: str
    compromised_since: date | None = None


class _Key(_Table, frozen=True, kw_only=True, rename={"start": "from"}):
    file: str | None = None
    public: str | None = None
    owner: str
    start: date
    until: date
    revoked: _Revoked | None = None


class _Role(_Table, frozen=True, kw_only=True):
    keys: tuple[str, ...]
    threshold: int = 1


class _Rule(_Table, frozen=True, kw_only=True):
    role: str
    standards: tuple[str, ...] = ("*",)
    predicate: str | None = None
    threshold: int | None = None
    hybrid: bool = False
    engines: tuple[str, ...] = ("*",)
    time: bool = False
    log: bool = False
    status: bool = False


class _Log(_Table, frozen=True, kw_only=True):
    origin: str
    key: str
    witnesses: tuple[str, ...] = ()
    quorum: int = 0


class _Tsa(_Table, frozen=True, kw_only=True):
    name: str
    certificates: tuple[str, ...]


class _File(_Table, frozen=True, kw_only=True):
    """The tables are read one by one, so that each error has its place."""

    id: str
    expires: date
    issued: date | None = None
    version: int | None = None
    keys: dict[str, object] = {}
    roles: dict[str, object] = {}
    rules: list[object] = []
    logs: list[object] = []
    tsas: list[object] = []


_T = TypeVar("_T", bound=_Table)
_U = TypeVar("_U")


class TrustFile:
    """One file: its text for places, and how its keys are called."""

    def __init__(self, path: str, data: bytes) -> None:
        """Raises `RefusedError` where it is no TOML."""
        self.name = name_of(path)
        self.folder = os.path.dirname(path)
        self.data = data
        try:
            self.words = data.decode()
            self.plain: Mapping[str, object] = tomllib.loads(self.words)
        except UnicodeDecodeError:
            raise RefusedError(problem("RW4105", f"`{self.name}` is not UTF-8")) from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise RefusedError(problem("RW4105", f"`{self.name}` is no TOML: {error}", source=self.name)) from None
        self.names: dict[str, str] = {}

    def flaw(self, pointer: str, message: str) -> Diagnostic:
        """Something that is wrong, at its place in the text where that can be told."""
        place = toml_places.find(self.words, pointer)
        if place is None:
            return msgspec.structs.replace(problem("RW4105", message, source=self.name), pointer=pointer)
        line, column, length = place
        start = sum(map(len, self.words.splitlines(keepends=True)[: line - 1])) + column - 1
        span = Span(self.name, start, start + length, line, column, line, column + length)
        return msgspec.structs.replace(problem("RW4105", f"`{pointer}`: {message}"), span=span)

    def read(self, kind: type[_T], plain: object, pointer: str) -> _T:
        """A table as typed data.  Raises `RefusedError` with its place."""
        try:
            return msgspec.convert(plain, kind, strict=True)
        except msgspec.ValidationError as error:
            said, _, path = str(error).partition(" - at `$")
            inner = path.rstrip("`").replace("[", ".").replace("]", "").replace(".", "/")
            raise RefusedError(self.flaw(pointer + inner, said[:1].lower() + said[1:])) from None

    def beside(self, name: str, pointer: str) -> str:
        """The path of a file that a member names, beside the policy.  Raises `RefusedError` with its place."""
        if not name or "\0" in name:
            raise RefusedError(self.flaw(pointer, "this names no file"))
        return os.path.join(self.folder, name)

    def at(self, pointer: str, work: Callable[[], _U]) -> _U:
        """Do something about a member; what is wrong gets its place."""
        try:
            return work()
        except RefusedError as error:
            raise RefusedError(self.flaw(pointer, error.diagnostic.message)) from None

    def named(self, flaw: Flaw) -> Diagnostic:
        """A flaw of the policy at the place in the file from which it comes."""
        steps = flaw.pointer.split("/")
        if len(steps) > 2 and steps[1] == "keys" and steps[2] in self.names:
            steps[2] = self.names[steps[2]]
            steps[3:4] = [_MEMBERS.get(step, step) for step in steps[3:4]]
        message = flaw.message
        for key, name in self.names.items():
            message = message.replace(f"`{key}`", f"`{name}`")
        return self.flaw("/".join(steps), message)


_MEMBERS = {"valid_from": "from", "valid_until": "until", "public": "file"}
"""Members of the policy that have another name in the file."""


def read(path: str, data: bytes, day: str, version: int) -> tuple[Trust, TrustFile]:
    """The policy that a file states; `day` and `version` stand in for what it does not say.  Raises `RefusedError`."""
    from rulewright.attest.model import Trust

    file = TrustFile(path, data)
    head = file.read(_File, file.plain, "")
    keys = _keys(file, head)
    by_name = {name: key for key, name in file.names.items()}
    roles = {name: file.read(_Role, plain, f"/roles/{name}") for name, plain in head.roles.items()}
    made = Trust(
        id=head.id,
        version=version if head.version is None else head.version,
        issued=day if head.issued is None else head.issued.isoformat(),
        expires=head.expires.isoformat(),
        keys=keys,
        roles={name: _role(role, by_name, file, name) for name, role in roles.items()},
        rules=tuple(_rule(file.read(_Rule, each, f"/rules/{n}"), roles) for n, each in enumerate(head.rules)),
        logs=tuple(_log(file.read(_Log, each, f"/logs/{n}")) for n, each in enumerate(head.logs)),
        tsas=tuple(_tsa(file, file.read(_Tsa, each, f"/tsas/{n}"), n) for n, each in enumerate(head.tsas)),
    )
    return made, file


def _keys(file: TrustFile, head: _File) -> dict[str, Key]:
    """The keys by their ids; each name stands for one key, each key has one name."""
    from rulewright.attest.trust_policy import entry

    found: dict[str, Key] = {}
    for name, plain in head.keys.items():
        table, at = file.read(_Key, plain, f"/keys/{name}"), f"/keys/{name}"
        public = _public(file, table, at)
        key, made = entry(
            public, table.owner, table.start.isoformat(), table.until.isoformat(), _revoked(table.revoked)
        )
        if key in found:
            raise RefusedError(file.flaw(at, f"this is the same key as `{file.names[key]}`"))
        found[key] = made
        file.names[key] = name
    return found


def _revoked(said: _Revoked | None) -> Revoked | None:
    from rulewright.attest.model import Revoked

    if said is None:
        return None
    since = None if said.compromised_since is None else said.compromised_since.isoformat()
    return Revoked(on=said.on.isoformat(), reason=said.reason, compromised_since=since)


def _public(file: TrustFile, table: _Key, at: str) -> PublicKey:
    """The key of an entry: in a file, or in the entry itself."""
    from rulewright.attest import keys

    if table.file is not None and table.public is None:
        path = file.beside(table.file, f"{at}/file")
        return file.at(f"{at}/file", lambda: signing.public_file(path))
    if table.public is None or table.file is not None:
        raise RefusedError(file.flaw(at, "a key has either `file` or `public`"))
    try:
        return keys.from_pem(table.public.encode())
    except keys.PublicKeyError as error:
        raise RefusedError(file.flaw(f"{at}/public", str(error))) from None


def _role(role: _Role, by_name: Mapping[str, str], file: TrustFile, name: str) -> Role:
    from rulewright.attest.model import Role

    for key in role.keys:
        if key not in by_name:
            close = get_close_matches(key, by_name, 1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise RefusedError(file.flaw(f"/roles/{name}/keys", f"`{key}` is none of the keys{hint}"))
    return Role(keys=tuple(sorted(by_name[key] for key in role.keys)), threshold=role.threshold)


def _rule(rule: _Rule, roles: Mapping[str, _Role]) -> Rule:
    from rulewright.attest.model import ROOT, Rule

    known = roles.get(rule.role)
    stated = rule.threshold if rule.threshold is not None else known.threshold if known else 1
    return Rule(
        predicate=ROOT if rule.predicate is None else rule.predicate,
        standards=rule.standards,
        role=rule.role,
        threshold=stated,
        hybrid=rule.hybrid,
        engines=rule.engines,
        time=rule.time,
        log=rule.log,
        status=rule.status,
    )


def _log(log: _Log) -> LogTrust:
    from rulewright.attest.model import LogTrust

    return LogTrust(origin=log.origin, key=log.key, witnesses=log.witnesses, quorum=log.quorum)


def _tsa(file: TrustFile, tsa: _Tsa, number: int) -> Tsa:
    """An authority; its certificates are read from PEM files, all that each holds, or stand here as PEM."""
    from rulewright.attest.model import Tsa

    at = f"/tsas/{number}/certificates"
    found: list[str] = []
    for word in tsa.certificates:
        pem = word.encode() if "-----BEGIN" in word else _beside(file, word, at)
        found += _certificates(file, pem, at)
    return Tsa(name=tsa.name, certificates=tuple(found))


def _beside(file: TrustFile, word: str, at: str) -> bytes:
    """What a file beside the policy holds."""
    path = file.beside(word, at)
    return file.at(at, lambda: signing.content(path))


def _certificates(file: TrustFile, pem: bytes, at: str) -> list[str]:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    from rulewright.attest.encoding import to_base64

    try:
        return [to_base64(each.public_bytes(Encoding.DER)) for each in load_pem_x509_certificates(pem)]
    except ValueError:
        raise RefusedError(file.flaw(at, "there is no certificate in PEM")) from None
