"""systemd's start chain: links, masks, drop-ins, templates, sockets, timers, conditions."""

from __future__ import annotations

import pytest

from rulewright.devices.daemons import daemons
from rulewright.devices.model import Start
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, of_texts
from rulewright.facts.types import Level

ELF = b"\x7fELF\x02\x01\x01\0"
UNIT = "/lib/systemd/system/t.service"
WANTS = "/etc/systemd/system/multi-user.target.wants/t.service"
SERVICE = "[Service]\nExecStart=/usr/sbin/telnetd -F -p 2323\n[Install]\nWantedBy=multi-user.target\n"


def tree(texts: dict[str, str | bytes], links: dict[str, str] | None = None) -> Tree:
    return of_texts({"/lib/systemd/systemd": ELF, "/bin/sh": ELF, "/usr/sbin/telnetd": ELF, **texts}, links or {})


def of(found: Tree) -> list[Start]:
    return [start for start in starts(found) if start.words[0].endswith("telnetd")]


def level(found: Tree) -> Level | None:
    return max((start.level for start in of(found)), default=None)


def test_the_link_enables_and_the_wish_does_not() -> None:
    assert level(tree({UNIT: SERVICE})) == Level.CONFIGURED
    (start,) = of(tree({UNIT: SERVICE}, {WANTS: UNIT}))
    assert (start.level, start.unit) == (Level.ENABLED, "t.service")
    assert start.chain[-2].place.pointer == f"{UNIT}#2"


@pytest.mark.parametrize("null", [{"/etc/systemd/system/t.service": "/dev/null"}, {WANTS: "/dev/null"}])
def test_masked(null: dict[str, str]) -> None:
    assert level(tree({UNIT: SERVICE}, {WANTS: UNIT} | null)) in {None, Level.CONFIGURED}


def test_masked_by_an_empty_file() -> None:
    assert level(tree({UNIT: SERVICE, "/etc/systemd/system/t.service": ""}, {WANTS: UNIT})) is None


def test_etc_goes_before_lib() -> None:
    own = {"/etc/systemd/system/t.service": "[Service]\nExecStart=/bin/sh\n"}
    assert level(tree({UNIT: SERVICE, **own}, {WANTS: UNIT})) is None


def test_drop_ins() -> None:
    drop = {
        "/etc/systemd/system/t.service.d/x.conf": "[Service]\nExecStart=\nExecStart=-/usr/sbin/telnetd -p 99\nUser=nobody\n"
    }
    (start,) = of(tree({UNIT: SERVICE, **drop}, {WANTS: UNIT}))
    assert (start.words, start.user) == (("/usr/sbin/telnetd", "-p", "99"), "nobody")
    assert start.chain[-2].place.path.endswith("x.conf")


def test_another_default_target() -> None:
    links = {WANTS: UNIT, "/etc/systemd/system/default.target": "/lib/systemd/system/rescue.target"}
    assert level(tree({UNIT: SERVICE, "/lib/systemd/system/rescue.target": "[Unit]\n"}, links)) == Level.CONFIGURED
    needs = "[Unit]\nRequires=multi-user.target\n"
    assert level(tree({UNIT: SERVICE, "/lib/systemd/system/rescue.target": needs}, links)) == Level.ENABLED


def test_requires_of_an_enabled_unit() -> None:
    other = {"/lib/systemd/system/a.service": "[Unit]\nRequires=t.service\n[Service]\nExecStart=/bin/sh\n"}
    links = {"/etc/systemd/system/multi-user.target.wants/a.service": "/lib/systemd/system/a.service"}
    assert level(tree({UNIT: SERVICE, **other}, links)) == Level.ENABLED


def test_templates_with_environment() -> None:
    text = "[Service]\nEnvironmentFile=-/etc/default/t\nEnvironment=A=-F\nExecStart=/usr/sbin/telnetd $A $MORE -p %i\n"
    found = tree(
        {"/lib/systemd/system/t@.service": text, "/etc/default/t": 'MORE="-l /bin/sh"\n#MORE=x\n'},
        {"/etc/systemd/system/multi-user.target.wants/t@2323.service": "/lib/systemd/system/t@.service"},
    )
    assert [start.words[1:] for start in of(found)] == [("-F", "-l", "/bin/sh", "-p", "2323")]


@pytest.mark.parametrize("accept", ["yes", "no"])
def test_sockets(accept: str) -> None:
    name = "t@.service" if accept == "yes" else "t.service"
    found = tree(
        {
            f"/lib/systemd/system/{name}": "[Service]\nExecStart=-/usr/sbin/telnetd -i\n",
            "/lib/systemd/system/t.socket": f"[Socket]\nListenStream=127.0.0.1:2323\nAccept={accept}\n",
        },
        {"/etc/systemd/system/sockets.target.wants/t.socket": "/lib/systemd/system/t.socket"},
    )
    assert level(found) == Level.ENABLED
    (daemon,) = daemons(found, starts(found))
    assert [(port.number, port.host, port.local) for port in daemon.ports] == [(2323, "127.0.0.1", True)]


def test_timers_and_paths() -> None:
    texts: dict[str, str | bytes] = {UNIT: SERVICE, "/lib/systemd/system/t.timer": "[Timer]\nOnBootSec=1\n"}
    links = {"/etc/systemd/system/timers.target.wants/t.timer": "/lib/systemd/system/t.timer"}
    assert level(tree(texts, links)) == Level.ENABLED
    texts = {UNIT: SERVICE, "/lib/systemd/system/t.path": "[Path]\nPathExists=/etc/on\n"}
    links = {"/etc/systemd/system/multi-user.target.wants/t.path": "/lib/systemd/system/t.path"}
    assert level(tree(texts, links)) == Level.CONDITIONAL


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ConditionPathExists=/etc/debug_mode", Level.CONDITIONAL),
        ("ConditionPathExists=!/etc/debug_mode", Level.CONDITIONAL),
        ("ConditionPathExists=/usr/sbin/telnetd", Level.ENABLED),
        ("ConditionPathExists=!/usr/sbin/telnetd", Level.CONFIGURED),
        ("ConditionPathExists=/usr/sbin/none", Level.CONFIGURED),
        ("ConditionKernelCommandLine=debug", Level.CONDITIONAL),
        ("ConditionCapability=CAP_SYS_TIME", Level.ENABLED),
        ("ConditionPathExists=|/usr/sbin/none\nConditionPathExists=|/usr/sbin/telnetd", Level.ENABLED),
    ],
)
def test_conditions(condition: str, expected: Level) -> None:
    assert level(tree({UNIT: f"[Unit]\n{condition}\n{SERVICE}"}, {WANTS: UNIT})) == expected


def test_sysv_scripts_and_rc_local() -> None:
    texts: dict[str, str | bytes] = {"/etc/init.d/t": "#!/bin/sh\n[ $1 = start ] && telnetd\n"}
    assert level(tree(texts, {"/etc/rc3.d/S01t": "../init.d/t"})) == Level.ENABLED
    assert level(tree(texts)) == Level.CONFIGURED
    assert level(tree({"/etc/rc.local": "telnetd &\n"})) == Level.ENABLED


def test_a_shell_within_a_unit() -> None:
    text = "[Service]\nExecStart=/bin/sh -c '[ -f /etc/dbg ] && exec telnetd -p 1; exec telnetd -p 2'\n"
    found = {start.words[-1]: start.level for start in of(tree({UNIT: text}, {WANTS: UNIT}))}
    assert found == {"1": Level.CONDITIONAL, "2": Level.CONDITIONAL}


def test_systemctl_in_a_script() -> None:
    assert level(tree({UNIT: SERVICE, "/etc/rc.local": "systemctl --no-block start t &\n"})) == Level.ENABLED
    assert level(tree({UNIT: SERVICE, "/etc/rc.local": "systemctl stop t\n"})) == Level.CONFIGURED


def test_units_that_want_each_other_end() -> None:
    texts: dict[str, str | bytes] = {
        f"/lib/systemd/system/{name}.service": f"[Unit]\nWants={other}.service\n[Service]\nExecStart=/usr/sbin/telnetd {name}\n"
        for name, other in (("t", "u"), ("u", "t"))
    }
    links = {WANTS: UNIT, "/etc/systemd/system/a.service": "b.service", "/etc/systemd/system/b.service": "a.service"}
    assert level(tree(texts, links)) == Level.ENABLED
