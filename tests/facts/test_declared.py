"""Declared facts: what is said twice, or cannot be understood, is refused and never settled in silence."""

import pytest

from rulewright.facts.declared import Declared, read
from rulewright.facts.table import Source
from rulewright.facts.types import FieldType, Kind, Level, State
from rulewright.facts.vocabulary import BUILTIN, Attribute

TELNET = Attribute("iface.telnet_present", FieldType(Kind.BOOL), "")
VOCABULARY = BUILTIN.extended([TELNET])


def declared(data: object) -> Declared:
    return read(data, VOCABULARY, Source("f", "0" * 64))


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        ({"iface.telnet_present": True, "iface": {"telnet_present": False}}, "RW1303", "/iface/telnet_present"),
        ({"vulnerability": [{"id": "CVE-1"}], "vulnerabilities": []}, "RW1304", "/vulnerabilities"),
        ({"components": {"complete": "no", "items": []}}, "RW1304", "/components/complete"),
        ({"components": {"completeness": ["open"]}}, "RW1304", "/components/completeness"),
        ({"components": {"graph": "clsoed"}}, "RW1304", "/components/graph"),
        ({"iface.telnet_present": {"state": ["missing"]}}, "RW1303", "/iface.telnet_present"),
        ({"iface.telnet_present": {"value": True, "trust": ["signed"]}}, "RW1303", "/iface.telnet_present"),
        ({"iface.telnet_present": {"value": True, "level": "likely"}}, "RW1303", "/iface.telnet_present"),
        ({"iface.telnet_present": {"value": True, "level": ["present"]}}, "RW1303", "/iface.telnet_present"),
        ({"iface.telnet_present": {"state": "missing", "level": "present"}}, "RW1303", "/iface.telnet_present"),
        ({"components": [{"version": {"value": 7}}]}, "RW1303", "/components/0/version"),
        ({"components": [{"version": {"state": {}}}]}, "RW1303", "/components/0/version"),
        ({"components": [{"version": {"valu": "7"}}]}, "RW1303", "/components/0/version"),
        ({"format": "rulewright-facts/2"}, "RW1301", "/format"),
    ],
)
def test_what_does_not_fit_is_a_diagnostic(data: object, code: str, pointer: str) -> None:
    assert [(d.code, d.pointer) for d in declared(data).diagnostics] == [(code, pointer)]


def test_a_fact_may_have_a_level() -> None:
    found = declared({"iface.telnet_present": {"value": True, "level": "conditional", "detector": "firmware"}})
    assert found.diagnostics == []
    assert found.attributes["iface.telnet_present"].level is Level.CONDITIONAL
    assert declared({"iface.telnet_present": True}).attributes["iface.telnet_present"].level is None


def test_a_field_may_be_written_as_its_value() -> None:
    found = declared({"components": [{"version": {"value": "7"}}, {"version": {"state": "withheld"}}]})
    assert found.diagnostics == []
    column = found.tables["component"].column("version")
    assert [column.at(row) for row in (0, 1)] == [(State.KNOWN, "7"), (State.WITHHELD, None)]


def test_facts_beside_the_name_of_a_product_are_read() -> None:
    """In a facts document `product` says what it is called; its other keys are facts like any."""
    vocabulary = BUILTIN.extended([Attribute("product.hardware", FieldType(Kind.BOOL), "")])
    head = {"format": "rulewright-facts/1", "product": {"id": "p", "name": "n", "version": "1", "hardware": True}}
    found = read(head, vocabulary, Source("f", "0" * 64))
    assert (found.diagnostics, found.attributes["product.hardware"].value) == ([], True)
    wrong = read({**head, "product": {"hardwear": True}}, vocabulary, Source("f", "0" * 64))
    assert [(d.code, d.pointer) for d in wrong.diagnostics] == [("RW1302", "/product/hardwear")]
