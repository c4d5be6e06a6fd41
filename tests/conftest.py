"""What every test may count on: fixed seeds, one time zone of no consequence, no network.

Guarantees: the three hypothesis profiles exist (`dev` is the default, `HYPOTHESIS_PROFILE` chooses),
examples are the same on every run, and a test that opens a socket to another machine fails.
It does not isolate tests from files of their neighbours: use `tmp_path`.
"""

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile("dev", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile("ci", parent=settings.get_profile("dev"), max_examples=500)
settings.register_profile(
    "nightly",
    parent=settings.get_profile("dev"),
    max_examples=10_000,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_collection_finish() -> None:
    """What was collected stays until the end, so the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


_CONNECT = socket.socket.connect


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test connect to this machine itself, and to no other: to a server that it started."""

    def connect(self: socket.socket, address: object) -> None:
        if not isinstance(address, tuple) or address[0] != "127.0.0.1":
            pytest.fail(f"a test tried to connect to {address!r}")
        _CONNECT(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Let a test that connects to another machine fail at once, on any machine."""

    def refuse(_self: socket.socket, address: object) -> NoReturn:
        pytest.fail(f"a test tried to connect to {address!r}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared real documents, or skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared corpus (../shared) is not on this machine")
    return SHARED
