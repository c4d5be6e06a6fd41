"""Bytes from an address: `https`, bounded in size and time, from the host that was named and no other.

Guarantees: `http` is taken of this machine alone; an address with a name or password is refused; a redirection to another scheme, host or port
is refused and told; what is recorded of an address has neither credentials nor a query.  No other part of the packages uses the network.
"""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from rulewright.cli.problems import problem
from rulewright.cli.signing import RefusedError
from rulewright.cli.text import clean

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import Request

SECONDS, PATIENCE = 120, 30
"""How long one file may take, and how long a server may be silent."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_PIECE = 1 << 16


def is_address(word: str) -> bool:
    """Whether a word is an address and no file."""
    return "://" in word


def address(word: str) -> SplitResult:
    """The parts of an address that may be asked.  Raises `RefusedError` RW4218."""
    try:
        parts = urlsplit(word)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise _refused("it is no address") from None
    if parts.username is not None or parts.password is not None:
        raise _refused(
            "the address holds a name or password, which would be recorded",
            "an index needs no login; download the files",
        )
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)) or port == 0:
        raise _refused(
            "an address is `https://…`; `http` is taken of this machine alone",
            "whoever is on the way could change what comes",
        )
    return parts


def recorded(word: str) -> str:
    """The address as a lock records it."""
    parts = address(word)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def beside(word: str, name: str) -> str:
    """The address of a file that lies beside another."""
    parts = address(word)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/" + name, parts.query, ""))


def fetch(word: str, limit: int) -> bytes:
    """The bytes behind an address, at most `limit` of them.  Raises `RefusedError` RW4218."""
    from urllib.error import HTTPError, URLError
    from urllib.request import HTTPRedirectHandler, build_opener

    parts = address(word)

    class Same(HTTPRedirectHandler):
        """Follows a redirection on the same host alone."""

        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
        ) -> Request | None:
            there = urlsplit(newurl)
            if (there.scheme, there.netloc) != (parts.scheme, parts.netloc):
                fp.close()
                raise _refused(f"it leads to another host, `{clean(there.scheme)}://{clean(there.hostname or '')}`")
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    start = time.monotonic()
    try:
        with build_opener(Same).open(word, timeout=PATIENCE) as answer:
            pieces: list[bytes] = []
            size = 0
            while piece := answer.read(_PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise _refused(f"it has more than {limit:,} bytes")
                if time.monotonic() - start > SECONDS:
                    raise _refused(f"it took longer than {SECONDS} seconds")
    except URLError as error:
        if isinstance(error, HTTPError):
            error.close()
        raise _refused(f"`{recorded(word)}` cannot be had: {clean(str(error.reason))[:200]}") from None
    except (OSError, ValueError) as error:
        raise _refused(f"`{recorded(word)}` cannot be had: {clean(str(error))[:200]}") from None
    return b"".join(pieces)


def _refused(message: str, hint: str | None = None) -> RefusedError:
    return RefusedError(problem("RW4218", message, hint))
