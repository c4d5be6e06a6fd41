"""The two verifiers, each with its own code, give the same answer to every case of the attack corpus, line by line.

One browser is started for all tests here, and none where there is no Chromium.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

import pytest

from rulewright.attest import page
from rulewright.attest.verification import Verification
from rulewright.attest.verify import verify
from tests.attest.browser import Browser, Page, find
from tests.attest.corpus import CASES, Case, Inputs

MANY = 100
"""Cases that go to the browser at once, at most."""
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What moves a cursor, is not seen, or turns a line round."""
BATCH = 1 << 22
"""Bytes of files that go to the browser at once, compressed."""
_ASK = """async (packed, requests) => {
  const unpack = async (bytes) =>
    new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
  const files = await Promise.all(packed.map(unpack));
  const file = (at) => (at === null ? null : files[at]);
  const answer = async (one) => {
    const given = {
      ...one, bundle: file(one.bundle), trust: file(one.trust),
      artifacts: one.artifacts.map(({ name, bytes }) => ({ name, bytes: file(bytes) })),
    };
    for (const name of ["anchors", "keys", "statuses", "disclosures"]) given[name] = one[name].map(file);
    const { verdict, code, checks } = await rulewright.verify(given);
    return [verdict, code, checks.map((check) => [check.name, check.outcome, check.code])];
  };
  return await Promise.all(requests.map(answer));
}"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if find() is None:
        pytest.skip("no Chromium on this machine, so only one verifier answers the corpus")
    path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_bytes(page.page())
    with Browser() as browser:
        yield browser.open(path)


class Batch:
    """Requests that share their files."""

    def __init__(self) -> None:
        self.files: dict[bytes, int] = {}
        self.packed: list[bytes] = []
        self.requests: list[dict[str, Any]] = []

    @property
    def size(self) -> int:
        return sum(map(len, self.packed))

    def file(self, data: bytes) -> int:
        """The number of a file."""
        if data not in self.files:
            self.files[data] = len(self.files)
            self.packed.append(zlib.compress(data, 1))
        return self.files[data]

    def add(self, inputs: Inputs) -> None:
        """One more request."""
        one = inputs.request()
        for name in ("anchors", "keys", "statuses", "disclosures"):
            one[name] = [self.file(data) for data in one[name]]
        one["artifacts"] = [{"name": item["name"], "bytes": self.file(item["bytes"])} for item in one["artifacts"]]
        one["bundle"] = self.file(inputs.bundle)
        one["trust"] = None if inputs.trust is None else self.file(inputs.trust)
        self.requests.append(one)


def batches(cases: Iterable[Case]) -> Iterator[tuple[Batch, list[tuple[Case, Inputs]]]]:
    """Cases in batches, each made when its turn comes."""
    batch, held = Batch(), []
    for case in cases:
        inputs = case.make()
        batch.add(inputs)
        held.append((case, inputs))
        if batch.size > BATCH or len(held) == MANY:
            yield batch, held
            batch, held = Batch(), []
    yield batch, held


def lines(told: Verification) -> tuple[tuple[str, str, str], ...]:
    """The lines of the Python verifier: which check, how it came out, its code."""
    return tuple((check.name, check.outcome, check.code) for check in told.checks)


def answerable(case: Case) -> bool:
    """Whether the Python verifier has what a case needs."""
    return not case.needs or find_spec(case.needs) is not None


def test_the_page_answers_every_case_as_the_procedure_asks_and_as_the_python_verifier(shown: Page) -> None:
    """Verdict and code are those of the case; each line has the outcome and code of the Python verifier's."""
    wrong: list[tuple[str, object, object]] = []
    count = 0
    with ThreadPoolExecutor(1) as page:  # the page works while the Python verifier does
        for batch, held in batches(CASES):
            answer = page.submit(shown.call, _ASK, batch.packed, batch.requests)
            own = [lines(verify(inputs.given())) if answerable(case) else None for case, inputs in held]
            for (case, _), mine, (verdict, code, told) in zip(held, own, answer.result(), strict=True):
                count += 1
                name = f"{case.group}/{case.name}"
                if (verdict, code) != (case.verdict, case.code):
                    wrong.append((name, (case.verdict, case.code), (verdict, code)))
                elif mine not in {None, tuple(map(tuple, told))}:
                    wrong.append((name, mine, told))
    assert wrong == []
    assert count == len(CASES)


_SEEN = """async (packed, request) => {
  delete window.broken;
  const told = (await (%s)(packed, [request], true))[0];
  const answer = document.getElementById("answer");
  answer.querySelectorAll("details").forEach((one) => { one.open = true; one.dispatchEvent(new Event("toggle")); });
  const hostile = [...answer.querySelectorAll("script, style, img, svg, iframe, object, embed, link, meta, base")].length;
  const handlers = [...answer.querySelectorAll("*")].some((one) => one.getAttributeNames().some((name) => name.startsWith("on")));
  return [told, hostile, handlers, typeof window.broken, answer.textContent];
}"""


@pytest.mark.parametrize("kind", ["markup", "terminal", "bidi", "homoglyph", "name"])
def test_the_page_shows_hostile_names_as_harmless_text(shown: Page, kind: str) -> None:
    chosen = [
        case for case in CASES if case.group == "rendering" and (case.name.endswith(kind) or case.name.startswith(kind))
    ]
    assert chosen
    ask = _ASK.replace("(packed, requests)", "(packed, requests, see)").replace(
        "await rulewright.verify(given)", "await seen(given)"
    )
    ask = ask.replace(
        "const answer =",
        "const seen = async (given) => { await rulewright.show(given); return await rulewright.verify(given); };\n  const answer =",
    )
    for case in chosen:
        batch = Batch()
        batch.add(case.make())
        told, hostile, handlers, broken, text = shown.call(_SEEN % ask, batch.packed, batch.requests[0])
        assert (told[0], told[1]) == (case.verdict, case.code)
        assert (hostile, handlers, broken) == (0, False, "undefined"), case.name
        assert HIDDEN.findall(text) == [], case.name
