"""Every reader on a small report of its format: what it says, at which level, and what it keeps to itself."""

from __future__ import annotations

import random

import pytest

from rulewright.devices.reports import FORMATS, Report, recognise
from rulewright.facts.types import Trust
from tests.devices.reports import samples

EACH = [(name, data) for name, reports in samples.ALL.items() for data in reports]


def read(data: bytes, name: str = "report") -> Report:
    reader = recognise(data, name)
    assert reader is not None
    return reader.read(data, name)


def said(report: Report, attribute: str) -> list[tuple[object, str]]:
    return [(s.value, s.level.word) for s in report.findings.said if s.attribute == attribute]


def rows(report: Report, collection: str, *names: str) -> list[tuple[object, ...]]:
    return [
        tuple(row.fields.get(name) for name in names) for row in report.findings.rows if row.collection == collection
    ]


def test_every_format_has_a_sample() -> None:
    assert set(samples.ALL) == set(FORMATS)


@pytest.mark.parametrize(("name", "data"), EACH)
def test_known_by_content_and_says_something(name: str, data: bytes) -> None:
    reader = recognise(data, "anything.bin")
    assert reader is not None
    assert reader.format == name
    report = reader.read(data, "report")
    assert report.findings.said or report.findings.rows
    assert all(said.place.pointer for said in report.findings.said)


@pytest.mark.parametrize(("name", "data"), EACH)
def test_no_secret_comes_out(name: str, data: bytes) -> None:
    text = repr(read(data))
    assert samples.SECRET not in text, name
    assert "abcdefgh" not in text, name


@pytest.mark.parametrize(("name", "data"), EACH)
def test_damaged_reports_never_raise(name: str, data: bytes) -> None:
    reader = recognise(data)
    assert reader is not None, name
    chance = random.Random(5)
    for _ in range(60):
        cut = bytearray(data[: chance.randrange(len(data))])
        for _ in range(chance.randrange(6)):
            if cut:
                cut[chance.randrange(len(cut))] = chance.randrange(256)
        reader.read(bytes(cut), "report")
        recognise(bytes(cut))


@pytest.mark.parametrize(
    "value", [b"null", b"[]", b"{}", b"3", b'"x"', b"[[1]]", b'[{"a": [null]}]', b"[" * 100_000, b"\xff\xfe", b""]
)
@pytest.mark.parametrize("name", FORMATS)
def test_foreign_json_never_raises(name: str, value: bytes) -> None:
    reader = recognise(samples.ALL[name][0])
    assert reader is not None
    assert reader.read(value, "report").format == name


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"<bom/>",
        b'{"bomFormat": "CycloneDX", "specVersion": "1.5"}',
        b"SPDXVersion: SPDX-2.3\n",
        b"\x7fELF",
    ],
)
def test_what_is_no_report_has_no_reader(data: bytes) -> None:
    assert recognise(data) is None


def test_emba_components_and_vulnerabilities() -> None:
    report = read(samples.EMBA)
    assert rows(report, "component", "name", "version", "filename") == [("busybox", "1.36.1", "/bin/busybox")]
    assert rows(report, "vulnerability", "id", "score", "component") == [
        ("CVE-2022-48174", 9_800_000, "busybox@1.36.1")
    ]
    assert (report.observed, report.trust, report.detector) == (20655, Trust.OBSERVED, "firmware")


def test_emba_tables() -> None:
    assert rows(read(samples.EMBA_S09), "component", "name", "version", "license") == [
        ("busybox", "1.36.1", "GPL-2.0-only")
    ]
    assert rows(read(samples.EMBA_S107), "account", "name", "hash") == [("root", "md5")]
    assert said(read(samples.EMBA_S12), "bin.relro_ratio") == [(0, "present")]
    assert said(read(samples.EMBA_S60), "tls.cert_expired_or_weak") == [(True, "present")]
    assert rows(read(samples.EMBA_P99), "finding", "subject", "path") == [("symbols in a program", "/usr/sbin/httpd")]


def test_fact_grades_what_was_cracked_as_verified_and_start_scripts_as_configured() -> None:
    report = read(samples.FACT)
    assert rows(report, "account", "name", "uid", "shell", "hash", "default_password") == [
        ("root", 0, "/bin/sh", "md5", True)
    ]
    assert said(report, "auth.default_password_kind") == [("universal", "verified")]
    assert ("start script", "configured", "/etc/passwd") in rows(report, "finding", "subject", "level", "path")
    assert rows(report, "vulnerability", "id", "score", "component") == [
        ("CVE-2021-36369", 7_500_000, "Dropbear@2019.78")
    ]
    assert rows(report, "key", "kind") == [("private",)]


def test_fact_without_analyses_is_said_to_be_one() -> None:
    report = read(b'{"firmware": {"meta_data": {"hid": "x"}, "analysis": {}}}')
    assert [note.code for note in report.findings.notes] == ["RW1527"]


def test_unblob_says_what_was_not_opened() -> None:
    report = read(samples.UNBLOB)
    assert said(report, "update.image_encrypted") == [(True, "present")]
    assert rows(report, "finding", "subject", "detail")[1] == ("link out of the image", "a leads to /etc/passwd")


def test_cwe_checker_counts() -> None:
    report = read(samples.CWE_CHECKER, "httpd")
    assert said(report, "bin.banned_functions") == [(2, "present")]
    assert said(report, "input.command_injection_found") == [(1, "present")]


def test_checksec_forms_agree() -> None:
    assert said(read(samples.CHECKSEC), "bin.relro_ratio") == [(0, "present")]
    assert said(read(samples.CHECKSEC_3), "bin.relro_ratio") == [(1_000_000, "present")]
    library = read(samples.CHECKSEC_CSV)
    assert said(library, "bin.nx_ratio") == [(0, "present")]
    assert said(library, "bin.pie_ratio") == []


@pytest.mark.parametrize("data", [samples.CVE_BIN_TOOL, samples.CVE_BIN_TOOL_2])
def test_cve_bin_tool_keeps_its_triage(data: bytes) -> None:
    report = read(data)
    assert rows(report, "component", "name", "version", "filename") == [("curl", "7.64.0", "/usr/bin/curl")]
    assert rows(report, "vulnerability", "id", "score", "vex_state")[0] == ("CVE-2019-5481", 9_800_000, "resolved")


def test_mud_is_declared_and_takes_accepted_rules_only() -> None:
    report = read(samples.MUD)
    assert (report.trust, report.detector) == (Trust.DECLARED, "document")
    assert said(report, "net.egress_endpoints") == [(("api.gateway.example:443",), "configured")]
    assert said(report, "iface.open_tcp_ports") == [(("8443",), "configured")]
    assert [note.code for note in report.findings.notes] == ["RW1529"]


def test_systemd_exposure() -> None:
    assert rows(read(samples.SYSTEMD_ALL), "daemon", "name", "unit", "sandboxed") == [
        ("ssh", "dropbear.service", False),
        ("http", "nginx.service", True),
    ]
    assert said(read(samples.SYSTEMD), "os.isolation") == [(("seccomp",), "configured")]


def test_lynis_leaves_out_what_only_the_device_reaches() -> None:
    report = read(samples.LYNIS)
    assert said(report, "iface.open_tcp_ports") == [(("23",), "verified")]
    assert said(report, "iface.telnet_present") == [(True, "verified")]
    assert rows(report, "daemon", "binary", "exposed") == [("telnetd", True), ("redis", False)]
    assert max(row.place.line for row in report.findings.rows) > 1
