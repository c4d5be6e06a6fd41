"""Trees as a whole: every planted weakness at its level, nothing of the kind in the hardened tree, and variants of both.

The trees of Debian packages are read where they were built (`RULEWRIGHT_TREES`, or ../shared/trees; docs/devices.md tells
how); synthetic trees that hold the same are always read.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.devices.tree import Tree, folder, of_texts
from rulewright.facts.types import Level
from tests.devices import samples
from tests.devices.made import real
from tests.devices.samples import SERVICES, SYSTEMS, Service
from tests.devices.seen import Told, level, told

RCS, INETD = "/etc/init.d/rcS", "/etc/inetd.conf#1"
PLANTED: tuple[tuple[str, object, str, str], ...] = (
    ("iface.telnet_present", True, "enabled", INETD),
    ("iface.telnet_present", True, "conditional", f"{RCS}#3"),
    ("telnet without login", None, "conditional", f"{RCS}#3"),
    ("iface.debug_uart", "open", "enabled", "/etc/inittab#2"),
    ("shell on a serial line", None, "enabled", "/etc/inittab#2"),
    ("auth.default_password_kind", "universal", "enabled", "/etc/shadow#1"),
    ("auth.default_password_kind", "universal", "enabled", "/etc/shadow#2"),
    ("crypto.weak_algorithms", ("MD5",), "enabled", "/etc/shadow#1"),
    ("crypto.weak_algorithms", ("DES",), "enabled", "/etc/shadow#2"),
    ("second root account", None, "enabled", "/etc/shadow#2"),
    ("readable password file", None, "enabled", "/etc/shadow"),
    ("auth.password_optional", True, "enabled", f"{RCS}#4"),
    ("ssh root login", None, "enabled", f"{RCS}#4"),
    ("iface.snmp_v1v2", True, "enabled", "/etc/snmp/snmpd.conf#1"),
    ("auth.unauthenticated_services", ("snmp",), "enabled", "/etc/snmp/snmpd.conf#2"),
    ("snmp write community", None, "enabled", "/etc/snmp/snmpd.conf#2"),
    ("auth.unauthenticated_services", ("mqtt",), "enabled", "/etc/mosquitto/mosquitto.conf#2"),
    ("tls.min_version", "none", "enabled", "/etc/mosquitto/mosquitto.conf#1"),
    ("auth.unauthenticated_services", ("ftp",), "configured", "/etc/vsftpd.conf#1"),
    ("ftp anonymous upload", None, "configured", "/etc/vsftpd.conf#4"),
    ("wifi.security", ("WPA",), "configured", "/etc/hostapd/hostapd.conf#3"),
    ("iface.wps_enabled", True, "configured", "/etc/hostapd/hostapd.conf#7"),
    ("update.transport_encrypted", False, "configured", "/etc/vendor.conf#1"),
    ("writable folder", None, "enabled", "/mnt/usb"),
)
"""What `build_device_trees.sh` plants in `legacy`, and what the synthetic tree holds of it; `None`: a finding in words."""
PACKAGED: tuple[tuple[str, object, str, str], ...] = (
    ("iface.telnet_present", True, "present", "/bin/busybox"),
    ("iface.http_plain_admin", True, "enabled", "/etc/lighttpd/lighttpd.conf#14"),
    ("iface.ftp_present", True, "configured", "/etc/init.d/tftpd-hpa#55"),
    ("iface.ftp_present", True, "configured", "/etc/init.d/vsftpd#48"),
    ("iface.upnp_enabled", True, "configured", "/lib/systemd/system/miniupnpd.service#10"),
    ("crypto.key_strength_bits", 80, "enabled", "/etc/ssl/private/server.key#1"),
    ("readable private key", None, "enabled", "/etc/ssl/private/server.key#1"),
    ("cred.shared_across_devices", True, "enabled", "/etc/ssl/private/server.key#1"),
    ("crypto.weak_algorithms", ("SHA-1",), "enabled", "/etc/ssl/server.crt#1"),
    ("tls.cert_expired_or_weak", True, "enabled", "/etc/ssl/server.crt#1"),
)
"""What only the real tree holds: packages' own files, and a key."""
GOAT: tuple[tuple[str, object, str, str], ...] = (
    ("iface.telnet_present", True, "enabled", "/etc/rc.local#5"),
    ("unknown program started", None, "enabled", "/etc/rc.local#4"),
    ("auth.default_password_kind", "universal", "enabled", "/etc/shadow#8"),
    ("crypto.weak_algorithms", ("MD5",), "enabled", "/etc/shadow#1"),
    ("copy of a password file", None, "present", "/etc/shadow.bak#1"),
    ("iface.upnp_enabled", True, "configured", "/etc/config/upnpd#4"),
    ("upnp for others", None, "configured", "/etc/config/upnpd#5"),
    ("wifi.security", ("open",), "configured", "/etc/config/wireless#10"),
)
"""The weaknesses that IoTGoat plants in its overlay and that are recognised; docs/devices.md lists the others."""
INTERFACES = ("iface.telnet_present", "iface.ftp_present", "iface.snmp_v1v2")


def missing(found: set[Told], planted: tuple[tuple[str, object, str, str], ...]) -> list[tuple[str, object, str, str]]:
    have = {(one.name, one.value, one.level, one.place) for one in found}
    have |= {(one.name, None, one.level, one.place) for one in found}
    return [row for row in planted if row not in have]


def goat(where: Path) -> Tree:
    """The overlay of IoTGoat, unpacked."""
    packed = Path(__file__).resolve().parents[2].parent / "shared/feeds/firmware/iotgoat_overlay.tar.gz"
    if not packed.is_file():
        pytest.skip("no overlay of IoTGoat at hand (../shared/feeds/firmware)")
    with tarfile.open(packed) as archive:
        if hasattr(tarfile, "data_filter"):  # from 3.11.4 on
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(where)
    inner = next((path.parent.parent for path in where.rglob("etc/rc.local")), where)
    return folder("iotgoat", str(inner))


# --- the trees -------------------------------------------------------------------------------------------------------------


def test_everything_planted_is_found_at_its_level() -> None:
    assert not missing(told(samples.legacy()), PLANTED)


def test_everything_planted_among_packages_is_found_at_its_level() -> None:
    assert not missing(told(real("legacy")), PLANTED + PACKAGED)


@pytest.mark.parametrize("tree", [samples.hardened, lambda: real("hardened")], ids=["synthetic", "packages"])
def test_the_hardened_tree_is_clean(tree: Callable[[], Tree]) -> None:
    found = told(tree())
    assert [one for one in found if one.name in INTERFACES and one.level != "present"] == []
    assert missing(found, (("iface.telnet_present", True, "present", "/bin/busybox"),)) == []
    assert not [
        one for one in found if one.name.startswith(("default pass", "second root", "readable", "shell", "telnet"))
    ]
    positive = {"net.segmentation_supported", "update.signature_verified", "update.failsafe", "tls.mutual"}
    assert positive <= {one.name for one in found if one.value is True and one.level == "enabled"}
    # two scopes that say different things are both kept
    assert {("TLS1.2", "enabled"), ("TLS1.0", "configured")} <= {
        (str(one.value), one.level) for one in found if one.name == "tls.min_version"
    }


def test_iotgoat(tmp_path: Path) -> None:
    assert not missing(told(goat(tmp_path)), GOAT)


# --- variants of the trees -------------------------------------------------------------------------------------------------


def without(texts: dict[str, str | bytes], path: str, old: str, new: str = "") -> Tree:
    text = texts[path]
    assert isinstance(text, str)
    assert old in text
    return samples.legacy({**texts, path: text.replace(old, new)})


LEGACY = dict(samples.LEGACY)


def test_services_of_inetd_count_only_when_inetd_is_started() -> None:
    tree = without(LEGACY, "/etc/inittab", "::respawn:/usr/sbin/inetd -i\n")
    assert level(tree, "iface.telnet_present") is Level.CONDITIONAL  # that of rcS is left
    rcs = str(LEGACY[RCS]).replace("[ -f /etc/debug_mode ] && /usr/sbin/telnetd -l /bin/sh -p 2323 &\n", "")
    tree = without({**LEGACY, RCS: rcs}, "/etc/inittab", "::respawn:/usr/sbin/inetd -i\n")
    assert not missing(told(tree), (("iface.telnet_present", True, "configured", INETD),))
    assert level(tree, "iface.telnet_present") is Level.CONFIGURED


@pytest.mark.parametrize(
    ("path", "old", "new", "attribute", "expected"),
    [
        (RCS, "[ -f /etc/debug_mode ] && ", "", "iface.telnet_present", Level.ENABLED),
        (RCS, "snmpd -Lf", "# snmpd -Lf", "iface.snmp_v1v2", Level.CONFIGURED),
        (RCS, "snmpd -Lf", "[ -f /etc/snmp/on ] && snmpd -Lf", "iface.snmp_v1v2", Level.CONDITIONAL),
        (RCS, "mosquitto -c", "vsftpd &\nmosquitto -c", "iface.ftp_present", Level.ENABLED),
        (RCS, "mosquitto -c", "hostapd /etc/hostapd/hostapd.conf\nmosquitto -c", "iface.wps_enabled", Level.ENABLED),
        ("/etc/hostapd/hostapd.conf", "wps_state=2", "wps_state=0", "iface.wps_enabled", None),
        ("/etc/snmp/snmpd.conf", "rocommunity public\nrwcommunity private\n", "rouser ops authPriv\n", "iface.snmp_v1v2", None),
        ("/etc/inittab", "::sysinit:/etc/init.d/rcS\n", "", "iface.ssh_present", Level.PRESENT),
    ],
)  # fmt: skip
def test_a_change_of_the_legacy_tree(path: str, old: str, new: str, attribute: str, expected: Level | None) -> None:
    assert level(without(LEGACY, path, old, new), attribute) == expected


VENDOR = {
    "cd /opt/v\n./start.sh &\n": Level.ENABLED,
    "cd /opt\ncd v && sh start.sh\n": Level.ENABLED,
    "(cd /opt/v; ./start.sh)\n": Level.ENABLED,
    "cd /opt/v && . ./start.sh\n": Level.ENABLED,
    "cd /opt/v && [ -x ./start.sh ] && ./start.sh\n": Level.ENABLED,
    "cd /opt/v\n[ -f start.sh -a -f setup.sh ] && sh ./start.sh\n": Level.ENABLED,
    "cd /opt\n[ -x ./start.sh ] && /opt/v/start.sh\n": Level.PRESENT,
    "(cd /opt/v)\n./start.sh\n": Level.PRESENT,
    "cd /opt/v\ncd ..\n./start.sh\n": Level.PRESENT,
    "cd $(cat /tmp/where)\n./start.sh\n": Level.PRESENT,
    "[ -f /data/on ] && cd /opt/v\n./start.sh\n": Level.PRESENT,
}
"""How a boot script starts another one that is named from its own folder, and what follows."""


@pytest.mark.parametrize("script", VENDOR)
def test_scripts_that_are_named_from_a_folder(script: str) -> None:
    base: dict[str, str | bytes] = {"/bin/busybox": samples.ELF + b"\0init\0sh\0", "/usr/sbin/telnetd": samples.ELF}
    texts = {"/opt/v/start.sh": "#!/bin/sh\n. ./setup.sh\n$WHAT -F\n", "/opt/v/setup.sh": "WHAT=/usr/sbin/telnetd\n"}
    boot = {"/etc/inittab": "::sysinit:/etc/init.d/rcS\n", "/etc/init.d/rcS": f"#!/bin/sh\n{script}"}
    tree = of_texts({**base, **texts, **boot}, {"/sbin/init": "/bin/busybox", "/bin/sh": "busybox"})
    assert level(tree, "iface.telnet_present") is VENDOR[script]


# --- one service, everywhere -----------------------------------------------------------------------------------------------

systems = st.sampled_from(sorted(SYSTEMS))
services = st.sampled_from(SERVICES)


@settings(max_examples=24, deadline=None)
@given(system=systems, service=services)
def test_a_service_is_enabled_in_every_init_system(system: str, service: Service) -> None:
    tree = samples.device(system, service)
    assert level(tree, service.attribute) is Level.ENABLED
    assert {one.name for one in told(tree) if one.name in {other.attribute for other in SERVICES}} == {
        service.attribute
    }


@settings(max_examples=24, deadline=None)
@given(system=systems, service=services)
def test_switched_off_it_is_set_up_or_only_there(system: str, service: Service) -> None:
    expected = Level.CONFIGURED if system in samples.LISTED else Level.PRESENT
    assert level(samples.device(system, service, on=False), service.attribute) is expected


@settings(max_examples=24, deadline=None)
@given(system=systems, service=services, data=st.data())
def test_the_programs_name_does_not_matter(system: str, service: Service, data: st.DataObject) -> None:
    program = data.draw(st.sampled_from(service.names))
    line = f"{program} {service.arguments if service.kind != 'ssh' else '-D'}".strip()
    for on, expected in ((True, Level.ENABLED), (False, None)):
        found = level(samples.device(system, service, line, program, on=on), service.attribute)
        assert found is expected or (not on and found in {Level.CONFIGURED, Level.PRESENT})


SHELLS = sorted(set(SYSTEMS) - {"systemd", "procd", "inittab"})
CONDITIONS = ("[ -f /etc/debug_mode ] && {}", "if [ -e /data/on ]; then {}; fi", "grep -q debug /proc/cmdline && {}")
flag = st.from_regex(r"\A/(?:data|mnt/usb|etc/vendor)/[a-z]{1,8}\Z")


@settings(max_examples=24, deadline=None)
@given(system=st.sampled_from(SHELLS), service=services, form=st.sampled_from(CONDITIONS), path=flag)
def test_a_condition_that_the_tree_does_not_decide(system: str, service: Service, form: str, path: str) -> None:
    command = f"{service.program} {service.arguments}".strip()
    line = form.replace("/data/on", path).format(command)
    texts, links = SYSTEMS[system](line, on=True)
    if system == "runit":  # a run file holds a script, too
        texts["/etc/sv/svc/run"] = f"#!/bin/sh\n{line}\n"
    first = {"/sbin/init": "/bin/busybox", "/bin/sh": "busybox"}
    tree = of_texts(
        {"/bin/busybox": samples.ELF + b"\0init\0sh\0", service.program: samples.ELF, **texts}, {**first, **links}
    )
    assert level(tree, service.attribute) is Level.CONDITIONAL


@settings(max_examples=8, deadline=None)
@given(service=services, masked=st.booleans())
def test_units_that_are_masked_or_have_a_condition(service: Service, masked: bool) -> None:  # noqa: FBT001 -- drawn
    texts, links = SYSTEMS["systemd"](f"{service.program} {service.arguments}".strip(), on=True)
    unit = texts["/lib/systemd/system/svc.service"]
    if masked:
        links["/etc/systemd/system/svc.service"] = "/dev/null"
    else:
        texts["/lib/systemd/system/svc.service"] = "[Unit]\nConditionPathExists=/etc/debug_mode\n" + unit
    first = {"/sbin/init": "/lib/systemd/systemd"}
    base: dict[str, str | bytes] = {
        "/lib/systemd/systemd": samples.ELF,
        service.program: samples.ELF,
        "/bin/sh": samples.ELF,
    }
    tree = of_texts({**texts, **base}, {**first, **links})
    found = level(tree, service.attribute)
    assert found in {Level.CONFIGURED, Level.PRESENT} if masked else found is Level.CONDITIONAL


@settings(max_examples=24, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(("telnetd", "telnet stream tcp", "/usr/sbin/telnetd", "vsftpd -l", "#", "\n")), max_size=12
    )
)
def test_words_in_other_files_say_nothing(text: list[str]) -> None:
    """What a string search fires on: manuals, lists, code, backups."""
    words = " ".join(text)
    paths = (
        "/usr/share/doc/x/README",
        "/etc/services",
        "/usr/lib/python3/telnetlib.py",
        "/etc/inittab.orig",
        "/www/index.html",
    )
    base: dict[str, str | bytes] = {
        "/bin/busybox": samples.ELF + b"\0init\0sh\0",
        "/etc/inittab": "::askfirst:/sbin/getty\n",
    }
    tree = of_texts({**base, **dict.fromkeys(paths, words)}, {"/sbin/init": "/bin/busybox", "/bin/sh": "busybox"})
    assert level(tree, "iface.telnet_present") is None
    assert level(tree, "iface.ftp_present") is None
