"""Start chains: one service, moved between init systems, disabled, commented out; its level follows."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from rulewright.devices.daemons import daemons
from rulewright.devices.model import Start
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, folder, of_texts
from rulewright.facts.types import Level

ELF = b"\x7fELF\x02\x01\x01\0"
BUSYBOX = ELF + b"\0init\0telnetd\0sh\0inetd\0crond\0httpd\0"
SHELL = {"/bin/busybox": BUSYBOX}
LINKS = {"/sbin/init": "../bin/busybox", "/bin/sh": "busybox"}
SYSTEMD = {"/lib/systemd/systemd": ELF, "/bin/busybox": BUSYBOX}
SERVICE = "[Service]\nExecStart=/usr/sbin/telnetd -F -p 2323\n[Install]\nWantedBy=multi-user.target\n"
LSB = """#!/bin/sh
DAEMON=/usr/sbin/telnetd
[ -x "$DAEMON" ] || exit 0
[ -r /etc/default/telnetd ] && . /etc/default/telnetd
case "$1" in
  start)
    start-stop-daemon --start --quiet --exec $DAEMON -- $DAEMON_ARGS
    ;;
  stop) start-stop-daemon --stop --exec $DAEMON ;;
esac
"""


def tree(texts: dict[str, str | bytes], links: dict[str, str] | None = None, *, systemd: bool = False) -> Tree:
    base = SYSTEMD if systemd else SHELL
    own = {"/lib/ld.so": ELF, "/usr/sbin/telnetd": ELF}
    return of_texts({**base, **own, **texts}, {**({} if systemd else LINKS), **(links or {})})


def of(found: Tree, name: str = "telnetd") -> list[Start]:
    return [start for start in starts(found) if start.words[0].endswith(name)]


def level(found: Tree, name: str = "telnetd") -> Level | None:
    return max((start.level for start in of(found, name)), default=None)


def telnet(found: Tree) -> Level:
    return max(daemon.level for daemon in daemons(found, starts(found)) if daemon.kind == "telnet")


def inittab(entry: str) -> Tree:
    return tree({"/etc/inittab": entry})


def rcs(script: str) -> Tree:
    return tree({"/etc/inittab": "::sysinit:/etc/init.d/rcS\n", "/etc/init.d/rcS": f"#!/bin/sh\n{script}\n"})


PLACES: dict[str, Callable[[str], Tree]] = {
    "inittab": lambda line: inittab(f"{line and '::respawn:'}{line}\n"),
    "rcS": rcs,
    "rc.local through SysV": lambda line: tree(
        {
            "/etc/inittab": "id:2:initdefault:\nl2:2:wait:/etc/init.d/rc 2\n",
            "/etc/init.d/rc": "#!/bin/sh\n",
            "/etc/init.d/local": "#!/bin/sh\ncase $1 in start) sh /etc/rc.local;; esac\n",
            "/etc/rc.local": line + "\nexit 0\n",
        },
        {"/etc/rc2.d/S99local": "../init.d/local"},
    ),
    "runit": lambda line: tree(
        {
            "/etc/inittab": "SV:123456:respawn:/usr/bin/runsvdir -P /etc/service\n",
            "/etc/sv/telnet/run": f"#!/bin/sh\nexec {line}\n",
        },
        {"/etc/service/telnet": "/etc/sv/telnet"},
    ),
    "systemd": lambda line: tree(
        {"/etc/systemd/system/t.service": f"[Service]\nExecStart={line}\n"},
        {"/etc/systemd/system/multi-user.target.wants/t.service": "../t.service"},
        systemd=True,
    ),
    "procd": lambda line: tree(
        {
            "/etc/inittab": "::sysinit:/etc/init.d/rcS S boot\n",
            "/etc/init.d/t": "#!/bin/sh /etc/rc.common\nUSE_PROCD=1\nSTART=50\nstart_service() {\n  procd_open_instance\n"
            f"  procd_set_param command {line}\n  procd_close_instance\n}}\n",
        },
        {"/etc/rc.d/S50t": "../init.d/t"},
    ),
    "cron": lambda line: tree(
        {"/etc/inittab": "::respawn:/usr/sbin/crond -f\n", "/etc/crontabs/root": f"@reboot {line}\n"}
    ),
    "openrc": lambda line: tree(
        {
            "/etc/inittab": "::wait:/sbin/openrc default\n",
            "/etc/init.d/t": f'#!/sbin/openrc-run\ncommand="{line.partition(" ")[0]}"\ncommand_args="{line.partition(" ")[2]}"\n',
        },
        {"/etc/runlevels/default/t": "/etc/init.d/t"},
    ),
    "script that is the first process": lambda line: of_texts(
        {"/init": f"#!/bin/sh\nmount -t proc proc /proc\n{line}\n", "/bin/busybox": BUSYBOX, "/usr/sbin/telnetd": ELF}
    ),
    "overlay": lambda line: of_texts({"/etc/rc.local": f"{line}\nexit 0\n"}),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_service_is_enabled_wherever_init_leads_to_it(place: str) -> None:
    found = of(PLACES[place]("/usr/sbin/telnetd -p 2323"))
    assert [(start.level, start.words) for start in found] == [(Level.ENABLED, ("/usr/sbin/telnetd", "-p", "2323"))]
    assert found[0].chain[0].place.path.startswith("/")


@pytest.mark.parametrize("place", [name for name in PLACES if name not in {"openrc", "cron"}])
def test_commented_out_it_is_not_started(place: str) -> None:
    assert not of(PLACES[place]("#/usr/sbin/telnetd -p 2323" if place != "systemd" else ""))


CONDITIONS = {
    "[ -f /etc/debug_mode ] && {}": Level.CONDITIONAL,
    "test -e /etc/debug_mode && {}": Level.CONDITIONAL,
    "if [ -f /etc/debug_mode ]; then {}; fi": Level.CONDITIONAL,
    "if [ ! -f /etc/provisioned ]; then\n {}\nfi": Level.CONDITIONAL,
    "[ -f /etc/debug_mode ] || exit 0\n{}": Level.CONDITIONAL,
    "[ -e /tmp/flag ] && {}": Level.CONDITIONAL,
    "grep -q debug /proc/cmdline && {}": Level.CONDITIONAL,
    "case $(nvram get telnet) in 1) {};; esac": Level.CONDITIONAL,
    '[ "$TELNET" = yes ] && {}': Level.CONDITIONAL,
    "while read x; do {}; done < /etc/list": Level.CONDITIONAL,
    "vendor_check && {}": Level.CONDITIONAL,
    "vendor_check || {}": Level.CONDITIONAL,
    "vendor_check || exit 0\n{}": Level.CONDITIONAL,
    "on() { [ -f /etc/debug_mode ]; }\nif on; then {}; fi": Level.CONDITIONAL,
    "if vendor_check; then x=1; else return; fi; {}": Level.CONDITIONAL,
    "[ -x /usr/sbin/telnetd ] && {}": Level.ENABLED,
    "[ -x /usr/sbin/telnetd ] || exit 0\n{}": Level.ENABLED,
    "mkdir -p /x && {}": Level.ENABLED,
    'T=yes\n[ "$T" = yes ] && {}': Level.ENABLED,
    "grep -q '^::sysinit' /etc/inittab && {}": Level.ENABLED,
    "lighttpd -D || exit 1\n{}": Level.ENABLED,
    "( sleep 5; {} ) &": Level.ENABLED,
    "while true; do {}; sleep 1; done": Level.ENABLED,
    "until ping -c1 gw; do sleep 1; done\n{}": Level.ENABLED,
    "start() {{\n  {}\n}}\nstart": Level.ENABLED,
    "start() {{ return 0; {}; }}\n{}": Level.ENABLED,
    "for t in a b; do {}; done": Level.ENABLED,
    "sh -c '{}'": Level.ENABLED,
    "while read x; do :; done < <(cat /etc/x)\n{} 2>&1 | logger": Level.ENABLED,
    "nohup {} >/dev/null 2>&1 </dev/null &": Level.ENABLED,
    "exec {}": Level.ENABLED,
    'eval "{}"': Level.ENABLED,
    "cat <<EOF\nexit 0\nEOF\n{}": Level.ENABLED,
    "echo a \\\n  b; {}": Level.ENABLED,
    "if [ -x /usr/sbin/telnetd ] && [ ! -x /usr/sbin/none ]; then {}; fi": Level.ENABLED,
    "case $0 in *rcS) {};; *) : ;; esac": Level.ENABLED,
    "[ -x /usr/sbin/none ] && {}": None,
    "exit 0\n{}": None,
    "exec /bin/vendor\n{}": None,
    "if false; then {}; fi": None,
    "true || {}": None,
    "start() { {}; }": None,
    "start() {{ return 0; {}; }}\nstart": None,
    "cat <<EOF\n{}\nEOF": None,
    "echo '{}'": None,
    ": '\n{}\n'": None,
    "for i in; do {}; done": None,
    "case start in stop) {};; esac": None,
    "while true; do sleep 1; done\n{}": None,
    "# {}": None,
}


@pytest.mark.parametrize("form", CONDITIONS)
def test_conditions(form: str) -> None:
    assert level(rcs(form.replace("{}", "telnetd -p 23").replace("{{", "{").replace("}}", "}"))) == CONDITIONS[form]


def test_what_a_condition_was_is_told() -> None:
    (start,) = of(rcs("[ -f /etc/debug_mode ] && telnetd"))
    assert [step.condition for step in start.chain if step.condition] == ["`[ -f /etc/debug_mode ]`"]
    assert [step.place.pointer for step in start.chain] == ["/etc/inittab#1", "/etc/init.d/rcS#2", "/usr/sbin/telnetd"]


@pytest.mark.parametrize(
    ("link", "default", "expected"),
    [
        ("/etc/rc2.d/S20telnet", "", Level.ENABLED),
        ("/etc/rc2.d/K20telnet", "", Level.CONFIGURED),
        ("/etc/rc3.d/S20telnet", "", Level.CONFIGURED),
        ("/etc/rcS.d/S20telnet", "", Level.ENABLED),
        ("/etc/rc2.d/S20telnet", "DAEMON_ARGS='-p 2323'", Level.ENABLED),
        ("/elsewhere", "", Level.CONFIGURED),
    ],
)
def test_sysv_links(link: str, default: str, expected: Level) -> None:
    texts: dict[str, str | bytes] = {
        "/etc/inittab": "id:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\nl2:2:wait:/etc/init.d/rc 2\nl3:3:wait:/etc/init.d/rc 3\n",
        "/etc/init.d/rcS": "#!/bin/sh\nexec /etc/init.d/rc S\n",
        "/etc/init.d/telnet": LSB,
    }
    if default:
        texts["/etc/default/telnetd"] = default
    found = tree(texts, {link: "/etc/init.d/telnet"})
    assert level(found) == expected
    assert of(found)[0].words == ("/usr/sbin/telnetd", *(("-p", "2323") if default else ()))


def test_buildroot_loop_over_scripts() -> None:
    loop = (
        'for i in /etc/init.d/S??*; do\n [ ! -f "$i" ] && continue\n case "$i" in *.sh) . $i;; *) $i start;; esac\ndone'
    )
    texts: dict[str, str | bytes] = {
        "/etc/inittab": "::sysinit:/etc/init.d/rcS\n",
        "/etc/init.d/rcS": f"#!/bin/sh\n{loop}\n",
        "/etc/init.d/S50telnet": LSB,
    }
    assert level(tree(texts)) == Level.ENABLED
    texts["/etc/init.d/_S50telnet"] = texts.pop("/etc/init.d/S50telnet")
    assert level(tree(texts)) == Level.CONFIGURED


@pytest.mark.parametrize(
    ("inetd", "line", "expected"),
    [
        ("::respawn:/usr/sbin/inetd -f", "telnet stream tcp nowait root /usr/sbin/telnetd telnetd -i", Level.ENABLED),
        (
            "::respawn:/usr/sbin/inetd -f",
            "telnet stream tcp nowait root /usr/sbin/tcpd /usr/sbin/telnetd",
            Level.ENABLED,
        ),
        ("::respawn:/usr/sbin/inetd -f", "telnet stream tcp nowait root /bin/busybox telnetd -i", Level.ENABLED),
        ("::respawn:/usr/sbin/inetd -f", "#telnet stream tcp nowait root /usr/sbin/telnetd telnetd", Level.PRESENT),
        ("#::respawn:/usr/sbin/inetd -f", "telnet stream tcp nowait root /usr/sbin/telnetd telnetd", Level.CONFIGURED),
        (
            "::sysinit:[ -f /etc/dbg ] && inetd",
            "telnet stream tcp nowait root /usr/sbin/telnetd telnetd",
            Level.CONDITIONAL,
        ),
    ],
)
def test_inetd_counts_only_when_it_is_started(inetd: str, line: str, expected: Level) -> None:
    found = tree({"/etc/inittab": inetd + "\n", "/etc/inetd.conf": line + "\n", "/usr/sbin/inetd": ELF})
    assert telnet(found) == expected
    if expected > Level.PRESENT:
        (daemon,) = [one for one in daemons(found, starts(found)) if one.kind == "telnet" and one.level == expected]
        assert [(port.protocol, port.number) for port in daemon.ports] == [("tcp", 23)]


@pytest.mark.parametrize(("disable", "expected"), [("no", Level.ENABLED), ("yes", Level.CONFIGURED)])
def test_xinetd(disable: str, expected: Level) -> None:
    service = f"service telnet\n{{\n disable = {disable}\n port = 2323\n user = root\n server = /usr/sbin/telnetd\n}}\n"
    found = tree(
        {"/etc/inittab": "::respawn:/usr/sbin/xinetd\n", "/usr/sbin/xinetd": ELF, "/etc/xinetd.d/telnet": service}
    )
    assert telnet(found) == expected
    assert [port.number for daemon in daemons(found, starts(found)) for port in daemon.ports] == [2323]


def test_inittab_of_another_run_level_is_set_up() -> None:
    assert level(inittab("id:3:initdefault:\nt:5:respawn:/usr/sbin/telnetd\n")) == Level.CONFIGURED
    assert level(inittab("id:5:initdefault:\nt:5:respawn:/usr/sbin/telnetd\n")) == Level.ENABLED
    assert level(inittab("::ctrlaltdel:/usr/sbin/telnetd\n")) is None


def test_a_run_file_that_is_down_or_not_linked_is_set_up() -> None:
    texts: dict[str, str | bytes] = {
        "/etc/inittab": "SV:2:respawn:/usr/bin/runsvdir /etc/service\n",
        "/etc/sv/telnet/run": "#!/bin/sh\nexec telnetd\n",
    }
    assert level(tree(texts)) == Level.CONFIGURED
    assert (
        level(tree({**texts, "/etc/sv/telnet/down": ""}, {"/etc/service/telnet": "/etc/sv/telnet"})) == Level.CONFIGURED
    )


def test_openwrt_options_decide() -> None:
    script = (
        "#!/bin/sh /etc/rc.common\nUSE_PROCD=1\nSTART=50\none() {\n local enable\n config_get_bool enable $1 enable 1\n"
        ' [ "$enable" -eq 1 ] || return 0\n procd_open_instance\n procd_set_param command /usr/sbin/telnetd -F\n'
        ' procd_append_param command -p "$(uci get telnet.main.port)"\n procd_close_instance\n}\n'
        "start_service() {\n config_load telnet\n config_foreach one telnet\n}\n"
    )
    texts: dict[str, str | bytes] = {"/etc/inittab": "::sysinit:/etc/init.d/rcS S boot\n", "/etc/init.d/telnet": script}
    links = {"/etc/rc.d/S50telnet": "../init.d/telnet"}
    config = "config telnet main\n\toption enable '{}'\n\toption port '2323'\n"
    on = tree({**texts, "/etc/config/telnet": config.format(1)}, links)
    assert [(start.words[-1], start.level) for start in of(on)] == [("2323", Level.ENABLED)]
    assert level(tree({**texts, "/etc/config/telnet": config.format(0)}, links)) is None
    assert level(tree(texts, links)) == Level.CONDITIONAL


def test_openwrt_validated_sections() -> None:
    script = (
        "#!/bin/sh /etc/rc.common\nUSE_PROCD=1\nPROG=/usr/sbin/telnetd\n"
        "plain() { printf '%s' \"$1\" | tr -s ' ' ' ' | sed 's/^ //'; }\n"
        "check() { uci_load_validate telnet telnet \"$1\" \"$2\" 'enable:bool:1' 'Port:port:23' 'Interface:string'; }\n"
        'one() {\n local iface\n [ "$2" = 0 ] || return 1\n [ "${enable}" = 1 ] || return 1\n Interface=$(plain "${Interface}")\n'
        ' iface=$(echo "${Interface}" | awk \'{print $1}\')\n while [ -n "${iface}" ]; do is_up $iface && break; return 1; done\n'
        ' append ARGS "-l x"\n procd_open_instance\n procd_set_param command "$PROG" -F\n procd_append_param command -p "${Port}" $ARGS\n'
        " procd_close_instance\n}\nboot() { BOOT=1; start; }\n"
        "start_service() {\n . /lib/functions.sh\n config_load telnet\n config_foreach check telnet one\n}\n"
    )
    library = "config_load() { eval $X; }\nconfig_foreach() { return 1; }\nconfig_get() { :; }\nappend() { :; }\n"
    texts: dict[str, str | bytes] = {
        "/etc/inittab": "::sysinit:/etc/init.d/rcS S boot\n",
        "/etc/init.d/t": script,
        "/lib/functions.sh": library,
    }
    links = {"/etc/rc.d/S50t": "../init.d/t"}
    for text, expected in (
        ("config telnet\n option Port 2323\n", [(Level.ENABLED, ("-F", "-p", "2323", "-l", "x"))]),
        ("config telnet\n option Interface lan\n", [(Level.CONDITIONAL, ("-F", "-p", "23", "-l", "x"))]),
        ("config telnet\n option enable 0\n", []),
    ):
        assert [
            (start.level, start.words[1:]) for start in of(tree({**texts, "/etc/config/telnet": text}, links))
        ] == expected


def test_another_init_systems_files_are_only_set_up() -> None:
    unit = {"/lib/systemd/system/t.service": SERVICE}
    links = {"/etc/systemd/system/multi-user.target.wants/t.service": "/lib/systemd/system/t.service"}
    assert level(tree({**unit, "/etc/inittab": "::sysinit:/bin/true\n"}, links)) == Level.CONFIGURED
    assert level(tree({"/etc/inittab": "::respawn:/usr/sbin/telnetd\n"}, systemd=True)) is None


def test_a_program_that_is_missing_cannot_run() -> None:
    found = of_texts({**SHELL, "/etc/inittab": "::respawn:/usr/sbin/telnetx\n::respawn:/usr/sbin/vsftpd\n"}, LINKS)
    assert [one.level for one in daemons(found, starts(found)) if one.kind == "ftp"] == [Level.CONFIGURED]


def test_android_services() -> None:
    rc = "import /x.rc\nservice t /usr/sbin/telnetd -p 1\n    class main\n    user shell\nservice u /usr/sbin/telnetd -p 2\n    disabled\n"
    rc += "service v /usr/sbin/telnetd -p 3\n    disabled\non property:sys.debug=1\n    start u\n"
    found = of_texts({"/init": ELF, "/init.rc": rc, "/usr/sbin/telnetd": ELF})
    assert {start.words[-1]: (start.level, start.user) for start in of(found)} == {
        "1": (Level.ENABLED, "shell"),
        "2": (Level.CONDITIONAL, ""),
        "3": (Level.CONFIGURED, ""),
    }


def test_commands_of_interfaces() -> None:
    texts: dict[str, str | bytes] = {
        "/etc/network/interfaces": "auto eth0\niface eth0 inet dhcp\n  post-up telnetd -p 1\n"
    }
    assert level(tree({**texts, "/etc/inittab": "::sysinit:/sbin/ifup -a\n"})) == Level.ENABLED
    assert level(tree({**texts, "/etc/inittab": "::sysinit:/bin/true\n"})) == Level.CONFIGURED


def test_what_is_not_executable_is_not_run(tmp_path: Path) -> None:
    for name, text in {
        "etc/inittab": "::sysinit:/etc/init.d/rcS\n",
        "etc/init.d/rcS": "#!/bin/sh\ntelnetd\n",
        "bin/sh": "x",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    assert level(folder("t", str(tmp_path))) == Level.ENABLED
    (tmp_path / "etc/init.d/rcS").chmod(0o644)
    assert level(folder("t", str(tmp_path))) == Level.CONFIGURED


def test_users_of_commands() -> None:
    found = rcs(
        "start-stop-daemon -S -c www:www -x /usr/sbin/telnetd -- -p 1\nsu - nobody -c 'telnetd -p 2'\nchpst -u a telnetd -p 3"
    )
    assert {start.words[-1]: start.user for start in of(found)} == {"1": "www", "2": "nobody", "3": "a"}


def test_openwrt_without_its_configuration() -> None:
    script = (
        "#!/bin/sh /etc/rc.common\nUSE_PROCD=1\none() {\n procd_open_instance\n if [ -f /etc/x ]; then\n"
        " procd_set_param command telnetd -p 1\n else\n procd_set_param command telnetd -p 2\n fi\n procd_close_instance\n}\n"
        "start_service() {\n config_load t\n config_foreach one t\n}\n"
    )
    found = tree(
        {"/etc/inittab": "::sysinit:/etc/init.d/rcS S boot\n", "/etc/init.d/t": script},
        {"/etc/rc.d/S50t": "../init.d/t"},
    )
    assert {start.level for start in of(found)} == {Level.CONDITIONAL}


PIECES: tuple[str, ...] = (
    "${",
    "$(",
    "`",
    "'",
    '"',
    "<<E\n",
    "if ",
    "then ",
    "fi ",
    "esac ",
    "case x in ",
    "(",
    ")",
    "{",
    "}",
    "&&",
    "||",
    "|",
    "&",
    ";;",
)
PIECES += (
    "\\\n",
    "\0",
    "[ ",
    "[[ ",
    "]",
    "$((",
    "))",
    "while true; do ",
    "done ",
    "for x in /* ; do ",
    "eval ",
    "exec ",
    ". /etc/init.d/a ",
)


@pytest.mark.parametrize("seed", range(40))
def test_broken_scripts_end(seed: int) -> None:
    chance = random.Random(seed)

    def broken(text: str) -> str:
        for _ in range(chance.randrange(1, 20)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 30)) + text[at + chance.randrange(4) :]
        return text

    texts: dict[str, str | bytes] = {
        "/etc/inittab": "::sysinit:/etc/init.d/rcS\n::sysinit:/etc/init.d/rcS2 S boot\n",
        "/etc/init.d/rcS": broken(LSB) + broken("telnetd -p 23 || exit 1\n/etc/init.d/a start\n"),
        "/etc/init.d/a": broken(LSB),
        "/etc/inetd.conf": broken("telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n"),
        "/lib/systemd/system/a.service": broken(SERVICE),
        "/etc/crontab": broken("* * * * * root telnetd\n"),
        "/init.rc": broken("service t /usr/sbin/telnetd\n"),
    }
    found = tree(texts, {"/etc/rc.d/S50a": "../init.d/a"})
    assert daemons(found, starts(found)) == daemons(found, starts(found))


HOSTILE = {
    "calls itself": "/etc/init.d/rcS\n. /etc/init.d/rcS\nf() { f; }\nf\n",
    "quote": "echo 'a\ntelnetd\n",
    "nested": "(" * 5000 + ")" * 5000,
    "ifs": "if true; then\n" * 3000,
    "expansion": "A=aaaaaaaaaaaaaaaa\n" + 'A="$A$A"\n' * 60 + "$A\n",
    "loops": "for a in 1 2 3 4 5 6 7 8 9; do\n" * 12 + "telnetd $a\n" + "done\n" * 12,
    "binary": "\x00\x01\x02" * 100,
    "operators": "&& || ;; | & ( ) } fi done esac\n",
    "long": "telnetd " + "x " * 200_000,
    "functions in ifs": "f() {\n" + "if true; then\n" * 25 + "f\n" + "fi\n" * 25 + "}\nf\n",
    "chains": "f() { " + "true && { " * 25 + "f; " + "}; " * 25 + "}\nf\n",
    "evals": 'A=\'eval "$A"\'\neval "$A"\n',
    "defaults": "x=" + "${A:-" * 3000 + "}" * 3000 + "\n",
    "substitutions": "x=" + "$(echo " * 60 + ")" * 60 + "\n",
    "variables": "${${${A}}} ${A:-${A:-${A}}} $(( $(( )) )) ${} ${#} ${A##*} $\n",
}


@pytest.mark.parametrize("form", HOSTILE)
def test_hostile_scripts_end(form: str) -> None:
    found = rcs(HOSTILE[form])
    assert starts(found) == starts(found)


def test_what_could_not_be_read_is_noted() -> None:
    found = rcs("telnetd\nif true; then\n")
    assert level(found) == Level.ENABLED
    assert any("not read as a shell script" in note.message for note in found.notes)
