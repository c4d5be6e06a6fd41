"""`rulewright playground`: serve a page on which a policy and a product are edited side by side.

Guarantees: the files named are read, never written; the page is for this machine alone and stops with the command.
"""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Sequence

import msgspec

from rulewright.cli import exits
from rulewright.cli.declared import Request
from rulewright.cli.gathering import unreadable
from rulewright.cli.playground.page import part
from rulewright.cli.playground.work import Asked
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import put, say
from rulewright.diagnostics import Diagnostic

_FACTS = ("yaml", "yml", "toml")
_MAX_PORT = 65_535


def run(request: Request) -> int:
    """Serve until the user stops it; return the exit code."""
    begin = beginning(request.arguments)
    port = request.numbers.get("port", 0)
    if port > _MAX_PORT:
        begin = problem("RW0005", f"there is no port {port}", f"ports go up to {_MAX_PORT}")
    if isinstance(begin, Diagnostic):
        return refuse([begin])
    from rulewright.cli.playground.server import Playground

    try:
        server = Playground(port, begin, beside(request.arguments))
    except OSError as error:
        why = (error.strerror or "").lower()
        return refuse(
            [problem("RW0005", f"port {port} cannot be had: {why}", "leave --port out, and any free one is taken")]
        )
    with server:
        put(f"{server.address}\n")
        if "quiet" not in request.flags:
            say("the playground is open for this machine, at the address above; Ctrl-C ends it")
        if "no_browser" not in request.flags:
            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return exits.OK
    return exits.OK


def beside(files: Sequence[str]) -> str:
    """The policy that is named, beside which other rules lie; nothing where none is."""
    policy = next((path for path in files if path.lower().endswith(".rw")), None)
    return "" if policy is None else os.path.abspath(policy)


def beginning(files: Sequence[str]) -> Asked | Diagnostic:
    """What stands on the page at first: the files, told apart by their names; an example where none is given."""
    if not files:
        return Asked(part("example.rw"), part("example.cdx.json"), part("example.yaml"))
    texts: dict[str, str] = {"policy": ""}
    for path in files:
        ending = path.rpartition(".")[2].lower()
        role = "policy" if ending == "rw" else "facts" if ending in _FACTS else "product"
        if texts.get(role):
            return problem("RW0005", f"`{path}` is a second {role}", "name one policy, one product and one facts file")
        try:
            with open(path, "rb") as stream:
                texts[role] = stream.read().decode("utf-8-sig")
        except OSError as error:
            return unreadable(path, error)
        except UnicodeDecodeError:
            return problem("RW0005", f"`{path}` is not text in UTF-8", "the playground edits texts only", path)
    return msgspec.convert(texts, Asked)
