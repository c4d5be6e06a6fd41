"""The fences of the test suite itself hold: no network, known hypothesis profile."""

import socket

import pytest
from hypothesis import settings


def test_a_test_cannot_reach_another_machine() -> None:
    """The fence raises before any packet leaves."""
    with (
        socket.socket() as plug,
        pytest.raises(pytest.fail.Exception, match="tried to connect"),
    ):
        plug.connect(("192.0.2.1", 80))


def test_examples_are_repeatable_by_default() -> None:
    assert settings.get_profile("dev").derandomize
    assert settings.get_profile("nightly").max_examples >= 10_000
