"""Trusted time: only a granted token over a signature, by a trusted authority, within its certificate's validity, counts."""

from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.attest import limits
from rulewright.attest.encoding import to_base64
from rulewright.attest.model import Tsa
from rulewright.attest.time import Refused, Stamped, Token, imprint, judge, query, stamped
from tests.attest import tsa
from tests.attest.tsa import Authority, OpenSsl, made

SIGNATURE = b"the bytes of a signature"
IMPRINTS = {imprint(SIGNATURE): "key one", imprint(b"another"): "key two"}
NOON = "2026-11-22T12:00:00Z"


@pytest.fixture
def good() -> Authority:
    return tsa.authority()


def code(response: bytes, *authorities: Tsa) -> str:
    """The code of a refusal; empty for a good token."""
    found = judge(response, IMPRINTS, authorities)
    return found.code if isinstance(found, Refused) else ""


def test_a_good_token_tells_time_authority_and_key(good: Authority) -> None:
    assert judge(good.reply(SIGNATURE, NOON), IMPRINTS, [good.tsa]) == Token(NOON, "Test TSA", "key one")
    assert judge(good.reply(b"another", NOON), IMPRINTS, [good.tsa]) == Token(NOON, "Test TSA", "key two")


def test_both_ends_of_the_validity_are_included(good: Authority) -> None:
    short = made(
        "short", good.root, first="2026-01-01T00:00:00Z", last="2026-12-31T23:59:59Z", purposes=tsa.STAMPING, serial=3
    )
    own = Authority(good.root, short)
    answers = {
        "2025-12-31T23:59:59Z": "RW4044",
        "2026-01-01T00:00:00Z": "",
        "2026-12-31T23:59:58Z": "",
        "2026-12-31T23:59:59Z": "",
        "2027-01-01T00:00:00Z": "RW4044",
    }
    assert {time: code(own.reply(SIGNATURE, time), own.tsa) for time in answers} == answers


def test_the_last_second_of_the_root_is_included_and_the_next_is_not() -> None:
    root = made("root", last="2026-06-30T23:59:59Z")
    own = Authority(root, made("signer", root, purposes=tsa.STAMPING, serial=2))
    assert code(own.reply(SIGNATURE, "2026-06-30T23:59:59Z"), own.tsa) == ""
    assert code(own.reply(SIGNATURE, "2026-07-01T00:00:00Z"), own.tsa) == "RW4043"


def test_a_certificate_that_ended_before_the_token_is_not_let_in_by_the_last_second() -> None:
    root = made("root", last="2026-06-30T23:59:58Z")
    signer = made("signer", root, last="2026-06-30T23:59:59Z", purposes=tsa.STAMPING, serial=2)
    own = Authority(root, signer)
    assert code(own.reply(SIGNATURE, "2026-06-30T23:59:59Z"), own.tsa) == "RW4043"


def test_a_token_over_other_bytes_does_not_count(good: Authority) -> None:
    assert code(good.reply(b"a third"), good.tsa) == "RW4043"
    assert code(good.reply(SIGNATURE, algorithm="2.16.840.1.101.3.4.2.3"), good.tsa) == "RW4043"
    assert code(good.reply(SIGNATURE, digest=imprint(SIGNATURE)[:20]), good.tsa) == "RW4043"


def test_another_authority_does_not_count(good: Authority) -> None:
    root = made("Test TSA root", secret="another")  # the same name, another key
    other = Authority(root, made("Test TSA", root, purposes=tsa.STAMPING, serial=2), "Other")
    assert code(good.reply(SIGNATURE), other.tsa) == "RW4043"
    assert code(good.reply(SIGNATURE)) == "RW4043"
    assert judge(good.reply(SIGNATURE, NOON), IMPRINTS, [other.tsa, good.tsa]) == Token(NOON, "Test TSA", "key one")


@pytest.mark.parametrize("status", range(1, 6))
def test_what_was_not_granted_does_not_count(good: Authority, status: int) -> None:
    found = judge(good.reply(SIGNATURE, status=status), IMPRINTS, [good.tsa])
    assert found == Refused("RW4043", "the authority did not grant it")


@pytest.mark.parametrize(
    "purposes",
    [(), (ExtendedKeyUsageOID.CODE_SIGNING,), (*tsa.STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)],
    ids=["none", "another", "two"],
)
def test_a_certificate_for_anything_else_does_not_count(good: Authority, purposes: tuple[object, ...]) -> None:
    own = Authority(good.root, made("x", good.root, purposes=purposes, serial=4))  # type: ignore[arg-type]  # purposes
    assert code(own.reply(SIGNATURE), own.tsa) == "RW4043"


def test_a_purpose_that_is_not_critical_does_not_count(good: Authority) -> None:
    own = Authority(good.root, made("x", good.root, purposes=tsa.STAMPING, critical=False, serial=4))
    assert code(own.reply(SIGNATURE), own.tsa) == "RW4043"


def test_a_certificate_of_the_signers_name_cannot_lend_its_purpose(good: Authority) -> None:
    """A certificate for any purpose signs the token; a forged certificate beside it, of the same issuer and number, is for time stamping.

    The library compares names exactly and OpenSSL without regard to case, so each of them may look at another of the two.
    """
    signer = made("code", good.root, serial=9)
    info = tsa.tst_info(imprint(SIGNATURE), NOON)
    for issuer in ("Test TSA root", "TEST TSA ROOT", "Test  TSA root"):
        false_root = made(issuer, secret="false")
        for common in ("a", "a" * 40):  # the longer certificate is the later one
            forged = made(common, false_root, purposes=tsa.STAMPING, serial=9)
            held = sorted((signer.der, forged.der))
            token = tsa.signed(info, signer, held, issuer=forged.certificate.issuer)
            assert code(tsa.seq(tsa.seq(tsa.integer(0)), token), good.tsa) == "RW4043"


def test_a_token_that_names_another_certificate_as_its_signers_does_not_count(good: Authority) -> None:
    info = tsa.tst_info(imprint(SIGNATURE), NOON)
    for named, expected in ((good.signer.der, ""), (good.root.der, "RW4043")):
        token = tsa.signed(info, good.signer, [good.signer.der], named=named)
        assert code(tsa.seq(tsa.seq(tsa.integer(0)), token), good.tsa) == expected


def test_a_fraction_of_a_second_is_cut(good: Authority) -> None:
    for time in ("2026-11-22T12:00:00.5Z", tsa.LAST.replace("Z", ".5Z")):
        found = judge(good.reply(SIGNATURE, time), IMPRINTS, [good.tsa])
        assert found == Token(time.replace(".5", ""), "Test TSA", "key one")


def test_further_certificates_beside_the_signers_do_no_harm(good: Authority) -> None:
    own = Authority(good.root, good.signer, embed=(made("Elsewhere", serial=11),))
    assert code(own.reply(SIGNATURE), own.tsa) == ""


def test_a_certificate_between_may_come_with_the_token() -> None:
    root = made("top")
    signer = made("signer", root, purposes=tsa.STAMPING, serial=2)
    own = Authority(root, signer, embed=(root,))
    assert code(own.reply(SIGNATURE), own.tsa) == ""
    assert code(own.reply(SIGNATURE), made_only(signer)) == "RW4043", "the self-signed one must be trusted"


def made_only(pair: tsa.Pair) -> Tsa:
    return Tsa(name="leaf", certificates=(to_base64(pair.der),))


def test_without_a_certificate_in_the_token_that_of_the_trust_policy_is_taken(good: Authority) -> None:
    bare = good.reply(SIGNATURE, NOON, embedded=False)
    assert code(bare, good.tsa) == "RW4043"
    both = Tsa(name="both", certificates=(to_base64(good.root.der), to_base64(good.signer.der)))
    assert judge(bare, IMPRINTS, [both]) == Token(NOON, "both", "key one")


def test_what_is_no_certificate_is_not_trusted(good: Authority) -> None:
    for text in ("", "AAAA", "not base64!", to_base64(good.root.der)[:-8]):
        assert code(good.reply(SIGNATURE), Tsa(name="x", certificates=(text,))) == "RW4043"
    mixed = Tsa(name="x", certificates=("AAAA", to_base64(good.root.der), to_base64(good.root.der)))
    assert code(good.reply(SIGNATURE), mixed) == ""


def test_a_bad_signature_does_not_count_at_any_time(good: Authority) -> None:
    for time in (NOON, tsa.FIRST, tsa.LAST, "2100-01-01T00:00:00Z", "1999-01-01T00:00:00Z"):
        assert code(good.reply(SIGNATURE, time, spoil=True), good.tsa) == "RW4043"


def test_what_is_cut_off_or_huge_or_followed_by_more_does_not_count(good: Authority) -> None:
    whole = good.reply(SIGNATURE)
    for end in range(0, len(whole), 7):
        assert code(whole[:end], good.tsa) == "RW4043"
    assert code(whole + b"\x00", good.tsa) == "RW4043"
    huge = judge(whole + bytes(limits.TOKEN), IMPRINTS, [good.tsa])
    assert huge == Refused("RW4043", f"it has more than {limits.TOKEN:,} bytes")


@settings(max_examples=300)
@given(st.data())
def test_no_spoilt_token_raises_or_tells_another_time(data: st.DataObject) -> None:
    good = tsa.authority()
    whole = bytearray(good.reply(SIGNATURE, NOON))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = judge(bytes(whole), IMPRINTS, [good.tsa])
    assert isinstance(found, Refused) or found == Token(NOON, "Test TSA", "key one")


def test_what_a_reply_says_before_anybody_is_trusted(good: Authority) -> None:
    assert stamped(good.reply(SIGNATURE, NOON), IMPRINTS) == Stamped(NOON, "key one", 1)
    assert stamped(good.reply(SIGNATURE, NOON, embedded=False), IMPRINTS) == Stamped(NOON, "key one", 0)
    assert isinstance(stamped(good.reply(b"a third"), IMPRINTS), Refused)


def test_without_the_library_nothing_can_be_told(good: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    found = judge(b"", IMPRINTS, [good.tsa])
    assert isinstance(found, Refused)
    assert found.code == "RW4104"
    assert "rulewright[signers]" in found.text


def test_the_query_is_the_one_that_the_library_would_ask() -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    asked = TimestampRequestBuilder(data=SIGNATURE, hash_algorithm=HashAlgorithm.SHA256, nonce=False, cert_req=True)
    assert query(imprint(SIGNATURE)) == asked.build().as_bytes()
    with pytest.raises(ValueError, match="32 bytes"):
        query(b"short")


def test_openssl_answers_our_query_and_takes_our_authoritys_token(tmp_path: Path) -> None:
    openssl = OpenSsl(tmp_path / "tsa")
    asked = query(imprint(SIGNATURE))
    response = openssl.reply(asked)
    found = judge(response, IMPRINTS, [openssl.authority.tsa])
    assert isinstance(found, Token)
    assert found.key == "key one"
    assert openssl.verifies(asked, response)
    assert openssl.verifies(asked, openssl.authority.reply(SIGNATURE, NOON))


def test_certificates_out_of_order_are_told_apart(tmp_path: Path) -> None:
    """`openssl ts` embeds a chain in the order of its file; where that is not the order of DER, the response is not taken."""
    openssl = OpenSsl(tmp_path / "tsa")
    response = openssl.reply(query(imprint(SIGNATURE)), "-chain", "root.pem")
    found = judge(response, IMPRINTS, [openssl.authority.tsa])
    assert isinstance(found, Token) or "embed its own certificate only" in found.text
    signer, root = openssl.authority.signer, openssl.authority.root
    info = tsa.tst_info(imprint(SIGNATURE), NOON)
    held = sorted([signer.der, root.der])
    for order, expected in ((held, ""), (held[::-1], "RW4043")):
        token = tsa.signed(info, signer, order, ordered=False)
        assert code(tsa.seq(tsa.seq(tsa.integer(0)), token), openssl.authority.tsa) == expected
