"""What other readers of bills of materials answer to the same files: taken, refused, crashed, or other numbers of components.

Guarantees: every library runs in a process of its own, one file after the other, each with `LIMIT` seconds of CPU; it gets
the file under the name that it asks for, and its own way of reading it.  A refusal is an exception that the library
declares; any other exception is a crash.
Not run by the tests: `python docs/scripts/conformance.py --peers` does, once.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import resource
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

LIMIT = 20
READY = "ready"
SUFFIX = {
    "cyclonedx-json": ".cdx.json",
    "cyclonedx-xml": ".cdx.xml",
    "spdx-json": ".spdx.json",
    "spdx-yaml": ".spdx.yaml",
    "spdx-xml": ".spdx.xml",
    "spdx-rdf": ".spdx.rdf.xml",
    "spdx-tagvalue": ".spdx",
    "spdx3-jsonld": ".jsonld",
}
CYCLONEDX = ("cyclonedx-json", "cyclonedx-xml")
SPDX2 = ("spdx-json", "spdx-yaml", "spdx-xml", "spdx-rdf", "spdx-tagvalue")
READS = {
    "cyclonedx-python-lib": CYCLONEDX,
    "spdx-tools": SPDX2,
    "lib4sbom": (*CYCLONEDX, *SPDX2, "spdx3-jsonld"),
    "spdx-python-model": ("spdx3-jsonld",),
}
"""The formats that each library says it reads."""


def versions() -> dict[str, str]:
    """The versions measured."""
    return {name: metadata.version(name) for name in READS}


# --- in the process of the library


def _cyclonedx(path: Path) -> int:
    """Components that cyclonedx-python-lib holds, nested ones and the described product among them."""
    from xml.etree import ElementTree as ET

    from cyclonedx.model.bom import Bom

    bom: Any
    if path.suffix == ".json":
        bom = Bom.from_json(json.loads(path.read_bytes()))  # type: ignore[attr-defined]
    else:
        bom = Bom.from_xml(ET.fromstring(path.read_bytes()))  # type: ignore[attr-defined]
    todo = [*bom.components, *([bom.metadata.component] if bom.metadata.component else [])]
    number = 0
    while todo:
        todo += todo.pop().components
        number += 1
    return number


def _spdx_tools(path: Path) -> int:
    from spdx_tools.spdx.parser.parse_anything import parse_file

    return len(parse_file(str(path)).packages)


def _lib4sbom(path: Path) -> int:
    from lib4sbom.parser import SBOMParser  # type: ignore[import-untyped]

    parser = SBOMParser("cyclonedx" if ".cdx" in path.name else "spdx")
    parser.parse_file(str(path))
    return len(parser.get_packages())


def _spdx_model(path: Path) -> int:
    from spdx_python_model import v3_0_1 as model

    held = model.SHACLObjectSet()
    with path.open("rb") as data:
        model.JSONLDDeserializer().read(data, held)
    return sum(1 for _ in held.foreach_type("software_Package"))


def _declared() -> tuple[type[BaseException], ...]:
    """The exceptions by which the libraries refuse, and those of the parsers that cyclonedx-python-lib leaves to its caller."""
    from xml.etree.ElementTree import ParseError

    from cyclonedx.exception import CycloneDxException
    from lib4sbom.exception import SBOMParserException  # type: ignore[import-untyped]
    from spdx_tools.spdx.parser.error import SPDXParsingError

    return CycloneDxException, SBOMParserException, SPDXParsingError, json.JSONDecodeError, ParseError


ACTIONS: Mapping[str, Callable[[Path], int]] = {
    "cyclonedx-python-lib": _cyclonedx,
    "spdx-tools": _spdx_tools,
    "lib4sbom": _lib4sbom,
    "spdx-python-model": _spdx_model,
}


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError


def attempt(action: Callable[[Path], int], path: Path, declared: tuple[type[BaseException], ...]) -> tuple[str, int]:
    """One file: the answer, and how many components."""
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return "taken", action(path)
    except TimeoutError:
        return "slow", 0
    except declared:
        return "refused", 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what the library does
        return f"crash: {type(error).__name__}", 0
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def worker(library: str) -> None:
    """Answer every path on standard input with a line."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    signal.signal(signal.SIGPROF, _stop)
    declared, action = _declared(), ACTIONS[library]
    print(READY, flush=True)  # noqa: T201 - the answer
    for line in sys.stdin:
        print(json.dumps(attempt(action, Path(line.strip()), declared)), flush=True)  # noqa: T201 - the answer


# --- in the process that asks


def ask(library: str, given: Sequence[tuple[str, Path, str]]) -> Iterator[tuple[str, str, int]]:
    """Name, answer and number of components for each (name, path, format)."""
    todo = [item for item in given if item[2] in READS[library]]
    with tempfile.TemporaryDirectory() as folder:
        while todo:
            done = 0
            for (name, _, _), (answer, number) in zip(todo, _some(library, todo, Path(folder)), strict=False):
                done += 1
                yield name, answer, number
            todo = todo[done:]
            if todo:  # the process died of the next one
                yield todo[0][0], "crash: process", 0
                todo = todo[1:]


def _some(library: str, todo: Sequence[tuple[str, Path, str]], folder: Path) -> Iterator[tuple[str, int]]:
    """The answers of one process, until it ends."""
    command = [sys.executable, "-m", "tests.sbom.conformance.peers", library]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline().strip() == READY, f"{library} cannot be loaded"
        for number, (_, path, form) in enumerate(todo):
            suffix = SUFFIX[form]
            if library == "lib4sbom":
                suffix = suffix.removesuffix(".xml") if form == "spdx-rdf" else suffix
            link = folder / f"{len(todo)}-{number}{suffix}"
            link.symlink_to(path)
            process.stdin.write(f"{link}\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                return
            answer, count = json.loads(line)
            yield answer, count
        process.stdin.close()


if __name__ == "__main__":
    worker(sys.argv[1])
