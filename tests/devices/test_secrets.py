"""Secrets: counted with their places, never their values, and few that are none."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import contents, secrets
from rulewright.devices.model import Findings
from rulewright.devices.tree import Entry, Tree, of_texts
from tests.devices.made import real

COUNT = "cred.hardcoded_in_image"


def places(found: Findings) -> list[object]:
    return [row.fields["path"] for row in found.rows]


def counted(path: str, text: str) -> int:
    found = secrets.detect(of_texts({path: text}))
    assert found.examined == {COUNT: 0}
    number = found.said[0].value if found.said else 0
    assert number == len(found.rows)
    return int(str(number))


AWS = "AKIA" + "Z7QK3MWL2XJD4RTV"
GITHUB = "ghp" + "_" + "a8Xk20Lm5Qz7Rt1Yb3Nc6Vd9We4Uf8Sg2Hj0"
GOOGLE = "AIza" + "SyD3x8Kq1LmZ0pR5tUvW7yB2nC4eF6gH9iJ"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/etc/vendor.conf", "mqtt_password=hunter22x"),
        ("/etc/vendor.conf", "password = admin1234"),
        ("/etc/ppp/options", "password=isp-pass-99"),
        ("/etc/config/wireless", "\toption key 'correcthorse'"),
        ("/etc/config/ddns", "\toption password 'opensesame'"),
        ("/etc/hostapd/hostapd.conf", "wpa_passphrase=12345678"),
        ("/etc/wpa_supplicant.conf", '  psk="correct horse"'),
        ("/etc/app.json", '  "api_key": "9f8a7b6c5d4e3f2a1b0c9d8e",'),
        ("/etc/app.xml", "<password>opensesame1</password>"),
        ("/usr/lib/app/main.py", 'DB_PASSWORD = "sup3rs3cr3t"'),
        ("/www/cgi-bin/x.lua", 'local password = "opensesame"'),
        ("/usr/bin/sync.sh", "curl -u device:opensesame https://a.example/x"),
        ("/usr/bin/sync.sh", 'echo "root:opensesame" | chpasswd'),
        ("/usr/bin/sync.sh", "sshpass -p opensesame ssh a@b"),
        ("/usr/bin/sync.sh", "wget ftp://user:opensesame@updates.example/fw.bin"),
        ("/usr/bin/sync.sh", f"export AWS_ACCESS_KEY_ID={AWS}"),
        ("/www/app.js", f'var t="{GITHUB}";'),
        ("/www/app.js", f"fetch('https://a.example/?key={GOOGLE}')"),
        ("/etc/snmp/snmpd.conf", "rocommunity public"),
        ("/etc/snmp/snmpd.conf", "com2sec readonly default private"),
    ],
)
def test_a_secret_is_counted_and_never_kept(path: str, line: str) -> None:
    text = f"first=line\n{line}\n"
    found = secrets.detect(of_texts({path: text}))
    assert places(found) == [f"{path}#2"]
    assert [said.value for said in found.said] == [1]
    out = json.dumps(msgspec.to_builtins(found))
    for value in ("hunter22x", "opensesame", "12345678", "sup3rs3cr3t", AWS, GITHUB, GOOGLE, "correct"):
        assert value not in out


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/etc/vendor.conf", "#password=hunter22x"),
        ("/etc/vendor.conf", "password="),
        ("/etc/vendor.conf", "password=$PASSWORD"),
        ("/etc/vendor.conf", "password=<your password>"),
        ("/etc/vendor.conf", "password_file=/etc/passwords"),
        ("/etc/vendor.conf", "PasswordAuthentication yes"),
        ("/etc/vendor.conf", "password = required"),
        ("/etc/vendor.conf", "token=abc"),
        ("/etc/vendor.conf", "bypass=1234567"),
        ("/etc/vendor.conf", "max_tokens=1000000000000000000000"),
        ("/etc/pam.d/login", "password required pam_unix.so"),
        ("/usr/lib/app/main.py", "password = get_password()"),
        ("/usr/lib/app/main.py", 'password = "password"'),
        ("/usr/lib/app/main.py", 'prompt = {"password": "Enter password:"}'),
        ("/www/login.html", '<input type="password" name="password" value="">'),
        ("/www/app.js", 'const token = "Bearer";'),
        ("/usr/bin/x.sh", 'curl -u "$USER:$PASS" https://a.example'),
        ("/usr/bin/x.sh", "PASSWORD=$(cat /etc/secret)"),
        ("/usr/bin/x.sh", "echo http://user:password@host.example"),
        ("/usr/share/doc/x/guide.conf", "password=hunter22x"),
        ("/etc/mosquitto/pwfile.example", "password=hunter22x"),
        ("/usr/share/x/examples/a.conf", "password=hunter22x"),
        ("/etc/a.xml", "<!-- \n<password>opensesame1</password>\n-->"),
        ("/usr/lib/app/doc.py", '"""Example:\n    "access_token":"2YotnFZFEjr1zCsicMWpAA",\n"""'),
        ("/usr/lib/app/doc.py", "x = 1  # use the --username and --password options"),
        ("/bin/tool", "\0password=hunter22x"),
    ],
)
def test_what_is_no_secret(path: str, line: str) -> None:
    assert counted(path, f"first=line\n{line}\n") == 0


def test_accounts_and_each_place_once() -> None:
    hashed = "$6$abc$def"
    tree = of_texts(
        {
            "/etc/passwd": "root:x:0:0::/root:/bin/sh\nadmin:x:1:1::/:/bin/sh\n",
            "/etc/shadow": f"root:{hashed}:1::::::\nadmin:!:1::::::\n",
            "/etc/app.conf": "password=hunter22x secret=hunter22x\npassword=hunter22x\n",
        }
    )
    found = secrets.detect(tree)
    assert places(found) == ["/etc/app.conf#2", "/etc/shadow#1"]
    assert (found.said[0].value, found.said[0].level.word) == (2, "enabled")


def test_none_is_not_said_of_what_could_not_be_read() -> None:
    def broken(path: str, most: int) -> bytes:
        raise PermissionError(13, "Permission denied", path, most)

    tree = Tree("tree", {"/etc/app.conf": Entry("/etc/app.conf", "file", 10)}, broken)
    assert secrets.detect(tree).examined == {}


def test_a_line_of_a_megabyte_is_bounded() -> None:
    assert counted("/etc/app.conf", "pass" * 250_000) == 0
    assert counted("/www/app.js", "a" * 900_000 + 'password="opensesame"') == 0


@given(st.text(alphabet="password=:'\"secret tokenAKIA\n#<>!-$/@", max_size=300))
def test_any_text_has_secrets_or_not(text: str) -> None:
    secrets.detect(of_texts({"/etc/app.conf": text, "/www/a.js": text}))


def test_real_trees() -> None:
    legacy = secrets.detect(real("legacy"))
    assert places(legacy) == [
        "/etc/hostapd/hostapd.conf#6",
        "/etc/shadow#1",
        "/etc/shadow#2",
        "/etc/snmp/snmpd.conf#1",
        "/etc/snmp/snmpd.conf#2",
        "/etc/ssl/private/server.key#1",
    ]
    assert secrets.detect(real("hardened")).said == []


def test_a_text_that_is_too_long_to_be_searched_leaves_the_number_open() -> None:
    long = b"x=1\n" * (8 * 1024 * 1024 // 4 + 1)
    assert secrets.detect(of_texts({"/etc/short": "x=1\n"})).examined
    assert not secrets.detect(of_texts({"/etc/long": long})).examined
    assert secrets.detect(of_texts({"/opt/image": b"\0" * len(long)})).examined


def test_a_file_that_is_called_a_key_counts_among_the_certificates_of_everybody() -> None:
    assert not contents.left_out("/etc/ssl/certs/device.key")
    assert contents.left_out("/etc/ssl/certs/ISRG_Root_X1.pem")
