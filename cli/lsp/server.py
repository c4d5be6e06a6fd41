"""The language server: the protocol's notifications and requests, each answered by a pure function of `dsl.editing`.

Guarantees: nothing but the protocol goes to stdout; a request that fails is answered with an error, and the server goes on;
files that are no rule files are left alone.  Notifications are dealt with as they come, requests when it is their turn.
It speaks LSP 3.17 through pygls, on stdin and stdout.
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from threading import Event
from typing import Any, BinaryIO, NamedTuple, TypeVar

import msgspec
from lsprotocol import types as lsp
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from rulewright import __version__
from rulewright.cli.lsp.convert import Convert
from rulewright.cli.lsp.desk import Desk
from rulewright.cli.lsp.documents import Document
from rulewright.cli.lsp.files import path_of
from rulewright.cli.lsp.turns import Declined, Turn, Turns

log = logging.getLogger("rulewright.lsp")
LANGUAGE = "rulewright"
WATCHED = ("**/*.rw", "**/*.rw.json", "**/rulewright.lock")
"""Files on disk that count for what is open."""
P = TypeVar("P")
Answer = Callable[[Document, P, Turn], object]
"""Makes the answer to a request about a document, at once or in stretches."""


def no_refusal(record: logging.LogRecord) -> bool:
    """Leave refusals out of the log."""
    return record.exc_info is None or not isinstance(record.exc_info[1], Declined)


class Plain(NamedTuple):
    """An answer of plain values, named as the protocol names them: long ones are written at once, without pygls's conversion."""

    value: object


class Protocol(LanguageServerProtocol):
    """The protocol without pygls's own store of texts: `Desk` keeps them, by the protocol's line ends."""

    def handle_message(self, message: Any) -> None:  # noqa: ANN401 - as pygls declares it
        """Note that a message came, and deal with it."""
        assert isinstance(self._server, Server)
        turns = self._server.turns
        turns.listen()
        try:
            super().handle_message(message)
        finally:
            turns.listen()

    def _send_response(self, msg_id: str | int, result: Any = None, error: lsp.ResponseError | None = None) -> None:  # noqa: ANN401 - as pygls declares it
        """Send an answer; one of plain values as it is."""
        if error is not None or not isinstance(result, Plain):
            super()._send_response(msg_id, result, error)
            return
        self._result_types.pop(msg_id, None)
        body = msgspec.json.encode({"jsonrpc": self.VERSION, "id": msg_id, "result": result.value})
        header = f"Content-Length: {len(body)}\r\nContent-Type: {self.CONTENT_TYPE}; charset={self.CHARSET}\r\n\r\n"
        if self.writer is not None:
            self.writer.write(header.encode() + body)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Generator[Any]:
        """Hand over."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Generator[Any]:
        """Hand over."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Generator[Any]:
        """Hand over."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server(LanguageServer):
    """pygls's server with the desk of open documents."""

    def __init__(self) -> None:
        super().__init__("rulewright", __version__, protocol_cls=Protocol)
        self._desk: Desk | None = None
        self.turns = Turns()

    def serve(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Serve until the client ends it.

        From a pipe messages are read without a thread between: those that have come are all seen before a request is begun.
        """
        try:
            pipe = os.name == "posix" and stat.S_ISFIFO(os.fstat(stdin.fileno()).st_mode)
        except (OSError, ValueError):
            pipe = False
        if not pipe:
            self.start_io(stdin, stdout)
            return
        self.protocol.set_writer(StdoutWriter(stdout))
        self._stop_event = Event()
        try:
            asyncio.run(self._from_pipe(stdin, self._stop_event))
        except BrokenPipeError:
            log.warning("the client is gone")
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            self.shutdown()  # type: ignore[no-untyped-call] # pygls gives it no types

    async def _from_pipe(self, stdin: BinaryIO, stop: Event) -> None:
        """Read messages from a pipe."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
        await run_async(stop, reader, self.protocol, log, self.report_server_error)

    @property
    def desk(self) -> Desk:
        """The open documents; there from `initialize` on."""
        assert self._desk is not None
        return self._desk

    @property
    def convert(self) -> Convert:
        """Conversions to the protocol's types."""
        return Convert(self.desk)

    def begin(self, params: lsp.InitializeParams) -> None:
        """Start with the folders and the encoding of the client."""
        folders = [path_of(f.uri) for f in params.workspace_folders or ()]
        folders = folders or ([path_of(params.root_uri)] if params.root_uri else [])
        encoding = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        self._desk = Desk([f for f in folders if f], encoding, self.publish)

    def publish(self, document: Document) -> None:
        """Tell the client what is wrong with a document, for the version that it is about."""
        convert = self.convert
        found = [convert.diagnostic(d, document) for d in document.diagnostics]
        version = document.version
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(document.uri, found, version))

    def document(self, uri: str) -> Document | None:
        """An open rule file."""
        return self.desk.documents.get(uri)

    def answer(self, method: str, options: object = None) -> Callable[[Answer[P]], Answer[P]]:
        """Answer requests of a kind about a document, each at its turn; those about no open document with nothing."""

        def added(make: Answer[P]) -> Answer[P]:
            async def answered(ls: Server, params: P) -> object:
                document = ls.document(params.text_document.uri)  # type: ignore[attr-defined] # all requests of this kind have one
                return None if document is None else await ls.served(document, partial(make, document, params))

            self.feature(method, options)(answered)
            return make

        return added

    async def served(self, document: Document | None, make: Callable[[Turn], object]) -> object:
        """Work on a request at its turn.  Raises Outdated."""
        turn = await self.turns.turn(document)
        try:
            found = make(turn)
            return await found if isinstance(found, Awaitable) else found
        finally:
            turn.end()

    def report_server_error(self, error: Exception, source: object) -> None:
        """What goes wrong is a line in the log of the client, not a window; a refusal is an answer and nothing went wrong."""
        if isinstance(error, Declined):
            return
        log.error("%s: %s", getattr(source, "__name__", "error"), error, exc_info=error)
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, f"{type(error).__name__}: {error}"))


def is_rules(item: lsp.TextDocumentItem) -> bool:
    """Whether a document is a rule file: by its language, or by its name."""
    return item.language_id == LANGUAGE or item.uri.endswith(".rw")


def make() -> Server:
    """The server with everything it can do."""
    from rulewright.cli.lsp import answers, asked

    logging.getLogger("pygls.protocol.json_rpc").addFilter(no_refusal)
    server = Server()
    _life(server)
    answers.add(server)
    asked.add(server)
    return server


def _life(server: Server) -> None:  # noqa: C901 - it registers the handlers of documents' lives
    """The life of documents."""

    @server.feature(lsp.INITIALIZE)
    def begin(_: Server, params: lsp.InitializeParams) -> None:
        server.begin(params)

    @server.feature(lsp.INITIALIZED)
    def ready(_: Server, _params: lsp.InitializedParams) -> None:
        able = server.client_capabilities.workspace
        watched = able.did_change_watched_files if able is not None else None
        if watched is not None and watched.dynamic_registration:
            options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(g) for g in WATCHED])
            registration = lsp.Registration("rulewright.files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(lsp.RegistrationParams([registration]))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(_: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        if is_rules(item):
            server.desk.open(item.uri, item.text, item.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(_: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        made = [_change(change) for change in params.content_changes]
        server.desk.change(params.text_document.uri, made, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(_: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if server.document(uri) is not None:
            server.desk.close(uri)
            server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: Server, _params: lsp.DidSaveTextDocumentParams) -> None:
        server.desk.refresh()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(_: Server, _params: lsp.DidChangeWatchedFilesParams) -> None:
        server.desk.refresh()


def _change(
    change: lsp.TextDocumentContentChangeEvent,
) -> tuple[tuple[int, int], tuple[int, int], str] | str:
    """A change as plain values."""
    if isinstance(change, lsp.TextDocumentContentChangePartial):
        start, end = change.range.start, change.range.end
        return (start.line, start.character), (end.line, end.character), change.text
    return change.text
