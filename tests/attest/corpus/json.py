"""JSON: texts that two programs read differently, or that one of them does not survive."""

from __future__ import annotations

import json

from rulewright.attest import disclosure, dsse, model
from rulewright.attest.canonical import dump
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("json", "JSON")
case = GROUP.case
PARSERS = "duplicate members: last wins in securesystemslib and sigstore"


def appended(text: bytes) -> Inputs:
    """The root's envelope with a further member at its end."""
    return given(make.root_file(make.members()["root.dsse.json"][:-1] + b"," + text + b"}"))


GROUP.each(
    "unreadable",
    "RW4004",
    [
        ("duplicate-payload", "The envelope has `payload` twice.", b'"payload":"e30="'),
        ("duplicate-escaped", "The envelope has `payload` twice, once with an escape.", b'"\\u0070ayload":"e30="'),
        ("duplicate-type", "The envelope has `payloadType` twice.", b'"payloadType":"application/json"'),
        ("duplicate-signatures", "The envelope has `signatures` twice.", b'"signatures":[]'),
        ("duplicate-nested", "A member within another one stands twice.", b'"x":{"a":1,"a":2}'),
        ("nan", "A number is `NaN`.", b'"x":NaN'),
        ("infinity", "A number is `-Infinity`.", b'"x":-Infinity'),
        ("huge-exponent", "A number is 1e400.", b'"x":1e400'),
        ("fraction", "A number is 1.5.", b'"x":1.5'),
        ("integer-2-53", "An integer is 2^53.", b'"x":9007199254740992'),
        ("integer-negative", "An integer is -2^53.", b'"x":-9007199254740992'),
        ("integer-of-5000-digits", "An integer has 5,000 digits.", b'"x":' + b"9" * 5000),
        ("leading-zero", "A number is 01.", b'"x":01'),
        ("plus", "A number is +1.", b'"x":+1'),
        ("hexadecimal", "A number is 0x10.", b'"x":0x10'),
        ("lone-surrogate", "A text holds half a surrogate pair.", b'"x":"\\ud800"'),
        ("swapped-surrogates", "A text holds a surrogate pair in the wrong order.", b'"x":"\\udc00\\ud800"'),
        ("raw-surrogate", "A text holds the bytes of half a surrogate pair.", b'"x":"\xed\xa0\x80"'),
        ("overlong", "A text holds an overlong form of a slash.", b'"x":"\xc0\xaf"'),
        ("latin-1", "A text is in Latin-1.", b'"x":"\xe9"'),
        ("raw-control", "A text holds a raw newline.", b'"x":"\n"'),
        ("raw-nul", "A text holds a raw NUL.", b'"x":"\0"'),
        ("bad-escape", "A text has an escape that is none.", b'"x":"\\x41"'),
        ("single-quotes", "A text is in single quotes.", b"'x':1"),
        ("bare-name", "A name has no quotes.", b"x:1"),
        ("comment", "There is a comment.", b'"x":1/* */'),
        ("trailing-comma", "A comma stands before the end.", b""),
        ("undefined", "A value is `undefined`.", b'"x":undefined'),
        ("deep-65", "65 levels.", b'"x":' + b"[" * 64 + b"]" * 64),
        ("deep-objects", "70 levels of objects.", b'"x":' + b'{"a":' * 70 + b"1" + b"}" * 70),
        ("unbalanced", "More brackets are closed than opened.", b'"x":[]]'),
        ("private-name", "The name of a member holds a character beyond U+D7FF.", '"\ue000":1'.encode()),
    ],
    appended,
    precedent=PARSERS,
)
GROUP.each(
    "unreadable",
    "RW4005",
    [
        ("other-case", "A further member `Payload`, which Go would take for `payload`.", b'"Payload":"e30="'),
        ("prototype", "A further member `__proto__`.", b'"__proto__":{"payload":"e30="}'),
        ("deep-64", "A further member, 64 levels deep, which is the bound.", b'"x":' + b"[" * 63 + b"]" * 63),
        ("largest-integer", "A further member, 2^53-1, which is the bound.", b'"x":9007199254740991'),
    ],
    appended,
    precedent="securesystemslib takes further members",
)


def spoilt(name: str) -> Inputs:
    """The bytes of the root's envelope changed as a whole."""
    data = make.members()["root.dsse.json"]
    plain = json.loads(data)
    changed = {
        "byte-order-mark": b"\xef\xbb\xbf" + data,
        "utf-16": data.decode().encode("utf-16"),
        "utf-16-le": data.decode().encode("utf-16-le"),
        "utf-32": data.decode().encode("utf-32"),
        "trailing-object": data + data,
        "trailing-nul": data + b"\0",
        "trailing-brace": data + b"}",
        "json-lines": b"\n".join((data, data)),
        "cut-off": data[:-1],
        "only-white-space": b" \n ",
        "empty": b"",
        "no-break-space": b"\xc2\xa0" + data,
        "form-feed": b"\x0c" + data,
        "in-a-list": b"[" + data + b"]",
        "null": b"null",
        "keyid-half-surrogate": json.dumps({**plain, "signatures": [{"sig": "AA==", "keyid": "\ud83d"}]}).encode(),
        "signature-member-twice": data.replace(b'"sig":', b'"sig":"AA==","sig":', 1),
    }
    return given(make.root_file(changed[name]))


GROUP.each(
    "unreadable",
    "RW4004",
    [(name, text, name) for name, text in (
        ("byte-order-mark", "The envelope begins with a byte order mark."),
        ("utf-16", "The envelope is in UTF-16."),
        ("utf-16-le", "The envelope is in UTF-16 without a mark."),
        ("utf-32", "The envelope is in UTF-32."),
        ("trailing-object", "A second envelope follows."),
        ("trailing-nul", "A NUL follows."),
        ("trailing-brace", "A brace follows."),
        ("json-lines", "Two envelopes stand on two lines."),
        ("cut-off", "The last brace is missing."),
        ("only-white-space", "The envelope is white space."),
        ("empty", "The envelope is empty."),
        ("no-break-space", "A no-break space stands before the envelope."),
        ("form-feed", "A form feed stands before the envelope."),
        ("keyid-half-surrogate", "A key id is half a surrogate pair."),
        ("signature-member-twice", "A signature has `sig` twice."),
    )],
    spoilt,
    precedent=PARSERS,
)  # fmt: skip
GROUP.each(
    "unreadable",
    "RW4005",
    [("in-a-list", "The envelope stands in a list.", "in-a-list"), ("null", "The envelope is `null`.", "null")],
    spoilt,
)


def respelled(name: str) -> Inputs:
    """The root's payload in another spelling of the same or nearly the same values, signed again."""
    data = make.root_bytes()
    plain = json.loads(data)
    changed = {
        "payload-white-space": json.dumps(plain, sort_keys=True).encode(),
        "payload-order": json.dumps(plain, separators=(",", ":")).encode().replace(b'{"_type"', b'{ "_type"'),
        "payload-reversed": json.dumps(dict(reversed(plain.items())), separators=(",", ":")).encode(),
        "payload-escape": data.replace(b'"gate":', b'"\\u0067ate":'),
        "payload-slash-escape": data.replace(b"https://in-toto.io", b"https:\\/\\/in-toto.io"),
        "payload-duplicate-predicate": data[:-1] + b',"predicate":' + dump(plain["predicate"]) + b"}",
        "payload-duplicate-gate": data.replace(b'"gate":"fail"', b'"gate":"pass","gate":"fail"'),
        "payload-fraction": data.replace(b'"leaves":6', b'"leaves":6.0'),
        "payload-exponent": data.replace(b'"leaves":6', b'"leaves":6e0'),
        "payload-minus-zero": data.replace(b'"error":0', b'"error":-0'),
        "payload-large": data.replace(b'"leaves":6', b'"leaves":9007199254740993'),
        "payload-byte-order-mark": b"\xef\xbb\xbf" + data,
        "payload-newline": data + b"\n",
        "payload-nan": data.replace(b'"leaves":6', b'"leaves":NaN'),
        "payload-half-surrogate": data.replace(b'"camera"', b'"camera\\ud800"'),
        "payload-deep": b"[" * 65 + b"]" * 65,
        "payload-empty": b"",
        "payload-no-json": b"all is well",
        "payload-utf-16": data.decode().encode("utf-16"),
        "payload-raw-delete-escape": data.replace(b'"camera"', b'"camera\\u007f"'),
    }
    return given(make.payload(changed[name]))


GROUP.each(
    "invalid",
    "RW4004",
    [(name, text, name) for name, text in (
        ("payload-white-space", "The payload has white space."),
        ("payload-order", "The payload has one space."),
        ("payload-reversed", "The members of the payload are in another order."),
        ("payload-escape", "A name in the payload is written with an escape."),
        ("payload-slash-escape", "A slash in the payload is escaped."),
        ("payload-duplicate-predicate", "The payload has `predicate` twice."),
        ("payload-duplicate-gate", "The predicate has `gate` twice, first as `pass`."),
        ("payload-fraction", "A count is 6.0."),
        ("payload-exponent", "A count is 6e0."),
        ("payload-minus-zero", "A count is -0."),
        ("payload-large", "A count is 2^53+1."),
        ("payload-byte-order-mark", "The payload begins with a byte order mark."),
        ("payload-newline", "The payload ends with a newline."),
        ("payload-nan", "A count is `NaN`."),
        ("payload-half-surrogate", "A name ends with half a surrogate pair."),
        ("payload-deep", "The payload is 65 levels deep."),
        ("payload-empty", "The payload is empty."),
        ("payload-no-json", "The payload is no JSON."),
        ("payload-utf-16", "The payload is in UTF-16."),
        ("payload-raw-delete-escape", "U+007F is written as an escape, which RFC 8785 does not."),
    )],
    respelled,
    precedent=PARSERS,
)  # fmt: skip


@case("invalid", "RW4012")
def predicate_prototype() -> Inputs:
    """The predicate has a member `__proto__`."""
    return given(make.predicate(__proto__={"gate": "pass"}))


@case("invalid", "RW4012")
def predicate_further_member() -> Inputs:
    """The predicate has a member that the model does not have."""
    return given(make.predicate(note="all is well"))


@case("invalid", "RW4012")
def predicate_missing_member() -> Inputs:
    """A member that may be `null` is left out."""
    return given(make.resigned(lambda plain: plain["predicate"].pop("supersedes")))


@case("invalid", "RW4012")
def count_as_text() -> Inputs:
    """A count is a text."""
    return given(make.resigned(lambda plain: plain["predicate"]["results"].update(leaves="6")))


@case("invalid", "RW4012")
def count_as_truth() -> Inputs:
    """A count is `true`."""
    return given(make.resigned(lambda plain: plain["predicate"]["verdicts"][0].update(error=True)))


@case("invalid", "RW4012")
def truth_as_count() -> Inputs:
    """The gate is a truth value."""
    return given(make.predicate(gate=True))


@case("invalid", "RW4060", precedent=PARSERS)
def results_twice() -> Inputs:
    """The signer commits to results with a member that stands twice."""
    data = make.members()["results.json"]
    return given(_committed(data[:-1] + b',"results":[]}'))


@case("invalid", "RW4060")
def results_with_white_space() -> Inputs:
    """The signer commits to results with white space."""
    return given(_committed(json.dumps(json.loads(make.members()["results.json"])).encode()))


def _committed(data: bytes) -> bytes:
    """The bundle with other bytes as its results, to which the root commits."""
    commitment = disclosure.blinded(good.SEED, "results", data)
    return make.resigned(
        lambda plain: plain["predicate"]["results"].update(commitment=commitment), extra={"results.json": data}
    )


@case("invalid", "RW4061")
def rows_with_white_space() -> Inputs:
    """The rows are the same, with white space."""
    data = json.dumps(json.loads(make.members()["rows.json"])).encode()
    return given(make.pack({"rows.json": data}))


@case("invalid", "RW4069")
def seed_with_white_space() -> Inputs:
    """The seed is the same, with white space."""
    return given(make.pack({"seed.json": make.members()["seed.json"] + b"\n"}))


@case("invalid", "RW4030", precedent=PARSERS)
def trust_policy_member_twice() -> Inputs:
    """The trust policy has `rules` twice, signed by its anchor."""
    data = dsse.decode(good.trust_file()).payload
    return given(make.pack({}), trust=t.sealed(data[:-1] + b',"rules":[]}', ("anchor",), model.TRUST_TYPE))


@case("invalid", "RW4030")
def trust_policy_role_prototype() -> Inputs:
    """A rule of the trust policy asks for the role `constructor`, which every object of some languages has."""
    return given(make.pack({}), trust=make.ruled(role="constructor"))


@case("invalid", "RW4030")
def trust_policy_key_prototype() -> Inputs:
    """A role of the trust policy names the key `__proto__`."""
    change = make.trusting(lambda plain: plain["roles"]["manufacturer"].update(keys=["__proto__"]))
    return given(make.pack({}), trust=change)


@case("invalid", "RW4053", precedent=PARSERS)
def status_list_member_twice() -> Inputs:
    """The status list has `entries` twice."""
    data = dsse.decode(good.status_list()).payload
    twice = data.replace(b'"entries":[]', b'"entries":[],"entries":[]')
    return given(make.pack({}), statuses=(t.sealed(twice, ("status",), model.STATUS_TYPE),))


@case("invalid", "RW4068", precedent=PARSERS)
def vsa_member_twice() -> Inputs:
    """The verification summary says `FAILED`, and then `PASSED`."""
    mark = b'"verificationResult":"FAILED"'
    return given(make.statement("vsa", make.derived("vsa").replace(mark, mark + b"," + mark.replace(b"FAIL", b"PASS"))))


@case("invalid", "RW4068")
def vsa_with_white_space() -> Inputs:
    """The verification summary is the same, with white space."""
    return given(make.statement("vsa", json.dumps(json.loads(make.derived("vsa"))).encode()))


@case("invalid", "RW4067", precedent=PARSERS)
def vsa_envelope_member_twice() -> Inputs:
    """The envelope of the verification summary has `payload` twice."""
    data = make.members()["statements/vsa.dsse.json"]
    return given(make.pack({"statements/vsa.dsse.json": data[:-1] + b',"payload":"e30="}'}))


@case("invalid", "RW4030", precedent=PARSERS)
def trust_policy_envelope_member_twice() -> Inputs:
    """The envelope of the trust policy has `payload` twice."""
    return given(make.pack({}), trust=good.trust_file()[:-1] + b',"payload":"e30="}')
