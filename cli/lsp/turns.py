"""Who is served next: what is typed goes first, requests after it, one at a time.

Guarantees: a request is worked on only when no message has come for a moment, so that a change that is on its way is judged
and told before it; one about a text that has changed meanwhile is refused as outdated (LSP 3.17, `ContentModified`).
What it does not do: interrupt a request; long ones `rest` now and then.
"""

from __future__ import annotations

import asyncio
import time

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from rulewright.cli.lsp.documents import Document

QUIET = 0.003
"""Seconds without a message after which a request is worked on."""
PATIENCE = 0.1
"""Seconds that it waits for that at most."""
STRETCH = 0.005
"""Seconds of work after which a long request looks whether something else came."""


class Declined(JsonRpcException):
    """A request that cannot be done, with the reason in words for the author."""

    def __init__(self, why: str) -> None:
        super().__init__(why, lsp.LSPErrorCodes.RequestFailed.value)


class Outdated(Declined):
    """A request about a text that is not there any more."""

    def __init__(self) -> None:
        super().__init__("the text has changed")
        self.code = lsp.LSPErrorCodes.ContentModified.value


class Turns:
    """The queue of requests."""

    def __init__(self) -> None:
        self.heard = 0.0
        """when the latest message came"""
        self._one = asyncio.Lock()

    def listen(self) -> None:
        """Note that a message came."""
        self.heard = time.monotonic()

    async def quiet(self) -> None:
        """Wait until no message has come for a moment."""
        end = time.monotonic() + PATIENCE
        while (left := min(self.heard + QUIET, end) - time.monotonic()) > 0:  # noqa: ASYNC110 - it waits for nothing to happen
            await asyncio.sleep(left)

    async def turn(self, document: Document | None) -> Turn:
        """Wait for one's turn with a request about a document.  Raises Outdated."""
        version = document.version if document is not None else 0
        await self._one.acquire()
        turn = Turn(self, document, version)
        try:
            await self.quiet()
            turn.check()
        except BaseException:
            turn.end()
            raise
        return turn

    def release(self) -> None:
        """Let the next one in."""
        self._one.release()


class Turn:
    """A request that is being worked on."""

    def __init__(self, turns: Turns, document: Document | None, version: int) -> None:
        self.turns = turns
        self.document = document
        self.version = version
        self._since = time.monotonic()

    def check(self) -> None:
        """Go on only while the text is the one that was asked about.  Raises Outdated."""
        if self.document is not None and self.document.version != self.version:
            raise Outdated

    async def rest(self) -> None:
        """Let other things be done, if this has taken a while.  Raises Outdated."""
        if time.monotonic() - self._since > STRETCH:
            await asyncio.sleep(0)
            await self.turns.quiet()
            self.check()
            self._since = time.monotonic()

    def end(self) -> None:
        """Let the next one in."""
        self.turns.release()
