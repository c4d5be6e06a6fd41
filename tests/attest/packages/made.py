"""A small package, its keys and a trust policy, for the tests beside this file; the keys are public knowledge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from msgspec.structs import replace

from rulewright.attest import dsse, keys, model, trust_policy
from rulewright.attest.model import Role, Rule, Trust
from rulewright.attest.packages import archive, signature, verify
from rulewright.attest.packages.model import PREDICATE, Dependency, Manifest, Module, Tested
from rulewright.attest.packages.verify import Given, Verified
from rulewright.attest.signers import HeldSigner
from rulewright.attest.signers import signed as sealed

DAY = date(2026, 6, 1)
FILES: Mapping[str, bytes] = {
    "CHANGELOG.md": b"# Changelog\n## 1.0\nFirst.\n",
    "base.rw": b'standard acme.base edition "1.0" {\n}\n',
    "rulewright-pack.toml": b'name = "acme.base"\nedition = "1.0"\ntitle = "Base"\npublisher = "Acme"\nlicense = "MIT"\n',
}


def signer(number: int) -> HeldSigner:
    """A key by its number."""
    return HeldSigner(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)))


ROOT, MAKER, SECOND, STRANGER = map(signer, range(1, 5))


def manifest(files: Mapping[str, bytes] = FILES, **changes: Any) -> Manifest:
    made = Manifest(
        name="acme.base",
        edition="1.0",
        title="Base",
        publisher="Acme",
        license="MIT",
        language="1",
        changelog="CHANGELOG.md",
        dependencies=(),
        files=archive.listed(files),
        modules=(Module(kind="standard", id="acme.base", edition="1.0", file="base.rw"),),
        uses=(),
        tests=Tested(run=True, passed=0),
    )
    return replace(made, **changes)


def package(files: Mapping[str, bytes] = FILES, **changes: Any) -> bytes:
    """The archive, with other files or words in its manifest."""
    return archive.pack(manifest(files, **changes), files)


def signed(data: bytes, *signers: HeldSigner, before: bytes | None = None) -> bytes:
    return signature.sign(archive.unpack(data), signers, before)


def heads(data: bytes) -> list[tuple[str, str, str]]:
    found = re.findall(rb'(?m)^(standard|policy|vocabulary) ([\w.]+) edition "([^"]*)"', data)
    return [(kind.decode(), name.decode(), edition.decode()) for kind, name, edition in found]


def listed(held: HeldSigner, **changes: Any) -> tuple[str, model.Key]:
    name, key = trust_policy.entry(held.public, "Acme", "2026-01-01", "2026-12-31")
    return name, replace(key, **changes)


def trust(threshold: int = 1, keys_changed: dict[str, model.Key] | None = None, **rule: Any) -> bytes:
    """A trust policy in which MAKER and SECOND publish packs."""
    made = Rule(
        predicate=PREDICATE,
        standards=("*",),
        role="publisher",
        threshold=threshold,
        hybrid=False,
        engines=("*",),
        time=False,
        log=False,
        status=False,
    )
    policy = Trust(
        id="urn:acme:trust",
        version=1,
        issued="2026-01-01",
        expires="2026-12-31",
        keys={**dict(map(listed, (ROOT, MAKER, SECOND))), **(keys_changed or {})},
        roles={
            "root": Role(keys=(ROOT.public.id,), threshold=1),
            "publisher": Role(keys=tuple(sorted((MAKER.public.id, SECOND.public.id))), threshold=1),
        },
        rules=(replace(made, **rule),),
        logs=(),
        tsas=(),
    )
    return dsse.encode(sealed(model.TRUST_TYPE, model.encode(policy), [ROOT]))


def verified(data: bytes, envelope: bytes | None = None, **more: Any) -> Verified:
    return verify.examine(Given(data=data, heads=heads, at=DAY, signature=envelope, **more))[0]


def codes(found: Verified) -> set[str]:
    """The codes of all checks that failed or are unsure."""
    return {check.code for check in found.checks if check.code}


def dependency(**changes: Any) -> Dependency:
    return replace(Dependency(name="acme.other", edition="1.0", sha256="a" * 64, signer=""), **changes)


PUBLIC: keys.PublicKey = MAKER.public
