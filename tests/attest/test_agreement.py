"""The two verifiers, each with its own code, give the same answer to every case of the attack corpus, line by line.

One browser is started for all tests here, and none where there is no Chromium.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from rulewright.attest import page
from rulewright.attest.verification import Verification
from rulewright.attest.verify import verify
from tests.attest.browser import Browser, Page, find
from tests.attest.corpus import CASES, Case, Inputs

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
Answer = tuple[str, str, list[list[str]]]


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


def asked(shown: Page, listed: Sequence[Inputs]) -> list[Answer]:
    """What the page says to some inputs."""
    found: list[Any] = []
    batch = Batch()
    for inputs in listed:
        batch.add(inputs)
        if batch.size > BATCH:
            found += shown.call(_ASK, batch.packed, batch.requests)
            batch = Batch()
    if batch.requests:
        found += shown.call(_ASK, batch.packed, batch.requests)
    return [(verdict, code, checks) for verdict, code, checks in found]


def lines(told: Verification) -> list[list[str]]:
    """The lines of the Python verifier as the page's are sent."""
    return [[check.name, check.outcome, check.code] for check in told.checks]


def answerable(case: Case) -> bool:
    """Whether the Python verifier has what a case needs."""
    return not case.needs or __import__("importlib").util.find_spec(case.needs) is not None


def test_the_page_answers_every_case_as_the_procedure_asks(shown: Page) -> None:
    made = [case.make() for case in CASES]
    found = asked(shown, made)
    assert len(found) == len(CASES)
    wrong = [
        (f"{case.group}/{case.name}", (case.verdict, case.code), (verdict, code))
        for case, (verdict, code, _) in zip(CASES, found, strict=True)
        if (verdict, code) != (case.verdict, case.code)
    ]
    assert wrong == []
    apart: list[tuple[str, object, object]] = []
    for case, inputs, (_, _, checks) in zip(CASES, made, found, strict=True):
        if answerable(case):
            own = lines(verify(inputs.given()))
            apart += [(case.name, mine, other) for mine, other in zip(own, checks, strict=False) if mine != other]
            apart += [(case.name, len(own), len(checks))] if len(own) != len(checks) else []
    assert apart == []
