"""Reports of nmap: real ones, the traps in them, what may be taken as absent, and hostile XML."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.devices.reports import samples
from tests.devices.reports.samples import nmap, port
from tests.devices.reports.test_readers import read, rows, said

LIVE = Path(__file__).parents[4] / "shared" / "feeds" / "live"
TELNET = 'name="telnet" method="probed" conf="10"'


def live(name: str) -> bytes:
    path = LIVE / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path.read_bytes()


def test_real_scan() -> None:
    report = read(live("nmap_scan.xml"))
    assert report.observed == 20779
    ports = {str(value) for value, _ in said(report, "iface.open_tcp_ports")}
    assert ports == {"('1883',)", "('2222',)", "('2323',)", "('8080',)"}
    assert said(report, "iface.telnet_present") == [(True, "verified")]
    assert said(report, "iface.snmp_v1v2") == [(True, "verified")]
    assert rows(report, "component", "name", "version", "cpe") == [
        ("mosquitto", "2.0.11", None),
        ("dropbear", "2022.83", "cpe:/a:dropbear_ssh_project:dropbear_ssh:2022.83"),
        ("nginx", "1.22.1", "cpe:/a:f5:nginx:1.22.1"),
    ]
    assert report.findings.examined == {}
    assert "public" not in repr(report)


def test_real_scan_with_scripts() -> None:
    report = read(live("nmap_scan2.xml"))
    assert said(report, "auth.unauthenticated_services") == [(("mqtt",), "verified")]
    assert said(report, "crypto.weak_algorithms") == [(("SHA-1",), "verified")]
    assert "heap" not in repr(report)


def test_a_guess_from_the_port_is_not_verified() -> None:
    report = read(nmap(ports=port(23, 'name="telnet" method="table" conf="3"')))
    assert said(report, "iface.telnet_present") == [(True, "enabled")]
    assert said(report, "iface.open_tcp_ports") == [(("23",), "verified")]


@pytest.mark.parametrize("state", ["closed", "filtered", "open|filtered", "unfiltered"])
def test_only_open_counts(state: str) -> None:
    report = read(nmap(ports=port(23, TELNET, state)))
    assert report.findings.said == []


def test_absent_only_after_all_ports_were_asked() -> None:
    open_ssh = port(22, 'name="ssh" method="probed"')
    assert read(nmap("1-65535", open_ssh)).findings.examined["iface.telnet_present"] is False
    assert "iface.ftp_present" not in read(nmap("1-65535", open_ssh)).findings.examined
    assert read(nmap("1-1000", open_ssh)).findings.examined == {}
    assert read(nmap("1-65535", port(22, 'name="ssh" method="table"'))).findings.examined == {}
    assert read(nmap("1-65535", open_ssh + port(23, TELNET, "filtered"))).findings.examined == {}
    assert read(nmap("1-65535", open_ssh, end="error")).findings.examined == {}


def test_http_behind_tls_is_not_plain() -> None:
    assert (
        said(read(nmap(ports=port(8443, 'name="http" tunnel="ssl" method="probed"'))), "iface.http_plain_admin") == []
    )
    assert said(read(nmap(ports=port(80, 'name="http" method="probed"'))), "iface.http_plain_admin") == [
        (True, "verified")
    ]


def test_tls_versions_suites_and_certificate() -> None:
    suite = '<table><elem key="name">TLS_RSA_WITH_3DES_EDE_CBC_SHA</elem></table>'
    ciphers = "".join(f'<table key="{v}"><table key="ciphers">{suite}</table></table>' for v in ("TLSv1.2", "TLSv1.0"))
    certificate = (
        '<table key="subject"><elem key="commonName">gw</elem></table><table key="issuer"><elem key="commonName">gw</elem></table>'
        '<table key="pubkey"><elem key="type">rsa</elem><elem key="bits">1024</elem></table><elem key="sig_algo">sha1WithRSAEncryption</elem>'
        '<table key="validity"><elem key="notBefore">2015-01-01T00:00:00</elem><elem key="notAfter">2020-01-01T00:00:00</elem></table>'
    )
    scripts = f'<script id="ssl-enum-ciphers" output="x">{ciphers}</script><script id="ssl-cert" output="x">{certificate}</script>'
    report = read(nmap(ports=port(443, 'name="https" tunnel="ssl" method="probed"', scripts=scripts)))
    assert said(report, "tls.min_version") == [("TLS1.0", "verified")]
    assert said(report, "tls.max_version") == [("TLS1.2", "verified")]
    assert said(report, "crypto.weak_algorithms") == [(("3DES",), "verified")]
    assert said(report, "tls.cert_expired_or_weak") == [(True, "verified")]
    assert rows(report, "certificate", "subject", "size", "self_signed", "not_after") == [("gw", 1024, True, 18262)]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE nmaprun [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE nmaprun [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]>',
        "<!DOCTYPE nmaprun []>",
    ],
)
def test_definitions_are_refused(declared: str) -> None:
    report = read(nmap(ports=port(23, TELNET), declared=declared))
    assert [note.code for note in report.findings.notes] == ["RW1523"]
    assert report.findings.said == []


def test_a_report_that_breaks_off_is_kept_as_far_as_it_goes() -> None:
    whole = nmap("1-65535", port(23, TELNET) + port(24, TELNET))
    report = read(whole[: whole.index(b'portid="24"')])
    assert said(report, "iface.telnet_present") == [(True, "verified")]
    assert "RW1520" in [note.code for note in report.findings.notes]
    assert report.findings.examined == {}


def test_deep_xml_is_bounded() -> None:
    report = read(b"<nmaprun>" + b"<a>" * 1000)
    assert [note.code for note in report.findings.notes] == ["RW1523"]


def test_every_code_is_explained() -> None:
    from rulewright.devices.reports.codes import CODES

    used = {note.code for reports in samples.ALL.values() for data in reports for note in read(data).findings.notes}
    assert used <= set(CODES)
