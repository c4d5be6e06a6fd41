"""Settings of ssh, ftp, snmp, mqtt, upnp and dnsmasq: each with the level of its daemon."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import config_dns, config_ftp, config_mqtt, config_snmp, config_ssh, config_upnp
from rulewright.devices.tree import of_texts
from rulewright.facts.types import Level
from tests.devices.made import daemon, real, subjects, values

SERVICES = "auth.unauthenticated_services"
LEVELS = [Level.CONFIGURED, Level.CONDITIONAL, Level.ENABLED]


def test_sshd_settings() -> None:
    config = "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nPermitEmptyPasswords yes\nCiphers aes256-ctr,3des-cbc\n"
    tree = of_texts({"/etc/ssh/sshd_config": config, "/etc/ssh/sshd_config.d/a.conf": "PermitEmptyPasswords no\n"})
    found = config_ssh.detect(tree, [daemon("ssh", "/usr/sbin/sshd")])
    assert values(found, "auth.password_optional") == []  # the first setting counts
    assert values(found, "crypto.weak_algorithms") == [(("3DES",), "enabled", "/etc/ssh/sshd_config#4")]
    assert [subject for subject, _, _ in subjects(found)] == ["ssh password login", "ssh root login"]


def test_sshd_keys_only_says_nothing() -> None:
    tree = of_texts(
        {
            "/etc/ssh/sshd_config": "PasswordAuthentication no\nCiphers -3des-cbc\nMatch all\nPasswordAuthentication yes\n"
        }
    )
    found = config_ssh.detect(tree, [daemon("ssh", "/usr/sbin/sshd")])
    assert (found.said, found.rows) == ([], [])


def test_dropbear_options() -> None:
    tree = of_texts({})
    open_ = config_ssh.detect(tree, [daemon("ssh", "/usr/sbin/dropbear", "-B", "-p", "22")])
    assert values(open_, "auth.password_optional") == [(True, "enabled", "/etc/init.d/rcS#4")]
    closed = config_ssh.detect(tree, [daemon("ssh", "/usr/sbin/dropbear", "-F", "-E", "-sgw", "-p", "22")])
    assert (closed.said, closed.rows) == ([], [])


def test_openwrt_dropbear() -> None:
    tree = of_texts(
        {"/etc/config/dropbear": "config dropbear\n\toption PasswordAuth 'on'\n\toption RootPasswordAuth 'off'\n"}
    )
    assert subjects(config_ssh.detect(tree, [])) == [("ssh password login", "configured", "/etc/config/dropbear#2")]


@pytest.mark.parametrize("level", LEVELS)
def test_anonymous_ftp_has_the_level_of_its_daemon(level: Level) -> None:
    tree = of_texts({"/etc/vsftpd.conf": "anonymous_enable=YES\nssl_enable=YES\n"})
    found = config_ftp.detect(tree, [daemon("ftp", "/usr/sbin/vsftpd", level=level)])
    assert values(found, SERVICES) == [(("ftp",), level.word, "/etc/vsftpd.conf#1")]


@pytest.mark.parametrize("line", ["anonymous_enable=NO", "anonymous_enable = NO"])
def test_ftp_for_users_only(line: str) -> None:
    tree = of_texts({"/etc/vsftpd.conf": f"{line}\nssl_enable=YES\n"})
    assert config_ftp.detect(tree, [daemon("ftp", "/usr/sbin/vsftpd")]).said == []


def test_vsftpd_lets_anyone_in_unless_told_otherwise() -> None:
    tree = of_texts({"/etc/vsftpd.conf": "#anonymous_enable=NO\n"})
    assert values(config_ftp.detect(tree, [daemon("ftp", "/usr/sbin/vsftpd")]), SERVICES) == [
        (("ftp",), "enabled", "/etc/vsftpd.conf")
    ]


def test_other_ftp_servers_and_tftp() -> None:
    tree = of_texts(
        {"/etc/proftpd/proftpd.conf": "<Anonymous ~ftp>\n</Anonymous>\n", "/etc/pure-ftpd.conf": "NoAnonymous no\n"}
    )
    daemons = [
        daemon("ftp", "/usr/sbin/proftpd"),
        daemon("ftp", "/usr/sbin/pure-ftpd"),
        daemon("tftp", "/usr/sbin/in.tftpd"),
    ]
    assert [value for value, _, _ in values(config_ftp.detect(tree, daemons), SERVICES)] == [
        ("ftp",),
        ("ftp",),
        ("tftp",),
    ]


def test_snmp_communities() -> None:
    config = "rocommunity public\nrwcommunity s3cr3tword 10.0.0.0/8\nrocommunity local 127.0.0.1\n#rocommunity public\nrouser admin\n"
    tree = of_texts({"/etc/snmp/snmpd.conf": config})
    found = config_snmp.detect(tree, [daemon("snmp", "/usr/sbin/snmpd", "-c", "/etc/snmp/snmpd.conf")])
    assert values(found, "iface.snmp_v1v2") == [
        (True, "enabled", "/etc/snmp/snmpd.conf#1"),
        (True, "enabled", "/etc/snmp/snmpd.conf#2"),
    ]
    assert values(found, SERVICES) == [(("snmp",), "enabled", "/etc/snmp/snmpd.conf#1")]
    assert subjects(found)[-1][0] == "snmp write community"
    assert "s3cr3tword" not in repr(found)


def test_snmp_v3_only_is_examined() -> None:
    tree = of_texts({"/etc/snmp/snmpd.conf": "createUser u SHA x AES y\nrouser u authpriv\n"})
    found = config_snmp.detect(tree, [daemon("snmp", "/usr/sbin/snmpd")])
    assert (found.said, found.examined) == ([], {"iface.snmp_v1v2": False})


def test_an_agent_that_cannot_be_read_is_not_examined() -> None:
    assert config_snmp.detect(of_texts({}), [daemon("snmp", "/usr/sbin/vendor_snmp")]).examined == {}


def test_com2sec_and_openwrt() -> None:
    tree = of_texts({"/etc/snmp/snmpd.conf": "com2sec readonly default public\n"})
    assert len(values(config_snmp.detect(tree, []), "iface.snmp_v1v2")) == 1
    uci = "config com2sec public\n\toption secname ro\n\toption source default\n\toption community public\n"
    assert values(config_snmp.detect(of_texts({"/etc/config/snmpd": uci}), []), SERVICES) == [
        (("snmp",), "configured", "/etc/config/snmpd#4")
    ]


MQTT = "/etc/mosquitto/mosquitto.conf"


def test_an_anonymous_broker() -> None:
    tree = of_texts({MQTT: "listener 1883 0.0.0.0\nallow_anonymous true\n"})
    found = config_mqtt.detect(tree, [daemon("mqtt", "/usr/sbin/mosquitto", "-c", MQTT)])
    assert values(found, SERVICES) == [(("mqtt",), "enabled", f"{MQTT}#2")]
    assert values(found, "eco.mqtt_topic_acl") == [(False, "enabled", f"{MQTT}#1")]
    assert values(found, "tls.min_version") == [("none", "enabled", f"{MQTT}#1")]


def test_listeners_are_judged_apart() -> None:
    config = (
        "per_listener_settings true\n"
        "listener 1883 127.0.0.1\nallow_anonymous true\n"
        "listener 8883\ncertfile /c.crt\nkeyfile /c.key\ncafile /ca.crt\nrequire_certificate true\ntls_version tlsv1.1\n"
        "ciphers ECDHE-RSA-AES128-GCM-SHA256:RC4-SHA\nacl_file /etc/acl\n"
        "listener 8884\ncertfile /c.crt\nallow_anonymous true\n"
    )
    found = config_mqtt.detect(of_texts({MQTT: config}), [daemon("mqtt", "/usr/sbin/mosquitto")])
    scopes = {(said.scope, said.attribute): said.value for said in found.said}
    assert "listener 1883" not in {scope for scope, _ in scopes}
    assert scopes["listener 8883", "tls.mutual"] is True
    assert scopes["listener 8883", "tls.min_version"] == "TLS1.1"
    assert scopes["listener 8883", "crypto.weak_algorithms"] == ("RC4",)
    assert scopes["listener 8883", "tls.cipher_suites"] == ("ECDHE-RSA-AES128-GCM-SHA256", "RC4-SHA")
    assert scopes["listener 8883", "eco.mqtt_topic_acl"] is True
    assert scopes["listener 8884", SERVICES] == ("mqtt",)
    assert scopes["listener 8884", "tls.mutual"] is False


def test_without_per_listener_settings_they_hold_for_all() -> None:
    config = "listener 1883\nlistener 1884\nallow_anonymous true\ninclude_dir /etc/mosquitto/conf.d\n"
    tree = of_texts({MQTT: config, "/etc/mosquitto/conf.d/a.conf": "acl_file /etc/acl\n"})
    found = config_mqtt.detect(tree, [daemon("mqtt", "/usr/sbin/mosquitto")])
    assert [said.scope for said in found.said if said.attribute == SERVICES] == ["listener 1883", "listener 1884"]
    assert [value for value, _, _ in values(found, "eco.mqtt_topic_acl")] == [True, True]


def test_a_broker_that_nobody_else_reaches_says_nothing() -> None:
    assert (
        config_mqtt.detect(of_texts({MQTT: "allow_anonymous true\n"}), [daemon("mqtt", "/usr/sbin/mosquitto")]).said
        == []
    )


@pytest.mark.parametrize(("word", "said"), [("yes", True), ("no", False)])
def test_miniupnpd(word: str, said: bool) -> None:  # noqa: FBT001
    tree = of_texts({"/etc/miniupnpd/miniupnpd.conf": f"enable_upnp={word}\nsecure_mode=no\n"})
    found = config_upnp.detect(tree, [daemon("upnp", "/usr/sbin/miniupnpd")])
    assert bool(values(found, "iface.upnp_enabled")) is said
    assert found.examined == {"iface.upnp_enabled": False}


def test_openwrt_upnp_is_configured_where_nothing_starts_it() -> None:
    tree = of_texts(
        {"/etc/config/upnpd": "config upnpd config\n option enabled 1\n option enable_upnp 1\n option secure_mode 0\n"}
    )
    found = config_upnp.detect(tree, [])
    assert values(found, "iface.upnp_enabled") == [(True, "configured", "/etc/config/upnpd#3")]
    assert subjects(found) == [("upnp for others", "configured", "/etc/config/upnpd#4")]


def test_dnsmasq_serves_tftp() -> None:
    tree = of_texts({"/etc/dnsmasq.conf": "#enable-tftp\n", "/etc/dnsmasq.d/boot.conf": "enable-tftp\n"})
    found = config_dns.detect(tree, [daemon("dns", "/usr/sbin/dnsmasq")])
    assert values(found, "iface.ftp_present") == [(True, "enabled", "/etc/dnsmasq.d/boot.conf#1")]


@given(st.text(max_size=400))
def test_any_text_is_settings_or_nothing(text: str) -> None:
    paths = [
        "/etc/ssh/sshd_config",
        "/etc/vsftpd.conf",
        "/etc/snmp/snmpd.conf",
        MQTT,
        "/etc/config/upnpd",
        "/etc/dnsmasq.conf",
    ]
    tree = of_texts({path: text.encode("utf-8", "surrogatepass") for path in paths})
    for module in (config_ssh, config_ftp, config_snmp, config_mqtt, config_upnp, config_dns):
        module.detect(tree, [])


def test_real_trees() -> None:
    legacy, hardened = real("legacy"), real("hardened")
    assert values(config_ftp.detect(legacy, []), SERVICES) == [(("ftp",), "configured", "/etc/vsftpd.conf#1")]
    assert len(values(config_snmp.detect(legacy, []), "iface.snmp_v1v2")) == 2
    assert config_snmp.detect(hardened, []).said == config_ftp.detect(hardened, []).said == []
    broker = config_mqtt.detect(hardened, [daemon("mqtt", "/usr/sbin/mosquitto")])
    assert [value for value, _, _ in values(broker, "tls.mutual")] == [True]
    assert values(broker, SERVICES) == []
