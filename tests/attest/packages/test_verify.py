"""Verifying packages: whole, honest, vouched for by whom the receiver trusts, and no step back."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from rulewright.attest import dsse
from rulewright.attest.model import Revoked
from rulewright.attest.packages import archive, lock, model, signature, verify
from rulewright.attest.packages.model import Lock, Locked, PackageError
from rulewright.attest.packages.verify import Given
from tests.attest.packages import made
from tests.attest.packages.made import MAKER, PUBLIC, ROOT, SECOND, STRANGER

DATA = made.package()
SIGNED = made.signed(DATA, MAKER)


def test_a_package_signed_by_a_key_given_is_valid() -> None:
    found = made.verified(DATA, SIGNED, keys=(PUBLIC,))
    assert (found.verdict, found.code, found.signers) == ("valid", "", (PUBLIC.id,))
    assert (found.name, found.edition, found.day) == ("acme.base", "1.0", "2026-06-01")


def test_without_signature_or_anybody_trusted_it_is_undecided() -> None:
    unsigned = made.verified(DATA, None, keys=(PUBLIC,))
    assert (unsigned.verdict, unsigned.code) == ("undecided", "RW4210")
    nobody = made.verified(DATA, SIGNED)
    assert (nobody.verdict, nobody.code, nobody.signers) == ("undecided", "RW4021", ())


def test_a_stranger_or_another_package_is_invalid() -> None:
    stranger = made.verified(DATA, made.signed(DATA, STRANGER), keys=(PUBLIC,))
    assert (stranger.verdict, stranger.code) == ("invalid", "RW4020")
    other = made.package(tests=model.Tested(run=False, passed=0))
    assert made.verified(other, SIGNED, keys=(PUBLIC,)).code == "RW4211"


def test_signatures_add_up_and_the_archive_stays() -> None:
    both = made.signed(DATA, SECOND, before=SIGNED)
    assert made.verified(DATA, both, trust=made.trust(threshold=2), anchors=(ROOT.public,)).verdict == "valid"
    few = made.verified(DATA, SIGNED, trust=made.trust(threshold=2))
    assert (few.verdict, few.code) == ("invalid", "RW4028")
    with pytest.raises(PackageError, match="already") as found:
        made.signed(DATA, MAKER, before=both)
    assert found.value.code == "RW4211"


def test_no_byte_of_a_signature_changes_unseen() -> None:
    both = made.signed(DATA, SECOND, before=SIGNED)
    known = (PUBLIC, SECOND.public)
    assert made.verified(DATA, both, keys=known).verdict == "valid"
    for at in range(len(both)):
        changed = both[:at] + bytes([both[at] ^ 1]) + both[at + 1 :]
        assert made.verified(DATA, changed, keys=known).verdict == "invalid", at


def test_another_layout_of_the_envelope_is_refused() -> None:
    found = dsse.decode(SIGNED)
    for envelope in (
        SIGNED + b"\n",
        dsse.encode(replace(found, signatures=(replace(found.signatures[0], keyid=""),))),
        dsse.encode(replace(found, signatures=(replace(found.signatures[0], keyid="a" * 64),))),
        dsse.encode(replace(found, payload_type="text/plain")),
        b"{}",
    ):
        assert made.verified(DATA, envelope, keys=(PUBLIC,)).code == "RW4211"


RULES: dict[str, tuple[dict[str, Any], str]] = {
    "of this pack": ({"standards": ("acme.base",)}, ""),
    "whatever its case": ({"standards": ("ACME.base",)}, ""),
    "of any statement": ({"predicate": "*"}, ""),
    "of other packs": ({"standards": ("acme.other",)}, "RW4026"),
    "of attestations": ({"predicate": "urn:rulewright:attestation:v1"}, "RW4026"),
    "of another role": ({"role": "root"}, "RW4026"),
    "with a time": ({"time": True}, "RW4042"),
    "with a log": ({"log": True}, "RW4026"),
    "with a status list": ({"status": True}, "RW4026"),
    "hybrid": ({"hybrid": True}, "RW4025"),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_of_a_trust_policy(name: str) -> None:
    changes, code = RULES[name]
    found = made.verified(DATA, SIGNED, trust=made.trust(**changes), anchors=(ROOT.public,))
    assert (found.verdict, found.code) == (("invalid", code) if code else ("valid", ""))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": "2026-05-31"}, "RW4022"),
        ({"revoked": Revoked(on="2026-05-01", reason="lost", compromised_since=None)}, "RW4023"),
    ],
)
def test_a_key_that_does_not_count(changes: dict[str, Any], code: str) -> None:
    policy = made.trust(keys_changed=dict([made.listed(MAKER, **changes)]))
    assert made.verified(DATA, SIGNED, trust=policy).code == code


@pytest.mark.parametrize(
    "changes",
    [{"valid_until": "2026-05-31"}, {"revoked": Revoked(on="2026-05-01", reason="lost", compromised_since=None)}],
)
def test_a_key_that_does_not_count_is_no_signer(changes: dict[str, Any]) -> None:
    both = made.signed(DATA, SECOND, before=SIGNED)
    policy = made.trust(keys_changed=dict([made.listed(MAKER, **changes)]))
    found = made.verified(DATA, both, trust=policy)
    assert (found.verdict, found.signers) == ("valid", (SECOND.public.id,))
    assert made.verified(DATA, both, trust=policy, signer=PUBLIC.id).code == "RW4209"
    assert PUBLIC.id in made.verified(DATA, both, trust=policy, keys=(PUBLIC,)).signers  # the user says so


def test_a_key_outside_the_role_is_no_signer() -> None:
    both = made.signed(DATA, ROOT, before=SIGNED)
    assert made.verified(DATA, both, trust=made.trust(), signer=PUBLIC.id).signers == (PUBLIC.id,)
    assert made.verified(DATA, both, trust=made.trust(), signer=ROOT.public.id).code == "RW4209"


def test_a_rule_file_that_cannot_be_read_is_not_passed_over() -> None:
    def no_rules(_: bytes) -> list[tuple[str, str, str]]:
        raise PackageError("RW4204", "it is no rule text")

    found = verify.examine(Given(data=DATA, heads=no_rules, at=made.DAY))[0]
    assert (found.verdict, found.code) == ("invalid", "RW4204")
    for name in ("more.rw", "more.rw.json"):  # neither form is passed over
        files = {**made.FILES, name: b'standard acme.more edition "1.0" {\n}\n'}
        assert made.verified(made.package(files)).code == "RW4204", name


def test_a_trust_policy_that_cannot_be_used() -> None:
    assert made.verified(DATA, SIGNED, trust=b"{}").verdict == "invalid"
    assert made.verified(DATA, SIGNED, trust=made.trust(), anchors=(STRANGER.public,)).code == "RW4030"


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "modules": ({"modules": ()}, "RW4204"),
    "title": ({"title": "Other"}, "RW4204"),
    "dependencies": ({"dependencies": (made.dependency(),)}, "RW4204"),
    "licence": ({"license": "Free for all"}, "RW4205"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_manifest_that_lies(name: str) -> None:
    changes, code = LIES[name]
    data = made.package(**changes)
    found = made.verified(data, made.signed(data, MAKER), keys=(PUBLIC,))
    assert found.verdict == "invalid"
    assert code in made.codes(found)


@pytest.mark.parametrize("name", ["rulewright-pack.toml", "CHANGELOG.md"])
def test_a_file_of_the_author_that_is_missing(name: str) -> None:
    data = made.package({key: value for key, value in made.FILES.items() if key != name})
    assert made.verified(data).code == "RW4204"


def test_a_changelog_of_another_edition() -> None:
    for text in (b"# 1.0.1\n## 1.0\n", b"# 11.0\n", b"no heading\n", b""):
        assert made.verified(made.package({**made.FILES, "CHANGELOG.md": text})).code == "RW4204"
    for text in (b"# [1.0] - 2026-01-01\n", b"v1.0\n====\n", b"# Changes\n\n## Unreleased\n## 1.0\n"):
        assert made.verified(made.package({**made.FILES, "CHANGELOG.md": text})).code == "RW4210"


def entry(**changes: Any) -> Locked:
    found = Locked(
        name="acme.base", edition="1.0", sha256="b" * 64, signature=None, source="x", signers=(), dependencies=()
    )
    return replace(found, **changes)


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (entry(edition="1.1"), "RW4213"),
        (entry(), "RW4213"),
        (entry(edition="1"), "RW4213"),
        (entry(edition="1.0.0"), "RW4213"),
        (entry(sha256=archive.unpack(DATA).sha256), ""),
        (entry(edition="0.9"), ""),
        (entry(name="acme.else"), ""),
    ],
)
def test_a_step_back_is_seen(before: Locked, code: str) -> None:
    assert made.verified(DATA, SIGNED, keys=(PUBLIC,), lock=Lock(packs=(before,))).code == code


def test_dependencies_are_looked_up_in_the_lock() -> None:
    text = (
        made.FILES["rulewright-pack.toml"]
        + f'[[dependencies]]\nname = "acme.other"\nedition = "1.0"\nsha256 = "{"a" * 64}"\nsigner = "{"c" * 64}"\n'.encode()
    )
    needs = made.dependency(signer="c" * 64)
    data = made.package({**made.FILES, "rulewright-pack.toml": text}, dependencies=(needs,))
    good = entry(name="acme.other", sha256="a" * 64, signers=("c" * 64,))
    cases = [(None, ""), (Lock(packs=(good,)), ""), (Lock(packs=()), "RW4209")]
    cases += [
        (Lock(packs=(replace(good, **c),)), "RW4209")
        for c in ({"edition": "2.0"}, {"sha256": "b" * 64}, {"signers": ()})
    ]
    for found, code in cases:
        assert made.verified(data, made.signed(data, MAKER), keys=(PUBLIC,), lock=found).code == code


def test_a_dependency_has_to_be_signed_by_its_signer() -> None:
    found, package = verify.examine(
        Given(data=DATA, heads=made.heads, at=made.DAY, signature=SIGNED, keys=(PUBLIC,), signer=STRANGER.public.id)
    )
    assert package is not None
    assert found.code == "RW4209"


def test_what_is_no_package_is_unreadable() -> None:
    for data, code in ((b"", "RW4201"), (b"PK\x03\x04", "RW4201"), (made.package(edition="?"), "RW4202")):
        found = made.verified(data, SIGNED, keys=(PUBLIC,))
        assert (found.verdict, found.code, found.sha256, found.signers) == ("unreadable", code, "", ())


def test_a_lock_has_one_text_and_no_byte_of_it_changes_unseen() -> None:
    other = entry(name="acme.other", edition="2", dependencies=(made.dependency(name="acme.base", sha256="b" * 64),))
    data = lock.encode([other, entry()])
    assert lock.encode([entry(), other]) == data
    assert [each.name for each in lock.decode(data).packs] == ["acme.base", "acme.other"]
    for at in range(len(data)):
        with pytest.raises(PackageError) as found:
            lock.decode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert found.value.code == "RW4214"


@pytest.mark.parametrize(
    ("packs", "code"),
    [
        ([entry(), entry()], "RW4214"),
        ([entry(name="A")], "RW4214"),
        ([entry(sha256="x")], "RW4214"),
        ([entry(dependencies=(made.dependency(),))], "RW4209"),
        ([entry(dependencies=(made.dependency(),)), entry(name="acme.other")], "RW4209"),
    ],
)
def test_a_lock_that_contradicts_itself(packs: list[Locked], code: str) -> None:
    with pytest.raises(PackageError) as found:
        lock.encode(packs)
    assert found.value.code == code


def test_the_statement_has_one_form() -> None:
    package = archive.unpack(DATA)
    assert signature.statement(package) == signature.statement(archive.unpack(made.package()))
    assert b'"predicateType":"urn:rulewright:pack:v1"' in signature.statement(package)
