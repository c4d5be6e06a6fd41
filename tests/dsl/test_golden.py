"""What the front end says about broken files, word for word.

After a change on purpose: `RULEWRIGHT_GOLDEN=write pytest tests/dsl/test_golden.py`, then read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from tests.dsl.support import build, shown

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", sorted(p.stem for p in GOLDEN.glob("*.rw")))
def test_the_diagnostics_are_as_agreed(name: str) -> None:
    compiled = build((GOLDEN / f"{name}.rw").read_bytes())
    said = "\n".join(shown(d) for d in compiled.diagnostics) + "\n"
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("RULEWRIGHT_GOLDEN") == "write":
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def test_four_seeded_errors_are_four_diagnostics() -> None:
    found = build((GOLDEN / "four.rw").read_bytes()).diagnostics
    assert [d.span.line for d in found if d.span] == [5, 9, 16, 22]


@pytest.mark.parametrize("name", sorted(p.stem for p in GOLDEN.glob("*.txt")))
def test_messages_keep_the_style(name: str) -> None:
    for diagnostic in build((GOLDEN / f"{name}.rw").read_bytes()).diagnostics:
        message = diagnostic.message
        assert not message.endswith("."), message
        assert not message[0].isupper(), message
        own = re.sub(r"`[^`]*`|\"[^\"]*\"", "", message)
        assert not re.search(r"_|\$|\b[A-Z]{3,}\b|\bNone\b|\bstr\b|\bobject\b|lark", own.replace("UTF", "")), message
