"""Where a rule must be silent, and where it must not be."""

from __future__ import annotations

import pytest

from tests.dsl.lint.support import linted

BODY = """standard s edition "1" {{
{items}
  requirement R shall {{
    title "An example"
    severity high
{rest}
  }}
}}
test R as of 2026-01-01 {{ given {{ iface.telnet_present = true }} expect fail }}
"""


def names(text: str) -> list[str]:
    """Names of the rules that find something, once each."""
    from rulewright.dsl.lint.registry import ALL

    by_code = {rule.code: rule.name for rule in ALL if rule.persona != "auditor"}
    return sorted({by_code[d.code] for d in linted(text) if d.code in by_code})


def module(rest: str, items: str = "") -> str:
    """A standard with one requirement."""
    return BODY.format(rest=rest, items=items)


@pytest.mark.parametrize(
    ("rest", "items"),
    [
        ("check f()", "  define f() = g()\n  define g() = not iface.telnet_present"),
        ("check at most n component c where c.name is known", "  param n : int = 3 in 1..9"),
        ("check product.placed_on_market_date >= 2026-01-01 + d", "  param d : duration = 30d"),
        ("check every component c { some hash h of c { h.algorithm in {SHA-256} } }", ""),
        ("check some component c { every component d under c { d.name is known } }", ""),
        ("check at least 1 component c", ""),
        ("applies when product.type = toy or product.type = wearable\ncheck not iface.telnet_present", ""),
        ("applies when product.type != toy and product.type != wearable\ncheck not iface.telnet_present", ""),
        ("applies when product.type in {toy, wearable} and product.type != toy\ncheck not iface.telnet_present", ""),
        ('applies when "EU" in product.markets and "US" in product.markets\ncheck not iface.telnet_present', ""),
        ("applies when product.markets in {EU} and product.markets in {US}\ncheck not iface.telnet_present", ""),
        ("check iface.telnet_present or not iface.telnet_present or product.internet_connectable", ""),
        ('check every component c where c.name = "a" or c.name = "b" { c.purl is valid }', ""),
    ],
)
def test_nothing_is_found_where_all_is_well(rest: str, items: str) -> None:
    assert names(module(rest, items)) == []


@pytest.mark.parametrize(
    ("rest", "items", "name"),
    [
        ("check not iface.telnet_present", "  define f() = f2()\n  define f2() = product.internet_connectable", "unused-define"),
        ("check iface.telnet_present and not iface.telnet_present", "", "cannot-hold"),
        ("check not (product.type = toy and product.type = router)", "", "cannot-hold"),
        ("check product.type in {toy} and product.type not in {toy, router}", "", "cannot-hold"),
        ('check every component c { c.name = "a" and c.name = "b" }', "", "cannot-hold"),
        (
            "applies when f()\ncheck not iface.telnet_present",
            "  scope g()\n  define g() = product.type = toy\n  define f() = product.type = router",
            "outside-scope",
        ),
        ("check every component c { every component c under c { c.name is known } }", "", "shadowed-name"),
        ("check all { not iface.telnet_present; not iface.telnet_present }", "", "repeated-operand"),
        ('title "again"\ncheck every component c { c.name is known; c.name is known }', "", "repeated-line"),
        ('check product.placed_on_market_date >= as_of\nfix ""', "", "text-empty"),
        ("check product.internet_connectable != false", "", "compared-with-truth"),
    ],
)  # fmt: skip
def test_it_is_found_wherever_it_hides(rest: str, items: str, name: str) -> None:
    assert name in names(module(rest, items))


def test_a_day_inside_a_define_is_a_day() -> None:
    text = module("check supported()", "  define supported() = product.placed_on_market_date >= as_of")
    assert "test-without-day" not in names(text)
    assert "test-without-day" in names(text.replace(" as of 2026-01-01", ""))


def test_a_file_with_a_broken_item_is_not_blamed_for_what_may_stand_there() -> None:
    text = module("check not iface.telnet_present", "  define f() = product.internet_connectable")
    assert names(text) == ["unused-define"]
    assert names(text.replace("check not", "check not not ==")) == []


class TestIgnores:
    """`# lint: ignore RULE because …`."""

    TEXT = module("check not not iface.telnet_present")

    def test_on_the_line_and_before_it(self) -> None:
        why = "# lint: ignore double-negation because it is an example"
        assert names(self.TEXT) == ["double-negation"]
        assert names(self.TEXT.replace("telnet_present\n", f"telnet_present  {why}\n", 1)) == []
        assert names(self.TEXT.replace("check", f"{why}\n    # more\n\n    check", 1)) == []

    def test_by_code_and_several(self) -> None:
        why = "# lint: ignore RW0725, compared-with-truth because it is an example\n    "
        text = self.TEXT.replace("check not not", f"{why}check product.internet_connectable = true and not not")
        assert names(text) == []

    def test_without_a_reason_it_has_no_effect(self) -> None:
        text = self.TEXT.replace("check", "# lint: ignore double-negation\n    check", 1)
        assert names(text) == ["double-negation", "ignore-unreasoned"]
        text = self.TEXT.replace("check", "# lint: ignore double-negation because \n    check", 1)
        assert names(text) == ["double-negation", "ignore-unreasoned"]

    def test_a_rule_that_does_not_exist(self) -> None:
        text = self.TEXT.replace("check", "# lint: ignore duble-negation because of it\n    check", 1)
        found = next(d for d in linted(text) if d.code == "RW0740")
        assert found.hint == "did you mean `double-negation`?"

    def test_in_a_text_it_is_no_comment(self) -> None:
        text = self.TEXT.replace("An example", "An example # lint: ignore title-long because x")
        assert names(text) == ["double-negation"]

    def test_about_a_rule_that_is_not_looked_for_it_is_left_alone(self) -> None:
        from rulewright.dsl.lint.run import for_persona

        text = module("# lint: ignore applies-by-design because of it\n    check not iface.telnet_present")
        assert linted(text, for_persona("author")) == ()


def test_a_vocabulary_alone_is_not_blamed() -> None:
    vocabulary = 'vocabulary w edition "1" { attribute a.b : bool choice }\n'
    assert "RW0703" not in {d.code for d in linted(vocabulary)}
    assert "RW0703" in {d.code for d in linted(vocabulary + module("check not iface.telnet_present"))}


def test_the_order_is_that_of_the_file() -> None:
    text = module('fix ""\n    note ""\n    check not not iface.telnet_present and true')
    places = [d.span.start for d in linted(text) if d.span is not None]
    assert places == sorted(places)
    assert len(places) >= 4


def test_a_file_full_of_errors_is_no_failure_of_ours() -> None:
    text = module("check not iface.telnet_present", "  define f( = x\n" * 600)
    assert linted(text) == ()
    assert linted("\x00") == ()
