"""A driver of a headless Chromium for tests: opens a page from disk, calls its functions, takes pictures.

Guarantees: no library and no network port, only two pipes (DevTools protocol, `--remote-debugging-pipe`); every wait has an
end; the browser and its folder are gone when the `with` ends.  It does not download a browser: `find` says where one is, or
`None`, and `Browser` cannot be made without one.

    with Browser() as browser:
        page = browser.open(path)
        answer = page.call("rulewright.verify", {"bundle": data, "at": "2026-11-22"})
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio",
    "--disable-default-apps", "--no-default-browser-check", "--password-store=basic", "--remote-debugging-pipe",
)  # fmt: skip
SECONDS = 60.0
# The browser reads its pipes as 3 and 4, whatever they were here.
_PIPES = """
import fcntl, os, sys
high = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]
for number, one in enumerate(high, 3):
    os.dup2(one, number, inheritable=True)
os.execv(sys.argv[3], sys.argv[3:])
"""
_REVIVE = """(async (given) => {
  const plain = (value) => {
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    if (typeof value.$bytes === "string") {
      if (Uint8Array.fromBase64) return Uint8Array.fromBase64(value.$bytes);
      const text = atob(value.$bytes);
      const made = new Uint8Array(text.length);
      for (let at = 0; at < text.length; at += 1) made[at] = text.charCodeAt(at);
      return made;
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  };
  return await (%s)(...given.map(plain));
})(%s)"""


def find() -> str | None:
    """The browser of this machine, if it has one."""
    return next((path for name in NAMES if (path := shutil.which(name)) is not None), None)


class BrowserError(Exception):
    """The browser did not do what was asked: the page threw, or no answer came."""


class Page:
    """One open page."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """One command of the DevTools protocol, and its answer."""
        return self._browser.send(method, params, self._session)

    def evaluate(self, expression: str) -> Any:  # JSON of any shape
        """The value of a JavaScript expression; promises are awaited.  Raises `BrowserError` where it throws."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def call(self, function: str, *arguments: object) -> Any:  # JSON of any shape
        """Call a function of the page.  `bytes` in the arguments arrive as `Uint8Array`."""
        return self.evaluate(_REVIVE % (function, json.dumps([_sendable(item) for item in arguments])))

    def open(self, place: Path | str) -> None:
        """Go to a file or an address, and wait until it is loaded."""
        self._browser.events.clear()
        self.send("Page.navigate", url=place if isinstance(place, str) else place.resolve().as_uri())
        self._browser.wait_for("Page.loadEventFired", self._session)

    def choose(self, selector: str, *files: Path) -> None:
        """Put files into a file input, as a person would."""
        document = self.send("DOM.getDocument")["root"]["nodeId"]
        found = self.send("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]
        self.send("DOM.setFileInputFiles", nodeId=found, files=[str(file.resolve()) for file in files])

    def size(self, width: int, height: int, *, mobile: bool = False) -> None:
        """The size of the window, in CSS pixels."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def media(self, *, kind: str = "", scheme: str = "light") -> None:
        """Show as on `print` or on the screen, and in a light or dark colour scheme."""
        self.send(
            "Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}]
        )

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """A PNG of the page: the whole, or what fits the window."""
        answer = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def pdf(self, path: Path) -> None:
        """The page as it would be printed."""
        path.write_bytes(base64.b64decode(self.send("Page.printToPDF", printBackground=False)["data"]))

    def close(self) -> None:
        """Close the page."""
        self._browser.send("Target.detachFromTarget", {"sessionId": self._session})


class Browser:
    """A running browser.  `seconds` bounds the wait for any one answer."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._folder = tempfile.mkdtemp(prefix="rulewright-browser-")
        self._process: subprocess.Popen[bytes] | None = None
        self._left = b""
        self._number = 0
        self._to = self._from = -1
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        path = find()
        if path is None:
            raise BrowserError("no Chromium on this machine")
        read_here, write_there = os.pipe()
        read_there, write_here = os.pipe()
        pipes = (str(read_there), str(write_there))
        profile = f"--user-data-dir={self._folder}"
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _PIPES, *pipes, path, *FLAGS, profile, "about:blank"],
            pass_fds=(read_there, write_there),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_there)
        os.close(write_there)
        self._to, self._from = write_here, read_here
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(BrowserError, OSError):
            self.send("Browser.close", {})
        os.close(self._to)
        os.close(self._from)
        assert self._process is not None
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, place: Path | str) -> Page:
        """Open a file in a page of its own."""
        target = self.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, session)
        page.send("Page.enable")
        page.open(place)
        return page

    def send(self, method: str, params: dict[str, object], session: str | None = None) -> dict[str, Any]:
        """One command of the DevTools protocol, and its answer.  Raises `BrowserError`."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self._write(json.dumps(message).encode() + b"\0")
        end = time.monotonic() + self._seconds
        while True:
            answer = self._read(end)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def wait_for(self, event: str, session: str) -> None:
        """Wait for an event of a page, if it has not come yet."""
        end = time.monotonic() + self._seconds
        while not any(item.get("method") == event and item.get("sessionId") == session for item in self.events):
            self.events.append(self._read(end))

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._to, view) :]

    def _read(self, end: float) -> dict[str, Any]:
        """The next message."""
        parts = [self._left]
        while b"\0" not in parts[-1]:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                self._left = b"".join(parts)
                raise BrowserError("no answer in time")
            piece = os.read(self._from, 1 << 20)
            if not piece:
                raise BrowserError("the browser has gone")
            parts.append(piece)
        whole, _, self._left = b"".join(parts).partition(b"\0")
        message: dict[str, Any] = json.loads(whole)
        return message


def _sendable(value: object) -> object:
    """A value as JSON, with bytes marked."""
    match value:
        case bytes() | bytearray():
            return {"$bytes": base64.b64encode(value).decode()}
        case dict():
            return {str(name): _sendable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_sendable(item) for item in value]
        case _:
            return value
