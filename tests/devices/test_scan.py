"""The live check on loopback: against servers that the test itself starts, and real ones where they are installed."""

from __future__ import annotations

import _socket
import contextlib
import datetime as dt
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rulewright.cli import scan_option
from rulewright.devices import scan
from rulewright.devices.reports import Report, recognise
from rulewright.devices.scan import Target, targets

WAIT = 0.4
Handler = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let these tests connect to the machine itself; another machine stays refused, as in all tests."""

    def connect(own: socket.socket, address: tuple[object, ...]) -> None:
        if address[0] not in {"127.0.0.1", "::1"}:
            pytest.fail(f"a test tried to connect to {address!r}")
        _socket.socket.connect(own, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def said(report: Report, attribute: str) -> list[object]:
    return [s.value for s in report.findings.said if s.attribute == attribute]


def kinds(report: Report) -> list[object]:
    return [row.fields["name"] for row in report.findings.rows if row.collection == "daemon"]


@contextlib.contextmanager
def server(handle: Handler) -> Iterator[int]:
    """A server on a free port of loopback, one connection after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(2)
            with contextlib.suppress(OSError), connection:
                handle(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


def speaks(words: bytes) -> Handler:
    return lambda connection: connection.sendall(words)


def answers(begins: bytes, words: bytes) -> Handler:
    def handle(connection: socket.socket) -> None:
        if connection.recv(4096).startswith(begins):
            connection.sendall(words)

    return handle


def check(port: int) -> Report:
    return scan.scan([Target("127.0.0.1", (port,))], 20779, WAIT)


@pytest.mark.parametrize(
    ("words", "kind", "attribute"),
    [
        (b"SSH-2.0-dropbear_2022.83\r\n", "ssh", "iface.ssh_present"),
        (b"\xff\xfb%\xff\xfb&\xff\xfd\x18", "telnet", "iface.telnet_present"),
        (b"220 (vsFTPd 3.0.3)\r\n", "ftp", "iface.ftp_present"),
    ],
)
def test_banners(words: bytes, kind: str, attribute: str) -> None:
    with server(speaks(words)) as port:
        report = check(port)
    assert kinds(report) == [kind]
    assert said(report, attribute) == [True]
    assert said(report, "iface.open_tcp_ports") == [(str(port),)]
    assert {s.level.word for s in report.findings.said} == {"verified"}
    assert report.observed == 20779


def test_http_and_its_server() -> None:
    with server(answers(b"HEAD ", b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n")) as port:
        report = check(port)
    assert said(report, "iface.http_plain_admin") == [True]
    assert [(r.fields["name"], r.fields["version"]) for r in report.findings.rows if r.collection == "component"] == [
        ("nginx", "1.22.1")
    ]


@pytest.mark.parametrize(("code", "open_to_all"), [(0, [("mqtt",)]), (5, [])])
def test_mqtt_that_accepts_or_refuses_strangers(code: int, open_to_all: list[object]) -> None:
    with server(answers(b"\x10", bytes([0x20, 2, 0, code]))) as port:
        report = check(port)
    assert kinds(report) == ["mqtt"]
    assert said(report, "auth.unauthenticated_services") == open_to_all


def test_closed_and_silent_ports() -> None:
    with server(lambda _: None) as port:
        report = check(port)
    assert kinds(report) == ["other"]
    closed = check(port)
    assert closed.findings.said == []
    assert [note.code for note in closed.findings.notes] == ["RW1530"]


def certificate(folder: Path) -> ssl.SSLContext:
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gw")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(begin).not_valid_after(begin + dt.timedelta(days=10_000))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "c.pem").write_bytes(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "c.pem")
    return context


def test_tls_versions(tmp_path: Path) -> None:
    context = certificate(tmp_path)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            if inner.recv(4096).startswith(b"HEAD "):
                inner.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    with server(handle) as port:
        report = check(port)
    assert said(report, "tls.min_version") == ["TLS1.2"]
    assert said(report, "tls.max_version") == ["TLS1.2"]
    assert said(report, "tls.cert_expired_or_weak") == [False]
    assert [r.fields["subject"] for r in report.findings.rows if r.collection == "certificate"] == ["CN=gw"]
    assert said(report, "iface.http_plain_admin") == []
    assert kinds(report) == ["http"]


def test_targets() -> None:
    assert targets(["192.0.2.1:22,80-82"])[0] == [Target("192.0.2.1", (22, 80, 81, 82))]
    assert targets(["[::1]:22"])[0] == [Target("::1", (22,))]
    assert targets(["gw.example"])[0] == [Target("gw.example", scan.PORTS)]
    assert len(targets(["192.0.2.0/28:22"])[0]) == 14


@pytest.mark.parametrize(
    "word",
    [
        "10.0.0.0/8",
        "192.0.2.0/27",
        "224.0.0.1",
        "::ffff:224.0.0.1",
        "0.0.0.0",
        "ff02::1",
        "255.255.255.255",
        "",
        "-x",
        "a b",
        "h:0",
        "h:70000",
        "h:1-2000",
        "h:x",
        "h:1-",
        "[::1",
        "10.0.0.1-20/9",
    ],
)
def test_refused(word: str) -> None:
    found, refused = targets([word])
    assert found == []
    assert len(refused) == 1


def test_too_many_hosts_are_refused() -> None:
    found, refused = targets(["192.0.2.0/28:22", "198.51.100.0/28:22"])
    assert (found, len(refused)) == ([], 1)


def test_a_refused_word_stops_the_check_before_any_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "scan", lambda *_: pytest.fail("it must not connect"))
    told: list[str] = []
    report, problems = scan_option.collect(["127.0.0.1:1", "10.0.0.0/8"], told.append)
    assert report is None
    assert told == []
    assert [problem.code for problem in problems] == ["RW1532"]


def test_it_tells_what_it_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(scan, "scan", lambda *_: told.append("done"))
    scan_option.collect(["127.0.0.1:1,2"], told.append)
    assert told[0].startswith("connect to 2 TCP ports of 127.0.0.1")
    assert told[-1] == "done"


def test_a_name_is_resolved_once_and_unknown_names_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def lookup(host: object, *_: object, **__: object) -> list[object]:
        asked.append(host)
        if host != "gw.example":
            raise OSError(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    with server(speaks(b"SSH-2.0-x_1\r\n")) as port:
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *a, **k: real(host, *a, **k) if host == "127.0.0.1" else lookup(host)
        )
        report = scan.scan([Target("gw.example", (port,)), Target("nowhere.invalid", (port,))], None, WAIT)
    assert asked.count("gw.example") == 1
    assert kinds(report) == ["ssh"]
    assert [note.code for note in report.findings.notes] == ["RW1531"]


def test_the_pace_holds_for_every_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "RATE", 20)
    begun: list[float] = []
    with server(lambda _: begun.append(time.monotonic())) as port:
        check(port)
    assert len(begun) > 5
    assert begun[-1] - begun[0] > 0.9 * (len(begun) - 1) / 20


# --- real programs, where they are installed ----------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextlib.contextmanager
def running(*command: str, port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"{command[0]} does not listen")
        yield
    finally:
        process.terminate()
        process.wait(5)


@contextlib.contextmanager
def real(name: str, folder: Path) -> Iterator[int]:
    """A real server on a free port: dropbear, mosquitto, nginx."""
    port = free_port()
    if name == "dropbear":
        key = folder / "key"
        subprocess.run([program("dropbearkey"), "-t", "ed25519", "-f", str(key)], check=True, capture_output=True)
        command = [
            program("dropbear"),
            "-F",
            "-E",
            "-p",
            f"127.0.0.1:{port}",
            "-r",
            str(key),
            "-P",
            str(folder / "pid"),
        ]
    elif name == "mosquitto":
        (folder / "m.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        command = [program("mosquitto"), "-c", str(folder / "m.conf")]
    else:
        text = (
            f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; "
            f"fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
        )
        (folder / "n.conf").write_text(text)
        command = [program("nginx"), "-c", str(folder / "n.conf")]
    with running(*command, port=port):
        yield port


REAL = [
    ("dropbear", "ssh", "iface.ssh_present", [True]),
    ("mosquitto", "mqtt", "auth.unauthenticated_services", [("mqtt",)]),
    ("nginx", "http", "iface.http_plain_admin", [True]),
]


@pytest.mark.parametrize(("name", "kind", "attribute", "expected"), REAL)
def test_real_servers(name: str, kind: str, attribute: str, expected: list[object], tmp_path: Path) -> None:
    program(name)
    with real(name, tmp_path) as port:
        report = scan.scan([Target("127.0.0.1", (port,))], None, 1.0)
    assert kinds(report) == [kind]
    assert said(report, attribute) == expected


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind", "attribute", "expected"), [REAL[0], REAL[2]])
def test_nmap_says_the_same(name: str, kind: str, attribute: str, expected: list[object], tmp_path: Path) -> None:
    nmap = program("nmap")
    program(name)
    with real(name, tmp_path) as port:
        made = subprocess.run(
            [nmap, "-n", "-Pn", "-sT", "-sV", "-p", str(port), "-oX", "-", "127.0.0.1"],
            check=True,
            capture_output=True,
            timeout=120,
        )
    reader = recognise(made.stdout)
    assert reader is not None
    report = reader.read(made.stdout, "scan.xml")
    assert kinds(report) == [kind]
    assert said(report, attribute) == expected
