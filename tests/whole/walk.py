"""A page of the documentation, walked: its files written, its commands run one after the other, its outputs compared.

How a page is written so that it can be walked:
* a block whose sentence before ends in "`NAME`:" is a file of that name, written (again) at that moment; after "at the end of
  `NAME`:" it is put there;
* a block without a language is commands, one a line; `# exit 1` behind a command says which exit code it has, else 0;
* a block `text` is what the last command of the block before says, on both streams; a line `…` stands for any lines.
Everything else is for the reader.  `RULEWRIGHT_GOLDEN=write` writes the blocks `text` anew, but for those with a line `…`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rulewright.attest import pkcs8
from rulewright.cli import days, signing
from rulewright.cli.main import main

if TYPE_CHECKING:
    import pytest

TODAY = date(2026, 11, 22).toordinal() - date(1970, 1, 1).toordinal()
"""As `days.today` counts; nothing here depends on the clock."""
WALKED = ("tutorial.md", "first-standard.md")
"""The pages under `docs` that are walked."""
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"(at\s+the\s+end\s+of\s+)?`([^`\n]+)`:\s*\Z")
_EXIT = re.compile(r"\s+# exit (\d+)$")
_ANY = "…"


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write, a command to run, or what it must have said (with the place of the block in the page)."""

    kind: str
    text: str
    name: str = ""
    code: int = 0
    place: tuple[int, int] = (0, 0)


def steps(page: str) -> Iterator[Step]:
    """The steps of a page, in order."""
    for block in _BLOCK.finditer(page):
        language, text = block[1], block[2]
        named = _NAMED.search(page[: block.start()].rpartition("```")[2])
        if language == "text":
            yield Step("said", text, place=block.span(2))
        elif language and named:
            yield Step("more" if named[1] else "file", text, named[2])
        elif not language:
            for line in text.splitlines():
                code = _EXIT.search(line)
                yield Step("run", _EXIT.sub("", line), code=int(code[1]) if code else 0)


def surroundings(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """An empty folder to be in, and what the commands would ask for."""
    patch.chdir(folder)
    patch.setenv("RULEWRIGHT_CACHE_DIR", str(folder / ".cache"))
    patch.setenv(signing.VARIABLE, "correct horse battery staple")
    patch.setenv("COLUMNS", "100")
    patch.setattr(pkcs8, "ROUNDS", 2)
    patch.setattr(days, "today", lambda: TODAY)


def said_by(line: str) -> tuple[int, str]:
    """The exit code of a command, and what it says on both streams."""
    program, *words = shlex.split(line)
    assert program == "rulewright", line
    both = io.TextIOWrapper(buffer := io.BytesIO(), "utf-8", write_through=True)
    with contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        code = main(words)
    return code, "".join(line.rstrip() + "\n" for line in buffer.getvalue().decode().splitlines())


def agrees(said: str, told: str) -> bool:
    """Whether an output is as told; `…` on a line of its own stands for any lines."""
    parts = [re.escape(part) for part in re.split(rf"^{_ANY}\n", told, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), said) is not None


def walk(path: Path, folder: Path, patch: pytest.MonkeyPatch) -> list[Step]:
    """Walk a page in a folder; return the steps.  Raises AssertionError at the first that is not as the page tells."""
    page = path.read_text(encoding="utf-8")
    surroundings(patch, folder)
    done, last, anew = [], "", []
    for step in steps(page):
        match step.kind:
            case "file":
                (folder / step.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / step.name).write_text(step.text, encoding="utf-8")
            case "more":
                with (folder / step.name).open("a", encoding="utf-8") as file:
                    file.write(f"\n{step.text}")
            case "run":
                code, last = said_by(step.text)
                assert code == step.code, (step.text, code, last)
            case _ if os.environ.get("RULEWRIGHT_GOLDEN") == "write" and f"{_ANY}\n" not in step.text.splitlines(
                keepends=True
            ):
                anew.append((step.place, last))
            case _:
                assert agrees(last, step.text), f"{step.text}\n--- but it says\n{last}"
        done.append(step)
    for (start, end), text in reversed(anew):
        page = page[:start] + text + page[end:]
    if anew:
        path.write_text(page, encoding="utf-8")
    return done
