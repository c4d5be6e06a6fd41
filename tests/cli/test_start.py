"""What the start of a run leaves out, and that nobody can tell."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from rulewright.cli import facts_file
from rulewright.diagnostics import Diagnostic

STANDS_IN = """
import sys
from rulewright.cli import main
main._lighten()
assert "msgspec" in sys.modules
assert not {"platform", "textwrap", "typing_extensions", "msgspec.inspect", "msgspec.toml"} & set(sys.modules)
import msgspec
import uuid
assert msgspec.inspect.type_info(int) == __import__("msgspec.inspect").inspect.IntType()
assert msgspec.toml.decode(b"a = 1") == {"a": 1}
assert msgspec.msgpack.decode(msgspec.msgpack.encode([1])) == [1]
assert msgspec.json.schema(list[int]) == {"type": "array", "items": {"type": "integer"}}
import platform
assert type(platform).__name__ == "module" and platform.system() == __import__("os").uname().sysname
assert msgspec.json.encode(uuid.UUID(int=1)) == b'"00000000-0000-0000-0000-000000000001"'
print("right")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="asks the system for its name")
def test_what_stands_for_a_module_becomes_it_when_asked() -> None:
    done = subprocess.run([sys.executable, "-c", STANDS_IN], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("right\n", "")


TEXTS = [
    '{"a": 1.5}', '{"a": -0}', '{"a": 1e5}', '{"a": 1, "a": 1}', '{"a": 1, "b": {"c": 2, "c": 3}}', '{"a": NaN}',
    '{"a": 123456789012345678901234}', '{"a": 18446744073709551616}', '{"a": "\\u00e9\\/\\n"}', '{"a": "é\x7f\u2028"}',
    ' {"a" : [1, 2 , null, true]}\n', '{"a": "\t"}', '{"": {}}', '{"a": 1} x', '{"a": "1.0"}', "null", "[]", "1", "",
    '{"a": 1}\x0c', "\xa0{}", '{"a": "x  y"}', '{"a": "\\ud800"}', "[" * 100_000, '{"a": ' + "9" * 5000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_plain_json_is_read_as_the_careful_reader_reads_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = facts_file.read("f.json", text.encode())
    monkeypatch.setattr(facts_file, "_plain_json", lambda _text: None)
    careful = facts_file.read("f.json", text.encode())
    assert quick == careful
    if not isinstance(quick, Diagnostic):
        assert repr(quick) == repr(careful)  # 1 is not True, text is no number


def test_plain_json_is_plain_for_what_tools_write() -> None:
    data = {"product.name": "x", "markets": ["EU"], "n": 3, "on": True, "off": None, "deep": {"a": [{"b": "é"}]}}
    for indent in (None, 2):
        assert facts_file._plain_json(json.dumps(data, ensure_ascii=False, indent=indent)) == data
