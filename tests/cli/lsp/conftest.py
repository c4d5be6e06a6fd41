"""One server process for all tests of the protocol, driven by a real client in a folder with a small project."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

PROJECT = Path(__file__).resolve().parents[2] / "dsl" / "editing" / "project"


def client() -> LanguageClient:
    """A client that lets the server watch files."""
    made = make_test_lsp_client()

    @made.feature(lsp.CLIENT_REGISTER_CAPABILITY)  # type: ignore[untyped-decorator] # pytest_lsp has no types
    def registered(_params: lsp.RegistrationParams) -> None:
        return None

    return made


@pytest_lsp.fixture(  # type: ignore[untyped-decorator] # pytest_lsp has no types
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "rulewright", "lsp", "--stdio"], client_factory=client
    ),
    scope="session",
)
async def editor(lsp_client: LanguageClient, tmp_path_factory: object) -> AsyncIterator[None]:
    """A client whose workspace is a copy of the project."""
    folder = tmp_path_factory.mktemp("lsp") / "project"  # type: ignore[attr-defined] # pytest_lsp hides the fixture's type
    shutil.copytree(PROJECT, folder)
    lsp_client.folder = folder  # type: ignore[attr-defined] # for the tests
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "project")],
        )
    )
    yield
    await lsp_client.shutdown_session()
