"""`derive` shows the dates that lie ahead for the product's markets, on a terminal and in Markdown."""

from pathlib import Path

import pytest

from rulewright.cli.coming import coming, markdown, terminal
from rulewright.cli.main import main
from rulewright.cli.paint import Paint
from rulewright.facts.base import Fact, Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source
from rulewright.facts.types import State

DAY = 20_779  # 2026-11-22
POLICY = """policy acme.small edition "1.0" {
  title "A small policy"
  requirement telnet shall { title "Telnet is off" severity critical check not iface.telnet_present }
}
"""


def sold(*markets: str, state: State = State.KNOWN) -> ProductFacts:
    fact = Fact(state, markets if state is State.KNOWN else None, Source("facts.yaml", "", detector="declaration"))
    return ProductFacts(Product("cam", "cam", "1"), {"product.markets": fact})


def test_dates_are_those_of_the_markets() -> None:
    assert [e.date for e in coming([sold("EU")], DAY)["cam"]][-1] == "2027-12-11"
    assert coming([sold("JP")], DAY) == {"cam": []}
    assert coming([sold(state=State.MISSING)], DAY) == {"cam": []}
    assert coming([ProductFacts(Product("cam", "cam", "1"))], DAY) == {"cam": []}


def test_nothing_ahead_is_no_section() -> None:
    assert terminal([], Paint()) == []
    assert markdown([]) == []


def test_lines_fit_and_say_how_far_they_were_verified() -> None:
    lines = terminal(coming([sold("EU")], DAY)["cam"], Paint(columns=80))
    assert all(len(line) <= 80 for line in lines)
    assert "verified: stored" in " ".join(lines)


@pytest.mark.parametrize(("form", "head"), [("terminal", "COMING  5 dates"), ("markdown", "## Coming")])
def test_derive_shows_them(form: str, head: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "tiny.rw").write_text(POLICY, encoding="utf-8")
    words = ["derive", "-p", "tiny.rw", "--as-of", "2026-11-22", "--no-input", "-f", form]
    assert main([*words, "--fact", "product.markets=EU"]) == 0
    assert head in capsys.readouterr().out
    assert main(words) == 0
    assert "oming" not in capsys.readouterr().out.lower()
