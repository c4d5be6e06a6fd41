"""What an expression means in the IR."""

import pytest

from rulewright.dsl import ir
from tests.dsl.support import build, requirement

C = "component"
TRUE = ir.Const(value=True)


def field(name: str, kind: str, var: str = "c", collection: str = C) -> ir.Field:
    return ir.Field(var, collection, name, kind)


def lines(check: str) -> tuple[ir.Line, ...]:
    found = build(requirement(check))
    assert found.diagnostics == ()
    assert found.program is not None
    return found.program.requirements[0].lines


def body(check: str) -> ir.Expr:
    """The body of `every component c { … }`."""
    (line,) = lines(f"every component c {{ {check} }}")
    assert isinstance(line.expr, ir.Quant)
    return line.expr.body


NAME, PURL, VERSION, LICENSE = (
    field("name", "string"),
    field("purl", "purl"),
    field("version", "version"),
    field("license", "license"),
)
END, TYPE, HASHES = field("end_of_support", "date"), field("type", "enum"), field("hash_algorithms", "set")
USERS, SUPPORT, PLACED = (
    ir.Attr("product.users", "int"),
    ir.Attr("support.end", "date"),
    ir.Attr("product.placed_on_market_date", "date"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c.dev_only", ir.Atom(field("dev_only", "bool"), ir.Cmp("=", value=True))),
        ("c.dev_only = false", ir.Atom(field("dev_only", "bool"), ir.Cmp("=", value=False))),
        ('c.name = "x"', ir.Atom(NAME, ir.Cmp("=", "x"))),
        ('c.name in {"b", "a", "b"}', ir.Atom(NAME, ir.OneOf(("a", "b")))),
        ('c.name not in {"a"}', ir.Not(ir.Atom(NAME, ir.OneOf(("a",))))),
        ("c.type != library", ir.Atom(TYPE, ir.Cmp("!=", "library"))),
        ("c.type in {library, file}", ir.Atom(TYPE, ir.OneOf(("file", "library")))),
        ('c.version < "2.0"', ir.Atom(VERSION, ir.Cmp("<", "2.0"))),
        ('c.version in vers"npm/>=1|<2"', ir.Atom(VERSION, ir.InVers("npm/>=1|<2"))),
        (
            "c.license allows {MIT, Apache-2.0, GPL-2.0+}",
            ir.Atom(LICENSE, ir.LicenseAllows(("Apache-2.0", "GPL-2.0+", "MIT"))),
        ),
        ("c.license requires any {GPL-3.0-only}", ir.Atom(LICENSE, ir.LicenseRequiresAny(("GPL-3.0-only",)))),
        ('c.purl matches purl "pkg:npm/*"', ir.Atom(PURL, ir.PurlLike("pkg:npm/*"))),
        ('c.cpe matches cpe "cpe:2.3:a:*"', ir.Atom(field("cpe", "cpe"), ir.CpeLike("cpe:2.3:a:*"))),
        ('c.name matches "lib*"', ir.Atom(NAME, ir.Glob("lib*"))),
        (r'c.name matches regex "\d+\\.x"', ir.Atom(NAME, ir.Regex(r"\d+\.x"))),
        ("SHA-512 in c.hash_algorithms", ir.Atom(HASHES, ir.Contains("SHA-512"))),
        ('"SHA-512" not in c.hash_algorithms', ir.Not(ir.Atom(HASHES, ir.Contains("SHA-512")))),
        ("c.hash_algorithms in {SHA-512, SHA-256}", ir.Atom(HASHES, ir.SubsetOf(("SHA-256", "SHA-512")))),
        ("c.hash_algorithms is not empty", ir.Not(ir.Atom(HASHES, ir.Is("empty")))),
        ("c.supplier is declared_unknown", ir.Atom(field("supplier", "string"), ir.Is("declared_unknown"))),
        ("c.end_of_support > 2026-12-31", ir.Atom(END, ir.Cmp(">", 20818))),
        ("c.end_of_support after 2026-12-31", ir.Atom(END, ir.Cmp(">", 20818))),
        ("c.end_of_support before as_of", ir.Atom(END, ir.CmpAsOf("<"))),
        ("c.end_of_support >= as_of + 6m", ir.Atom(END, ir.CmpAsOf(">=", 6))),
        ("as_of < c.end_of_support", ir.Atom(END, ir.CmpAsOf(">"))),
        ("c.end_of_support >= support.end - 2w", ir.Atom(END, ir.CmpAttr(">=", SUPPORT, 0, -14))),
        ("support.end <= c.end_of_support", ir.Atom(END, ir.CmpAttr(">=", SUPPORT))),
        (
            "c.end_of_support within 30d of as_of",
            ir.And((ir.Atom(END, ir.CmpAsOf(">=", 0, -30)), ir.Atom(END, ir.CmpAsOf("<=", 0, 30)))),
        ),
        (
            "c.end_of_support within 1y after 2024-02-29",
            ir.And((ir.Atom(END, ir.Cmp(">=", 19782)), ir.Atom(END, ir.Cmp("<=", 20147)))),
        ),
        ("c.quantum_level >= product.users", ir.Atom(field("quantum_level", "int"), ir.CmpAttr(">=", USERS))),
        ("support.end >= product.placed_on_market_date + 5y", ir.Atom(SUPPORT, ir.CmpAttr(">=", PLACED, 60))),
        (
            "all { c.dev_only; c.nested }",
            ir.And(
                (
                    ir.Atom(field("dev_only", "bool"), ir.Cmp("=", value=True)),
                    ir.Atom(field("nested", "bool"), ir.Cmp("=", value=True)),
                )
            ),
        ),
        (
            "any { c.dev_only; c.nested }",
            ir.Or(
                (
                    ir.Atom(field("dev_only", "bool"), ir.Cmp("=", value=True)),
                    ir.Atom(field("nested", "bool"), ir.Cmp("=", value=True)),
                )
            ),
        ),
        (
            "c.dev_only implies c.nested",
            ir.Or(
                (
                    ir.Not(ir.Atom(field("dev_only", "bool"), ir.Cmp("=", value=True))),
                    ir.Atom(field("nested", "bool"), ir.Cmp("=", value=True)),
                )
            ),
        ),
    ],
)
def test_predicates(text: str, expected: ir.Expr) -> None:
    assert body(text) == expected


def test_decimals_are_millionths() -> None:
    (line,) = lines("no vulnerability v where v.score >= 9.8")
    assert isinstance(line.expr, ir.Quant)
    assert line.expr.where == ir.Atom(field("score", "decimal", "v", "vulnerability"), ir.Cmp(">=", 9_800_000))


def test_and_binds_closer_than_or_and_not_closest() -> None:
    (line,) = lines("not iface.telnet_present and device.has_network_interface or iface.telnet_reachable_wan")
    assert isinstance(line.expr, ir.Or)
    assert isinstance(line.expr.items[0], ir.And)
    assert isinstance(line.expr.items[0].items[0], ir.Not)


def test_quantifiers() -> None:
    found = lines(
        "{ at most 2 components c where c.nested; no component c { c.nested }; some component c; every component c { every component d under c { d.nested } } }"
    )
    quants = [line.expr for line in found]
    assert [(q.kind, q.n) for q in quants if isinstance(q, ir.Quant)] == [
        ("at_most", 2),
        ("no", 0),
        ("some", 0),
        ("every", 0),
    ]
    last = quants[3]
    assert isinstance(last, ir.Quant)
    inner = last.body
    assert isinstance(inner, ir.Quant)
    assert (inner.relation, inner.owner, inner.owner_collection) == ("under", "c", "component")


def test_of_may_name_the_owner() -> None:
    (line,) = lines("every component c { no vulnerability v of c where v.exploited and not c.dev_only }")
    assert isinstance(line.expr, ir.Quant)
    inner = line.expr.body
    assert isinstance(inner, ir.Quant)
    assert (inner.relation, inner.owner, inner.collection) == ("of", "c", "vulnerability")


def test_a_define_is_put_in_and_its_variables_do_not_clash() -> None:
    text = 'standard s edition "1" { define bad(c : component) = some vulnerability v of c where v.exploited requirement R shall { check every component v { not bad(v) } } }'
    program = build(text).program
    assert program is not None
    outer = program.requirements[0].lines[0].expr
    assert isinstance(outer, ir.Quant)
    assert isinstance(outer.body, ir.Not)
    inner = outer.body.item
    assert isinstance(inner, ir.Quant)
    assert (outer.var, inner.var, inner.owner) == ("v", "v_2", "v")


def test_keywords_are_names_where_names_are_expected() -> None:
    text = "every document d { d.format = other; d.comment is known }"
    assert (
        len(
            lines(
                "{ " + text + "; some reference test where test.type is known; every file use { use.name is known } }"
            )
        )
        == 4
    )


@pytest.mark.parametrize(("given", "value"), [({"days": "7"}, 7), ({"s.days": "90"}, 90), ({}, 30)])
def test_parameters_from_outside(given: dict[str, str], value: int) -> None:
    program = build(
        'standard s edition "1" { param days : int = 30 in 1..90 requirement R shall { check product.users < days } }',
        given,
    ).program
    assert program is not None
    assert program.requirements[0].lines[0].expr == ir.Atom(USERS, ir.Cmp("<", value))


@pytest.mark.parametrize(
    "given", [{"days": "91"}, {"days": "many"}, {"dayz": "1"}, {"days": "{1}"}, {"days": '1 title "x"'}]
)
def test_bad_parameters_from_outside_are_refused(given: dict[str, str]) -> None:
    found = build(
        'standard s edition "1" { param days : int = 30 in 1..90 requirement R shall { check product.users < days } }',
        given,
    )
    assert found.program is None
    assert len(found.diagnostics) == 1


@pytest.mark.parametrize("text", ["MIT, Apache-2.0", "{Apache-2.0, MIT}"])
def test_braces_and_quotes_may_be_left_out_outside(text: str) -> None:
    source = """standard s edition "1" {
      param ok : set<license> = {MIT}
      param name : string = "x"
      requirement R shall { check no component c where c.license allows ok or c.name = name }
    }"""
    program = build(source, {"ok": text, "name": "lib c"}).program
    assert program is not None
    quant = program.requirements[0].lines[0].expr
    assert isinstance(quant, ir.Quant)
    assert quant.where == ir.Or(
        (ir.Atom(LICENSE, ir.LicenseAllows(("Apache-2.0", "MIT"))), ir.Atom(NAME, ir.Cmp("=", "lib c")))
    )


@pytest.mark.parametrize(
    "check",
    ["some component c where c.type = kind", "some component c where c.type in kinds", "word in product.markets"],
)
def test_words_in_parameters_are_judged_where_they_are_used(check: str) -> None:
    source = f"""standard s edition "1" {{
      param kind : word = librry
      param kinds : set<word> = {{library, librry}}
      param word : string = "EU"
      requirement R shall {{ check {check} }}
    }}"""
    expected = [] if "markets" in check else ["RW0205"]
    assert [d.code for d in build(source).diagnostics] == expected
