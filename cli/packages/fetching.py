"""Bytes from an address: `https`, bounded in size and time, from the host that was named and no other.

One clock runs from the first look for the host to the last byte: a server that sends a byte now and then holds nobody up.

Guarantees: `http` is taken of this machine alone; an address with a name or password is refused; a redirection to another scheme, host or port
is refused and told; what is recorded or shown of an address has neither credentials nor a query.  No other part of the packages uses the network.
"""

from __future__ import annotations

import re
import threading
import time
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from rulewright.cli.problems import problem
from rulewright.cli.signing import RefusedError
from rulewright.cli.text import clean

if TYPE_CHECKING:
    from http.client import HTTPMessage, HTTPResponse
    from urllib.request import Request

SECONDS, PATIENCE = 120, 30
"""How long one file may take, and how long a server may be silent."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_PIECE = 1 << 16
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_address(word: str) -> bool:
    """Whether a word is an address; a file whose name looks so is named with `./` before it."""
    return _SCHEME.match(word) is not None


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
    """The bytes behind an address, at most `limit` of them.  Raises `RefusedError` RW4218.

    The asking is done beside this thread, which waits `SECONDS` and no longer: no time limit of a socket covers names, handshakes and
    the lines of an answer's head.  What is still under way then is left alone, and ends with the process.
    """
    address(word)
    came: list[bytes | BaseException] = []

    def work() -> None:
        try:
            came.append(_asked(word, limit))
        except BaseException as error:  # noqa: BLE001  handed to the thread that waits, and raised there
            came.append(error)

    asking = threading.Thread(target=work, daemon=True)
    asking.start()
    asking.join(max(SECONDS, 0))
    if not came:
        raise _refused(f"it took longer than {SECONDS} seconds")
    if isinstance(came[0], BaseException):
        raise came[0]
    return came[0]


def _asked(word: str, limit: int) -> bytes:
    """The bytes behind an address.  Raises `RefusedError` RW4218."""
    from http.client import HTTPException
    from urllib.error import HTTPError
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

    try:
        with build_opener(Same).open(word, timeout=PATIENCE) as answer:
            return _body(answer, limit)
    except (HTTPException, OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise _refused(f"`{clean(recorded(word))}` cannot be had: {_why(error)}") from None


def _body(answer: HTTPResponse, limit: int) -> bytes:
    """The whole body of an answer, as it comes in.  Raises `RefusedError` RW4218, `HTTPException`, `OSError`."""
    start, pieces, size = time.monotonic(), [], 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise _refused(f"it has more than {limit:,} bytes")
        if time.monotonic() - start > SECONDS:
            raise _refused(f"it took longer than {SECONDS} seconds")
    if answer.length:
        raise _refused(f"the answer ends {answer.length:,} bytes too early")
    return b"".join(pieces)


def _why(error: Exception) -> str:
    """Why an address cannot be had, in words that hold neither the address nor its query."""
    from http.client import InvalidURL
    from urllib.error import HTTPError, URLError

    if isinstance(error, InvalidURL):
        return "it holds white space or other signs that no address holds"
    if isinstance(error, HTTPError):
        return f"the server answers {error.code}"
    if isinstance(error, URLError):
        return clean(str(error.reason))[:200]
    if isinstance(error, OSError):
        return clean(error.strerror or "the connection failed")[:200]
    return "what answers does not speak HTTP" if not isinstance(error, ValueError) else "it leads to what is no address"


def _refused(message: str, hint: str | None = None) -> RefusedError:
    return RefusedError(problem("RW4218", message, hint))
