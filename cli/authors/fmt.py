"""`rulewright fmt`: lay rule files out, in place, or say which are not laid out.

Guarantees: a file is replaced whole or not at all, keeps its mode, and is not touched where it is laid out already or cannot be
read; the other files of the call are done all the same.  Words go to stderr; names, diffs and what was read from stdin to stdout.
What it does not do: check more than the syntax.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rulewright.cli import exits
from rulewright.cli.authors.fmt_files import File, gather, replace
from rulewright.cli.declared import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.streams import put, say
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.form.recognised import is_form
from rulewright.dsl.layout import layout
from rulewright.dsl.source import Source


def run(request: Request) -> int:
    """Lay out; return the exit code."""
    files = gather(request)
    if isinstance(files, Diagnostic):
        return refuse([files])
    only_look = not request.flags.isdisjoint({"check", "diff"})
    found: list[Diagnostic] = []
    texts: dict[str, bytes] = {}
    changed = 0
    for file in files:
        if not file.wrong:
            _lay_out(file)
        if file.changed and not only_look:
            file.wrong = replace(file)
        if file.wrong:
            found += file.wrong
            texts[file.name] = file.text
            continue
        changed += file.changed
        _put(request, file, only_look=only_look)
    show(found, texts)
    if "quiet" not in request.flags:
        _summary(files, changed, only_look=only_look)
    if found:
        return exits.BAD_INPUT
    return exits.BLOCKED if only_look and changed else exits.OK


def _lay_out(file: File) -> None:
    """Lay a file out, or put down why it is not."""
    if is_form(file.text):
        hint = "`rulewright convert FILE` writes it as text"
        file.wrong = (problem("RW0003", f"`{file.name}` is in the JSON form, which has no layout", hint),)
        return
    done = layout(Source(file.name, file.text))
    if isinstance(done, str):
        file.laid = done.encode()
    else:
        file.wrong = done


def _put(request: Request, file: File, *, only_look: bool) -> None:
    """Write what goes to stdout."""
    if file.path == "-" and not only_look:
        put(file.laid)
    elif "diff" in request.flags and file.changed:
        _put_diff(file)
    elif only_look and file.changed:
        put(clean(file.name) + "\n")


def _put_diff(file: File) -> None:
    """Write a unified diff: with colours for a terminal, byte for byte for a program."""
    from rulewright.cli.paint import Ink
    from rulewright.cli.streams import paint_for

    paint = paint_for(sys.stdout)
    if not sys.stdout.isatty() and not paint.colour:
        put("".join(_diff(file)).encode())
        return
    inks = {"+": Ink.GOOD, "-": Ink.FAIL, "@": Ink.NAME}
    for line in _diff(file):
        ink = inks.get(line[0])
        text = clean(line.removesuffix("\n"))
        put((paint(text, ink) if ink else text) + "\n")


def _diff(file: File) -> Iterator[str]:
    """The lines of a unified diff, each with its end."""
    from difflib import unified_diff

    old, new = (text.decode().split("\n") for text in (file.text, file.laid))
    sides = [[f"{line}\n" for line in side[:-1]] + ([side[-1]] if side[-1] else []) for side in (old, new)]
    name = clean(file.name)
    for line in unified_diff(sides[0], sides[1], f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _summary(files: list[File], changed: int, *, only_look: bool) -> None:
    """Say how many files were, or would be, laid out."""
    left = sum(bool(file.wrong) for file in files)
    kept = len(files) - changed - left
    words = [f"{plural(changed, 'file')} {'would be ' if only_look else ''}laid out"] if changed else []
    words += [f"{plural(kept, 'file')} as {'it was' if kept == 1 else 'they were'}"] if kept else []
    words += [f"{plural(left, 'file')} not touched"] if left else []
    say(", ".join(words))
