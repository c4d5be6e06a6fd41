"""Small reports written after the formats' documentation, one for each reader.

`SECRET` stands where a real report holds a password or key: no reader may let it through.
"""

from __future__ import annotations

import json

SECRET = "hunter2secret"
HASH = "$1$abcdefgh$0123456789ABCDEFGHIJK."


def nmap(
    services: str = "22,23", ports: str = "", *, end: str = "success", declared: str = "<!DOCTYPE nmaprun>"
) -> bytes:
    """A report of one host with the given ports."""
    return (
        f'<?xml version="1.0"?>\n{declared}\n<nmaprun scanner="nmap" start="1795306133" version="7.93" xmloutputversion="1.05">'
        f'<scaninfo type="syn" protocol="tcp" numservices="2" services="{services}"/>'
        f'<host><status state="up"/><address addr="192.0.2.7" addrtype="ipv4"/><ports>{ports}</ports></host>'
        f'<runstats><finished exit="{end}"/></runstats></nmaprun>'
    ).encode()


def port(number: int, service: str, state: str = "open", protocol: str = "tcp", scripts: str = "") -> str:
    """One port of such a report."""
    return f'<port protocol="{protocol}" portid="{number}"><state state="{state}"/><service {service}/>{scripts}</port>'


EMBA = json.dumps(
    {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": "2026-07-21T10:00:00+00:00",
            "tools": {"components": [{"type": "application", "name": "EMBA binary analysis environment", "version": "2.0.3"}]},
            "component": {"name": "gateway.bin", "type": "file"},
        },
        "components": [
            {
                "type": "application", "bom-ref": "r1", "name": "busybox", "version": "1.36.1", "purl": "pkg:generic/busybox@1.36.1",
                "cpe": "cpe:2.3:a:busybox:busybox:1.36.1:*:*:*:*:*:*:*", "supplier": {"name": "busybox"},
                "hashes": [{"alg": "SHA-256", "content": "00" * 32}],
                "properties": [
                    {"name": "EMBA:sbom:location:1:path", "value": "/bin/busybox"},
                    {"name": "EMBA:sbom:3:confidence", "value": "high"},
                ],
            },
            {"type": "file", "name": "unknown.dat"},
        ],
        "vulnerabilities": [
            {"id": "CVE-2022-48174", "source": {"name": "NVD"}, "ratings": [{"score": 9.8, "severity": "critical"}], "affects": [{"ref": "r1"}]}
        ],
    }
).encode()  # fmt: skip

EMBA_S09 = (
    b"EMBA source module;binary/file;rule identifier;version_rule;version_detected;csv_rule;license;static/emulation;\n"
    b"S09_firmware_base_version_check;/bin/busybox;busybox;busybox;BusyBox v1.36.1;:busybox:busybox:1.36.1;GPL-2.0-only;static;\n"
)
EMBA_S107 = f"PW_PATH;PW_HASH;\n/etc/shadow;root:{HASH}:19000:0:99999:7:::;\n".encode()
EMBA_S12 = b"Partial RELRO;No Canary found;NX enabled;No PIE;No RPATH;No RUNPATH;No Symbols;No;0;3;/usr/sbin/httpd\n"
EMBA_S60 = b"Certificate file;Certificate expire on;Certificate expired;\n/etc/ssl/server.pem;2024-01-31;yes;\n"
EMBA_P99 = b"P02_x;/usr/sbin/httpd;ELF32;2's complement, little endian;MIPS;0x1;GCC;ELF 32-bit LSB executable, MIPS, not stripped;0123456789abcdef0123456789abcdef;\n"

FACT = json.dumps(
    {
        "file_object": {
            "meta_data": {"hid": "passwd (1 kB)", "virtual_file_path": ["uid|/etc/passwd"]},
            "analysis": {
                "users_and_passwords": {
                    "analysis_date": 1786060800.5,
                    "result": {
                        "unix": [{"username": "root", "full_entry": f"root:{HASH}:0:0:root:/root:/bin/sh", "type": "unix", "password_hash": HASH, "password": SECRET}],
                        "http": [], "mosquitto": [],
                    },
                },
                "init_systems": {"result": {"init_type": "SystemD", "is_init": True, "data": {"exec_start": "/usr/sbin/telnetd -F"}}},
                "exploit_mitigations": {
                    "result": {"canary": False, "nx": True, "pie": "disabled", "relro": "partially enabled", "rpath": False, "runpath": False}
                },
                "software_components": {"result": {"software_components": [{"name": "Dropbear", "versions": ["2019.78"], "rule": "dropbear", "matching_strings": []}]}},
                "crypto_material": {"result": {"matches": [{"rule": "SSLPrivateKey", "material": [SECRET], "count": 1, "hashes": ["x"]}]}},
                "cve_lookup": {
                    "result": {"cve_results": [{"software_name": "Dropbear 2019.78", "cve_list": [{"id": "CVE-2021-36369", "cpe_version": "2019.78", "scores": [{"version": "3.1", "score": "7.5"}]}]}]}
                },
            },
        },
        "request": {"uid": "x"}, "status": 0,
    }
).encode()  # fmt: skip

UNBLOB = json.dumps(
    [
        {
            "task": {"path": "fw.bin", "depth": 0, "blob_id": ""},
            "reports": [
                {
                    "id": "1:1",
                    "handler_name": "encrpted_img",
                    "start_offset": 0,
                    "end_offset": 10,
                    "size": 10,
                    "is_encrypted": True,
                    "__typename__": "ChunkReport",
                },
                {
                    "severity": "WARNING",
                    "link": "a",
                    "target": "/etc/passwd",
                    "__typename__": "MaliciousSymlinkRemoved",
                },
            ],
            "subtasks": [],
        }
    ]
).encode()

CWE_CHECKER = json.dumps(
    [
        {
            "name": "CWE676",
            "version": "0.1",
            "addresses": ["00101234"],
            "tids": ["x"],
            "symbols": ["main"],
            "other": [["strcpy"]],
            "description": "(Use of Potentially Dangerous Function) main -> strcpy",
        },
        {
            "name": "CWE676",
            "version": "0.1",
            "addresses": ["00101250"],
            "tids": ["y"],
            "symbols": ["main"],
            "other": [],
            "description": "again",
        },
        {
            "name": "CWE78",
            "version": "0.2",
            "addresses": ["00101300"],
            "tids": ["z"],
            "symbols": ["system"],
            "other": [],
            "description": "(OS Command Injection)",
        },
    ]
).encode()

CHECKSEC = b'{ "/bin/ls": { "relro":"partial","canary":"yes","nx":"yes","pie":"yes","rpath":"no","runpath":"no","symbols":"no","fortify_source":"yes","fortified":"5","fortify-able":"17" } }'
CHECKSEC_3 = b'[ { "checks": { "canary": "Canary Found", "fortify_source": "No", "nx": "NX enabled", "pie": "PIE Enabled", "relro": "Full RELRO", "rpath": "No RPATH", "runpath": "RUNPATH" }, "name": "/bin/ls" } ]'
CHECKSEC_CSV = b"Full RELRO,Canary found,NX disabled,DSO,No RPATH,No RUNPATH,No Symbols,Yes,5,17,/lib/libc.so.6\n"

_CVE = {
    "vendor": "haxx", "product": "curl", "version": "7.64.0", "cve_number": "CVE-2019-5481", "severity": "CRITICAL", "score": "9.8",
    "source": "NVD", "cvss_version": "3", "cvss_vector": "CVSS:3.1/AV:N", "paths": "/usr/bin/curl,/usr/lib/libcurl.so", "remarks": "Mitigated", "comments": "not built in",
}  # fmt: skip
CVE_BIN_TOOL = json.dumps([_CVE, {**_CVE, "cve_number": "CVE-2019-5482", "remarks": "NewFound"}]).encode()
CVE_BIN_TOOL_2 = json.dumps(
    {
        "$schema": "", "metadata": {"tool": {"name": "cve-bin-tool", "version": "3.4"}, "generation_date": "2026-08-01 10:00:00"},
        "database_info": {"last_updated": "2026-08-01 09:00:00"},
        "vulnerabilities": {"summary": {"CRITICAL": 1}, "report": [{"datasource": "NVD", "entries": [_CVE]}]},
    }
).encode()  # fmt: skip
CVE_BIN_TOOL_CSV = b"vendor,product,version,cve_number,severity,score,source,cvss_version,cvss_vector,paths,remarks,comments\nhaxx,curl,7.64.0,CVE-2019-5481,CRITICAL,9.8,NVD,3,CVSS:3.1/AV:N,/usr/bin/curl,NewFound,\n"

MUD = json.dumps(
    {
        "ietf-mud:mud": {
            "mud-version": 1, "mud-url": "https://gateway.example/mud", "last-update": "2026-05-04T10:00:00Z", "cache-validity": 48, "is-supported": True,
            "systeminfo": "gateway", "from-device-policy": {"access-lists": {"access-list": [{"name": "fr"}]}},
            "to-device-policy": {"access-lists": {"access-list": [{"name": "to"}, {"name": "nowhere"}]}},
        },
        "ietf-access-control-list:acls": {
            "acl": [
                {
                    "name": "fr", "type": "ipv4-acl-type",
                    "aces": {
                        "ace": [
                            {"name": "a", "matches": {"ipv4": {"ietf-acldns:dst-dnsname": "api.gateway.example", "protocol": 6}, "tcp": {"ietf-mud:direction-initiated": "from-device", "destination-port": {"operator": "eq", "port": 443}}}, "actions": {"forwarding": "accept"}},
                            {"name": "b", "matches": {"ipv4": {"ietf-acldns:dst-dnsname": "no.example"}}, "actions": {"forwarding": "drop"}},
                        ]
                    },
                },
                {
                    "name": "to", "type": "ipv4-acl-type",
                    "aces": {
                        "ace": [
                            {"name": "c", "matches": {"ietf-mud:mud": {"local-networks": [None]}, "ipv4": {"protocol": 6}, "tcp": {"ietf-mud:direction-initiated": "to-device", "destination-port": {"operator": "eq", "port": 8443}}}, "actions": {"forwarding": "accept"}},
                            {"name": "d", "matches": {"ipv4": {"ietf-acldns:src-dnsname": "api.gateway.example", "protocol": 6}, "tcp": {"ietf-mud:direction-initiated": "from-device", "source-port": {"operator": "eq", "port": 443}}}, "actions": {"forwarding": "accept"}},
                        ]
                    },
                },
            ]
        },
    }
).encode()  # fmt: skip

SYSTEMD = b'[{"set":false,"name":"PrivateNetwork=","json_field":"PrivateNetwork","description":"x","exposure":"0.5"},{"set":true,"name":"SystemCallFilter=~@clock","json_field":"SystemCallFilter_clock","description":"filtered","exposure":null}]'
SYSTEMD_ALL = b'[{"unit":"dropbear.service","exposure":"9.6","predicate":"UNSAFE","happy":":-("},{"unit":"nginx.service","exposure":"1.3","predicate":"OK","happy":":-)"}]'

LYNIS = (
    b"# Lynis Report\nreport_version_major=1\nreport_version_minor=0\nreport_datetime_start=2026-09-01 10:00:00\nlynis_version=3.0.8\nhostname=gw\n"
    b"hardening_index=61\nwarning[]=AUTH-9204|Multiple users with UID 0 found|-|-|\nnetwork_listen_port[]=0.0.0.0:23|tcp|telnetd|\n"
    b"network_listen_port[]=127.0.0.1:6379|tcp|redis|\nlinux_kernel_version=6.1.0\nbroken line\n"
)

ALL = {
    "nmap XML": [nmap(ports=port(23, 'name="telnet" method="probed"'))],
    "MUD (RFC 8520)": [MUD],
    "EMBA SBOM": [EMBA],
    "FACT REST JSON": [FACT],
    "unblob JSON": [UNBLOB],
    "systemd-analyze security JSON": [SYSTEMD, SYSTEMD_ALL],
    "cve-bin-tool": [CVE_BIN_TOOL, CVE_BIN_TOOL_2, CVE_BIN_TOOL_CSV],
    "cwe_checker JSON": [CWE_CHECKER],
    "checksec": [CHECKSEC, CHECKSEC_3, CHECKSEC_CSV],
    "EMBA CSV": [EMBA_S09, EMBA_S107, EMBA_S12, EMBA_S60, EMBA_P99],
    "Lynis report": [LYNIS],
}
"""Format -> reports of it."""
