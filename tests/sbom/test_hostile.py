"""Input made to break readers: every answer is a document or a diagnostic, never an exception, never silence."""

import gzip
import json
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.types import State
from rulewright.sbom import Document, accounting, read
from rulewright.sbom.cyclonedx_model import LONG, Bom
from rulewright.sbom.decoding import Decoded, decode
from rulewright.sbom.findings import Findings
from rulewright.sbom.spdx2_model import Spdx
from tests.sbom.samples import WRONG, check, dumps, full, places, replaced

CDX = {"bomFormat": "CycloneDX", "specVersion": "1.6"}
SPDX = {"spdxVersion": "SPDX-2.3"}
MODELS = {"cyclonedx": {**full(Bom), **CDX}, "spdx": {**full(Spdx), **SPDX}}
PLACES = [(name, path) for name, doc in MODELS.items() for path in places(doc) if 0 < len(path) <= 5]


def refused(data: bytes) -> str:
    found = read(data, "hostile.json")
    assert isinstance(found, tuple)
    assert found
    assert all(d.is_error and d.message and d.source == "hostile.json" for d in found)
    return found[0].code


def codes(document: Document) -> set[str]:
    document.judge_semantics()  # decodes what is held back
    return {d.code for d in document.findings}


def tail(fields: str) -> bytes:
    return ('{"bomFormat":"CycloneDX","specVersion":"1.6",' + fields + "}").encode()


def components(*items: str) -> bytes:
    return tail('"components":[' + ",".join(items) + "]")


def json_of(name: str) -> str:
    return '{"name":"' + name + '"}'


def document(data: bytes) -> Document:
    found = read(data, "sample.json")
    assert isinstance(found, Document), found
    return found


@pytest.mark.parametrize("model", MODELS)
def test_a_document_with_every_field_has_no_findings(model: str) -> None:
    found = check(dumps(MODELS[model]))
    assert found is not None
    assert found.findings == ()


@given(place=st.sampled_from(PLACES), wrong=st.sampled_from(WRONG))
def test_a_wrong_type_anywhere_is_survived(place: tuple[str, tuple[str | int, ...]], wrong: object) -> None:
    model, path = place
    check(dumps(replaced(MODELS[model], path, wrong)))


def test_a_wrong_type_in_every_typed_field_is_a_finding() -> None:
    for model, path in PLACES:
        value: Any = MODELS[model]
        for step in path:
            value = value[step]
        if value == [] or isinstance(value, dict) or path[-1] in {"url", "tools", "spdxVersion"}:
            continue
        wrong = {"name": 1} if not isinstance(value, list) else {}
        found = read(dumps(replaced(MODELS[model], path, wrong)), "sample.json")
        assert isinstance(found, Document), path
        assert "RW1010" in codes(found), path
        assert any(d.pointer for d in found.findings if d.code == "RW1010"), path


@pytest.mark.parametrize("model", MODELS)
def test_truncation_at_any_byte_is_a_diagnostic(model: str) -> None:
    data = dumps(MODELS[model])
    for end in range(0, len(data), 7):
        assert refused(data[:end]) in {"RW1002", "RW1007"}


def test_the_place_of_the_break_is_given() -> None:
    found = read(b'{"bomFormat": "CycloneDX",\n "components": [}', "x")
    assert isinstance(found, tuple)
    assert found[0].offset == 43
    assert "line 2, column 17" in found[0].message


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "01", "+1", "1.", "tru", "'a'", "\\"])
def test_what_is_no_json_is_refused(word: str) -> None:
    assert refused(tail('"x":' + word)) == "RW1002"
    assert refused(components('{"name":' + word + "}")) == "RW1002"


@pytest.mark.parametrize(
    "opener",
    [b"[", b'{"a":', b'{"bomFormat":"CycloneDX","x":[', b'{"bomFormat":"CycloneDX","components":[{"components":[{"a":'],
)
def test_nesting_is_answered_at_once(opener: bytes) -> None:
    data = opener + opener[-5:] * 0 + b"[" * 5_000_000
    assert refused(data) in {"RW1002", "RW1005"}


def test_components_in_components_are_bounded() -> None:
    text = '{"name":"a"}'
    for _ in range(199):
        text = '{"name":"a","components":[' + text + "]}"
    assert document(components(text)).tables["component"].rows == 200
    for _ in range(5):
        text = '{"name":"a","components":[' + text + "]}"
    assert refused(components(text)) == "RW1005"


@pytest.mark.parametrize(
    "escape", [r"\ud800", r"\udc00", r"\ud800\u0041", r"\udc00\ud800", r"a\ud83d", r"\ud83d\ud83d\ude00"]
)
def test_half_a_surrogate_pair_is_refused(escape: str) -> None:
    assert refused(components(json_of(name=escape))) in {"RW1004", "RW1002"}
    assert refused(components('{"evidence":["' + escape + '"]}')) in {"RW1004", "RW1002"}


@pytest.mark.parametrize("text", [r"\ud83d\ude00", r"\\ud800", r"\u0026", "é", "\U0001f600", r"\u00e9"])
def test_other_escapes_are_read(text: str) -> None:
    found = document(components(json_of(name=text)))
    assert found.tables["component"].column("name").values == [json.loads(f'"{text}"')]
    assert found.findings == ()


def test_bytes_that_are_no_utf8_are_refused_with_their_place() -> None:
    data = components('{"name":"a"}').replace(b'a"}', b'\xff"}')
    found = read(data, "x")
    assert isinstance(found, tuple)
    assert (found[0].code, found[0].offset) == ("RW1004", data.index(b"\xff"))


@given(st.integers(0, 40_000))
def test_utf8_is_checked_across_pieces(shift: int) -> None:
    good = components(json_of(name="a" * shift + "é" * 10))
    assert isinstance(read(good, "x"), Document)
    assert refused(good.replace("é".encode(), b"\xc3", 1)) == "RW1004"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_are_told_by_their_bytes(encoding: str) -> None:
    text = components('{"name":"é"}').decode()
    assert document(text.encode(encoding)).tables["component"].column("name").values == ["é"]


def test_gzip_is_read_and_bounded() -> None:
    plain = components('{"name":"a"}')
    packed = gzip.compress(plain)
    assert document(packed).tables["component"].rows == 1
    assert document(gzip.compress(plain[:20]) + gzip.compress(plain[20:])).tables["component"].rows == 1
    assert refused(packed[:-9]) == "RW1009"
    assert refused(packed[:12] + b"\xff" * 20) == "RW1009"
    assert refused(packed + b"rest") == "RW1009"


def test_a_gzip_bomb_is_refused() -> None:
    packer = zlib.compressobj(9, wbits=31)
    zeros = b" " * (1 << 20)
    data = b"".join(packer.compress(zeros) for _ in range(64)) + packer.flush()
    inner = gzip.compress(data)
    assert refused(data) in {"RW1003", "RW1007"}
    assert refused(inner) in {"RW1003", "RW1004"}


@pytest.mark.parametrize("key", ["name", "version", "purl", "bom-ref"])
def test_a_key_given_twice_is_never_settled_in_silence(key: str) -> None:
    column = {"bom-ref": "id"}.get(key, key)
    found = document(components(f'{{"{key}":"a","{key}":"b"}}'))
    assert codes(found) == {"RW1011"}
    assert found.findings[0].pointer == f"/components/0/{key}"
    assert found.tables["component"].column(column).at(0) == (State.CONFLICTING, None)
    same = document(components(f'{{"{key}":"a","{key}":"a"}}'))
    assert codes(same) == {"RW1012"}
    assert same.tables["component"].column(column).at(0) == (State.KNOWN, "a")


@pytest.mark.parametrize(
    "spoiled",
    [
        '{"name":"a","hashes":[{"alg":"MD5","content":"0","content":"1"}]}',
        '{"name":"a","licenses":[{"license":{"id":"MIT","id":"GPL-2.0-only"}}]}',
        '{"name":"a","supplier":{"name":"a","name":"b"}}',
        '{"name":"a","properties":[{"name":"a","value":"1","value":"2"}]}',
        '{"name":"a","components":[{"name":"b","name":"c"}]}',
        '{"name":"a","n\\u0061me":"b"}',
        '{"name":"a","colour":1,"licenses":[{"license":{"id":"MIT","id":"GPL-2.0-only"}}]}',
        '{"name":"a","externalReferences":[{"type":"vcs","url":"a","url":"b"}]}',
        '{"name":"a","name":"a","externalReferences":[{"type":"vcs","url":"a","url":"b"}]}',
        '{"name" \t:"a","name"\n:"b"}',
        '{"name":"a","name":"b","description":"\\\\u0026 \\\\\\":"}',
    ],
)
def test_a_key_given_twice_is_found_at_any_depth(spoiled: str) -> None:
    assert "RW1011" in codes(document(components(spoiled)))
    assert "RW1011" in codes(document(components(*['{"name":"x"}'] * 50, spoiled, *['{"name":"y"}'] * 50)))


def test_lists_given_twice_are_joined_and_reported() -> None:
    data = b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"a"}],"components":[{"name":"b"}]}'
    found = document(data)
    assert codes(found) == {"RW1011"}
    assert found.tables["component"].column("name").values == ["a", "b"]
    assert found.receipt[0] == ("components", 2, 2)


@given(pad=st.integers(0, 30), space=st.sampled_from([" ", "\n", "\t", ""]), pretty=st.booleans())
def test_a_doubled_key_cannot_hide_behind_white_space(pad: int, space: str, *, pretty: bool) -> None:
    inner = '{"name":"a","name":"b","description":"' + r"\u0026" * pad + '"}'
    data = components(*['{"name":"x","purl":"pkg:npm/x"}'] * 3, inner)
    if pretty:
        data = data.replace(b",", b"," + space.encode() * 5)
    assert "RW1011" in codes(document(data))


def test_escapes_cannot_pay_for_a_doubled_key() -> None:
    # without care, five bytes for each escape kept undecoded pay for the four that a spelled backslash saves
    for raw in range(1, 12):
        for spelled in range(1, 12):
            for extra in range(12):
                kept = '"evidence":["' + r"\u0026" * raw + '"]'
                name = f'"name":"{"x" * extra}","name":"b' + r"\u005cu0026" * spelled + '"'
                assert "RW1011" in codes(document(components("{" + name + "," + kept + "}")))


def test_the_encoder_writes_every_character_as_the_accounting_expects() -> None:
    for code in [*range(0x900), 0x2028, 0xFFFD]:
        assert len(msgspec.json.encode(chr(code))) - 2 == accounting.width(code), hex(code)
    assert len(msgspec.json.encode("\U0001f600")) - 2 == 2 * accounting.width(0xD83D)


@given(st.text(alphabet='\\\\/u0026é"\\n', max_size=40), st.integers(8150, 8200))
def test_escapes_are_measured_alike_wherever_the_copies_are_cut(text: str, shift: int) -> None:
    value = ["a" * shift + text]
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps(value).replace("/", r"\/")):
        assert accounting.item_balanced(value, written.encode()), written[-60:]
        assert not accounting.item_balanced(value, written.replace("aa", "aaa", 1).encode())


@pytest.mark.parametrize("style", ["ascii", "pretty", "jackson", "go", "php"])
def test_other_writers_documents_are_read_the_fast_way(style: str) -> None:
    value = {
        **CDX,
        "components": [{"name": "é/&<", "version": "1\n", "purl": "pkg:npm/a?b=c&d=e", "description": "\U0001f600\x01"}]
        * 400,
    }
    text = {
        "ascii": json.dumps(value),
        "pretty": json.dumps(value, indent=2, ensure_ascii=False),
        "jackson": json.dumps(value, indent=2, separators=(",", " : ")),
        "go": json.dumps(value, ensure_ascii=False).replace("&", r"\u0026").replace("<", r"\u003c"),
        "php": json.dumps(value).replace("/", r"\/"),
    }[style]
    decoded = decode(text.encode(), Bom, LONG, Findings("x"))
    assert isinstance(decoded, Decoded)
    assert decoded.whole


def test_unknown_fields_are_noted_with_their_place() -> None:
    found = document(components('{"name":"a","colour":"red"}'))
    assert [(d.code, d.pointer, d.severity) for d in found.findings] == [("RW1013", "/components/0/colour", "note")]


def test_many_findings_of_one_kind_are_counted() -> None:
    found = document(components(*['{"name":1}'] * 500))
    assert [d.message for d in found.findings if d.code == "RW1016"] == ["400 more findings `RW1010` are not listed"]
    assert found.tables["component"].column("name").codes.tolist() == [State.MALFORMED] * 500


def test_a_container_of_the_wrong_type_is_a_finding() -> None:
    for value in ("{}", "1", '"x"', "true", "null"):
        found = document(tail('"components":' + value))
        assert codes(found) == {"RW1010"}
        assert found.tables["component"].rows == 0


def test_an_item_that_is_no_object_keeps_its_row() -> None:
    found = document(components('"x"', '{"name":"a"}', "null"))
    assert found.tables["component"].column("name").codes.tolist() == [State.MALFORMED, 0, State.MALFORMED]


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    check(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "components", "hashes", "licenses", "license", "id", "supplier", "metadata", "dependencies", "ref", "dependsOn", "component", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(MODELS["cyclonedx"])), json_values))
def test_any_values_are_answered(values: dict[str, object]) -> None:
    data = msgspec.json.encode({**values, **CDX})
    found = read(data, "x")
    assert isinstance(found, Document)
    assert all(counted == stored for _, counted, stored in found.receipt)


@pytest.mark.parametrize(
    "data",
    [
        b"#\n" * 120_000,
        b"<" + b"<Document" * 25_000,
        b"<" * 250_000,
        b"\n \n" * 80_000 + b"x",
        b"<?xml version='1.0'?>" + b"<!--" * 60_000,
        b"%PDF" + b" " * 250_000,
    ],
)
def test_odd_texts_are_answered_in_linear_time(data: bytes) -> None:
    assert refused(data) in {"RW1006", "RW1007"}


@pytest.mark.parametrize(
    "text", [" " * 100_000, "(" * 100_000, "a (" * 50_000 + ")", "-" * 100_000, "Person:" * 20_000]
)
def test_odd_names_are_read_in_linear_time(text: str) -> None:
    info = {"creators": [text, "Tool: " + text], "comment": "SBOM type" + text, "created": text}
    package = {"SPDXID": text, "name": text, "supplier": text, "licenseDeclared": text, "versionInfo": text}
    check(dumps({**SPDX, "creationInfo": info, "packages": [package]}))
    check(dumps({**CDX, "components": [{"name": text, "purl": text, "cpe": text, "licenses": [{"expression": text}]}]}))


def test_many_entries_of_one_component_are_joined_in_linear_time() -> None:
    entries = [{"ref": "a", "dependsOn": [f"x{i}"]} for i in range(20_000)]
    found = document(dumps({**CDX, "components": [{"name": "a", "bom-ref": "a"}], "dependencies": entries}))
    assert found.tables["component"].column("dependency_count").at(0) == (State.KNOWN, 20_000)
