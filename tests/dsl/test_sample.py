"""The sample of the language's reference compiles as it stands."""

from rulewright.dsl import ir
from tests.dsl.support import build

ETSI = """standard etsi.en_303_645 edition "3.1.3" {
  title     "Cyber Security for Consumer IoT: Baseline Requirements"
  publisher "ETSI"
  force     voluntary                 # law, regulation, contract, certification, voluntary, house
  valid     from 2024-09-10
  scope     product.type in {consumer_iot, toy, wearable}

  requirement "5.6-1" shall {
    title     "Unused network and logical interfaces are disabled"
    severity  high
    objective IFACE-UNUSED
    threats   CAPEC-300, ATTACK-T0822
    applies when device.has_network_interface
    check     not iface.telnet_present
    evidence  any of firmware, network  fresh 180d  trust observed
    fix       "Remove the daemon and its start-up entry from the image; close port 23."
  }
"""
MORE = """
  requirement "5.8-3" should { check product.users >= 0 }
  requirement "5.3-1" shall { check support.end >= product.placed_on_market_date + 5y }
  requirement "5.3-4B" should { check support.end within 30d after as_of }
"""
BSI = """
standard bsi.tr_03183_2 edition "2.1.0" {
  param min_hash : enum {sha256, sha512} = sha256
  requirement x shall { check some component c where c.name matches "lib*" and min_is_512() }
  define min_is_512() = true
}
"""
POLICY = """}
policy acme.camera edition "1.0.0" {
  use etsi.en_303_645 edition "3.1.3" as etsi
  use bsi.tr_03183_2  edition "2.1.0" as bsi
  scope product.type = consumer_iot and "EU" in product.markets

  param ok_licenses : set<license> = {MIT, Apache-2.0, BSD-3-Clause}
  param patch_days  : int = 30 in 1..90          # "without delay" in the law: a bound the company sets and justifies

  define shipped(c : component) = c.type in {library, firmware, operating_system} and not c.dev_only

  requirement library-hygiene shall {
    refs  cra:"I.1.2.a" subset, etsi:"5.3-1" intersects
    check {
      every component c where shipped(c) {
        c.supplier is known;
        c.purl is valid;
        c.license allows ok_licenses;
        c.version not in vers"pypi/<2.0.7" or c.name != "urllib3"
      };
      no vulnerability v where v.exploited and v.vex != not_affected;
      at least 1 component c where c.type = library
    }
  }

  exclude  etsi:"5.8-3"                 because "the product has no sensor"
  tighten  library-hygiene severity critical
  set      bsi.min_hash = sha512
  prefer   etsi:"5.3-4B" over bsi:"x"    because "safety case SC-7"

  waiver w-2026-14 for etsi:"5.6-1" {
    product  "pkg:generic/acme/cam2@2.3"
    because  "factory line only, removed in 2.4"
    approved by "psirt@acme.example" on 2026-08-01
    until    2026-12-31
    provided not iface.telnet_reachable_wan
  }
}

test etsi:"5.6-1" as of 2026-09-01 {
  given { device.has_network_interface = true,  iface.telnet_present = true } expect fail
  given { device.has_network_interface = true,  iface.telnet_present = ?    } expect unknown
  given { device.has_network_interface = false }                              expect not_applicable
  given "fixtures/cam2-2.3.cdx.json"                                          expect fail on "busybox-telnetd"
}
"""
SAMPLE = ETSI + MORE + POLICY.replace("}\n", "}\n" + BSI, 1)


def program() -> ir.Program:
    found = build(SAMPLE)
    assert [d for d in found.diagnostics if d.is_error] == []
    assert found.program is not None
    return found.program


def by_id(name: str) -> ir.Requirement:
    return next(r for r in program().requirements if r.id == name)


def test_the_sample_compiles_without_a_word() -> None:
    assert build(SAMPLE).diagnostics == ()


def test_the_sample_as_it_stands_lacks_only_what_it_names_outside() -> None:
    found = build(ETSI + POLICY)
    assert {d.code for d in found.diagnostics} == {"RW0403", "RW0405"}


def test_every_line_of_the_block_is_a_line_of_the_check() -> None:
    lines = by_id("acme.camera:library-hygiene").lines
    assert [line.label for line in lines] == ["check#1.1", "check#1.2", "check#1.3", "check#1.4", "check#2", "check#3"]
    assert lines[0].text == "every component c where shipped(c) { c.supplier is known }"
    selections = {line.expr.where for line in lines[:4] if isinstance(line.expr, ir.Quant)}
    assert len(selections) == 1


def test_tailoring_is_recorded() -> None:
    hygiene = by_id("acme.camera:library-hygiene")
    assert (hygiene.severity, [t.detail for t in hygiene.tailored]) == ("critical", ["severity medium to critical"])
    assert [x.id for x in program().excluded] == ["etsi.en_303_645:5.8-3"]
    assert [t.action for t in by_id("etsi.en_303_645:5.3-4B").tailored] == ["prefer"]


def test_the_policy_narrows_what_it_uses() -> None:
    scope = by_id("etsi.en_303_645:5.6-1").scope
    assert isinstance(scope, ir.And)
    assert len(scope.items) == 2
    assert by_id("etsi.en_303_645:5.6-1").valid_from == 19976


def test_evidence_waiver_and_refs() -> None:
    telnet = by_id("etsi.en_303_645:5.6-1")
    assert telnet.evidence == ir.Evidence(1, ("firmware", "network"), 180, 2)
    (waiver,) = program().waivers
    assert (waiver.requirement, waiver.approved_on, waiver.until) == (telnet.id, 20666, 20818)
    assert isinstance(waiver.provided, ir.Not)
    refs = by_id("acme.camera:library-hygiene").refs
    assert refs == (ir.Ref("cra", "I.1.2.a", "subset"), ir.Ref("etsi.en_303_645", "5.3-1", "intersects"))


def test_the_tests_are_data() -> None:
    cases = build(SAMPLE).tests
    assert [c.expect for c in cases] == ["fail", "unknown", "not_applicable", "fail"]
    assert cases[0].attributes == (("device.has_network_interface", True), ("iface.telnet_present", True))
    assert (cases[3].fixture, cases[3].on) == ("fixtures/cam2-2.3.cdx.json", ("busybox-telnetd",))
    assert {c.as_of for c in cases} == {20697}


def test_the_program_survives_its_encoding() -> None:
    assert ir.decode(ir.encode(program())) == program()
