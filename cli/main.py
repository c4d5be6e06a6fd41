"""The entry of the command `rulewright`.

Guarantees: the process's exit code is decided here and nowhere else; a user's mistake is never a traceback; what is
unexpected is one line with a code, exit 4 (`--debug` or `RULEWRIGHT_DEBUG` shows where).  Importing this module imports
nothing of ours and nothing heavy.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code.

    Without `words` this is the whole process: the collector of cycles stays off (a run is short and makes few), and the
    process ends without taking its memory apart.  Measured: together a fifth of a small run.
    """
    if words is not None:
        return _guarded(list(words))
    gc.disable()
    code = _guarded(sys.argv[1:])
    if sys.gettrace() is None and "coverage" not in sys.modules:
        sys.stderr.flush()
        os._exit(code)
    return code


def _guarded(given: list[str]) -> int:
    """Run, and turn whatever happens into an exit code."""
    if sys.stdin is None:  # it was closed when the process was started
        from rulewright.cli.closed import stdin

        sys.stdin = stdin()
    try:
        code = _run(given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    except BrokenPipeError:
        from rulewright.cli.streams import abandon_stdout

        abandon_stdout()
        return 141
    except Exception as error:  # noqa: BLE001  the one place that may
        return _internal(error, given)
    return code


def _run(words: list[str]) -> int:
    """Parse, then hand over to the command's module."""
    _lighten()
    from rulewright.cli.lean import parse

    request = parse(words)
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if request is None and (helped := _helped(words)) is not None:
        return helped
    if request is None:
        from rulewright.cli import typer_app
        from rulewright.diagnostics import Diagnostic

        answer = typer_app.parse(words)
        if isinstance(answer, int):
            return answer
        if isinstance(answer, Diagnostic):
            from rulewright.cli.problems import refuse

            return refuse([answer])
        request = answer
    from rulewright.cli.options import BY_NAME

    module = import_module(f"rulewright.cli.{BY_NAME[request.command].module}")
    code: int = module.run(request)
    return code


def _helped(words: list[str]) -> int | None:
    """Print the help that is asked for, or the version; without any word at all it is help, and a mistake."""
    if words == ["--version"]:
        from rulewright import __version__
        from rulewright.cli.streams import put

        put(f"rulewright {__version__}\n")
        return 0
    from rulewright.cli import help as pages

    name = pages.wanted(words)
    if name is None:
        return None
    from rulewright.cli.streams import paint_for, put

    put(pages.text(name, paint_for(sys.stdout)))
    return 0 if words else 2


class _Later(ModuleType):
    """Stands for a module; imports it when something of it is asked for."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


_LATER = ("textwrap", "platform", "msgspec.inspect", "msgspec.msgpack", "msgspec.toml", "msgspec.yaml")
"""What the import of msgspec brings along without using it."""


def _lighten() -> None:
    """Import msgspec without what it brings along for uses that are not ours.

    Measured: a quarter of msgspec's import, which is the largest one of a small run.  It asks for `typing_extensions`,
    but does not need it from Python 3.11 on; parts of its own, and `textwrap`, wait until someone uses them; so does
    `platform`, of which `uuid` wants to know no more than the system's name.  What stands for a module hands everything
    on to it and leaves `sys.modules` again, so nobody else can tell.  Where msgspec or `typing_extensions` has been
    imported already, nothing is done.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    waiting = {name: _Later(name) for name in _LATER if name not in sys.modules}
    if "platform" in waiting and hasattr(os, "uname"):
        vars(waiting["platform"])["system"] = lambda: os.uname().sysname
    sys.modules.update(waiting)
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # makes the import fail
    try:
        import_module("msgspec")
    finally:
        del sys.modules["typing_extensions"]
        for name, module in waiting.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _internal(error: Exception, words: list[str]) -> int:
    """Say that we failed, in one line; with the traceback where it was asked for."""
    if "--debug" in words or os.environ.get("RULEWRIGHT_DEBUG"):
        import traceback

        traceback.print_exception(error)
    from rulewright.cli.streams import say
    from rulewright.cli.text import clean

    say(f"error[RW0001]: internal error: {type(error).__name__}: {clean(str(error))[:200]}")
    say("  hint: run again with --debug and report it; no verdict was given")
    return 4


if __name__ == "__main__":
    raise SystemExit(main())
