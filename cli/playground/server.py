"""The page and its answers over HTTP, to this machine alone.

Guarantees: it listens on 127.0.0.1 only; an address that nobody can guess is part of every path, the `Host` must be our
own (so no other site can be pointed at it) and so must be the `Origin` of a question; sizes are bounded; the page loads nothing from anywhere
and is told so by its policy (CSP).
"""

from __future__ import annotations

import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from rulewright.cli.playground.page import page
from rulewright.cli.playground.work import WORK, Asked

MAX_BODY = 16 * 1024 * 1024
"""Bytes of one question."""


class Playground(ThreadingHTTPServer):
    """The server of one run: its secret path, and what stands on the page at first."""

    daemon_threads = True

    def __init__(self, port: int, begin: Asked, beside: str = "") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.secret = secrets.token_urlsafe(16)
        self.begin = begin
        self.beside = beside
        """The policy that was named: the rule files beside it count, too."""
        self.busy = threading.Lock()
        """One job at a time: the newest question waits, it does not pile up processes."""

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/{self.secret}/"


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Playground
    server_version = "rulewright"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer with the page."""
        if not self._ours() or self.path != f"/{self.server.secret}/":
            return self._refuse(HTTPStatus.NOT_FOUND)
        nonce = secrets.token_urlsafe(16)
        body = page(self.server.begin, nonce).encode()
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return self._send(HTTPStatus.OK, "text/html; charset=utf-8", body, policy)

    def do_POST(self) -> None:
        """Do one of the jobs and answer with JSON."""
        job = WORK.get(self.path.removeprefix(f"/{self.server.secret}/")) if self._ours() else None
        origin = self.headers.get("Origin")
        if job is None or (origin is not None and origin not in self._origins()):
            return self._refuse(HTTPStatus.NOT_FOUND)
        if self.headers.get_content_type() != "application/json":
            return self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            asked = msgspec.json.decode(self.rfile.read(int(length)), type=Asked)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return self._refuse(HTTPStatus.BAD_REQUEST)
        with self.server.busy:
            answer = job(asked, self.server.beside)
        return self._send(HTTPStatus.OK, "application/json", msgspec.json.encode(answer))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that the library gives it
        """Say nothing: the address is secret, and the page says what happens."""

    def _origins(self) -> set[str]:
        port = self.server.server_address[1]
        return {f"http://127.0.0.1:{port}", f"http://localhost:{port}"}

    def _ours(self) -> bool:
        """Whether the request was sent to us by our own name."""
        return f"http://{self.headers.get('Host', '')}" in self._origins()

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._send(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, policy: str = "default-src 'none'") -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
