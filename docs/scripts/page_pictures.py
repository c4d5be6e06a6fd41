"""Take the pictures of `verify.html` in docs/how-to-attest.md: `PYTHONPATH=. python docs/scripts/page_pictures.py`.

Needs a Chromium (tests/attest/browser.py); without one, the pictures stay as they are.  What is on them is the camera of the guide;
tests/attest/test_page_pictures.py holds what the page says in each case.  Fonts are those of the machine.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from docs.scripts import attested
from rulewright.attest import keys, page
from tests.attest import good
from tests.attest.browser import Browser, Page, find

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1000, 780
MOST = 150_000
"""Bytes that a picture may have."""


class Picture(NamedTuple):
    """A case: what is given, what the page must say, and whether it is shown as on paper."""

    name: str
    complies: bool
    changed: bool
    says: str
    paper: bool = False

    @property
    def path(self) -> Path:
        """Where it lies."""
        return IMAGES / f"verify-page-{self.name}.png"


PICTURES = (
    Picture("genuine", complies=True, changed=False, says="genuine, and says that nothing blocks"),
    Picture("open", complies=False, changed=False, says="genuine, and says that the product does NOT comply"),
    Picture("false", complies=True, changed=True, says="must not be relied on"),
    Picture("print", complies=True, changed=False, says="genuine, and says that nothing blocks", paper=True),
)


def show(shown: Page, picture: Picture, folder: Path) -> str:
    """Let the page show a case; return its headline.  Raises `BrowserError`."""
    bundle = attested.bundle(folder, complies=picture.complies)
    request = {
        "bundle": attested.changed(bundle) if picture.changed else bundle,
        "at": attested.AT,
        "trust": attested.trust(),
        "anchors": [keys.to_pem(good.public("anchor"))],
        "statuses": [],
        "artifacts": [{"name": "camera-1.0.bin", "bytes": attested.FIRMWARE}],
    }
    shown.size(WIDTH, HEIGHT)
    shown.media(kind="print" if picture.paper else "")
    shown.call("rulewright.show", request)
    return str(shown.evaluate("document.getElementById('headline').innerText"))


@contextmanager
def opened() -> Iterator[tuple[Page, Path]]:
    """The page in a browser, and a folder."""
    with tempfile.TemporaryDirectory() as place, Browser() as browser:
        folder = Path(place)
        (folder / "verify.html").write_bytes(page.page())
        yield browser.open(folder / "verify.html"), folder


def main() -> None:
    """Write the pictures."""
    if find() is None:
        sys.stdout.write("no Chromium here: the pictures of verify.html stay as they are\n")
        return
    with opened() as (shown, folder):
        for picture in PICTURES:
            said = show(shown, picture, folder)
            if picture.says not in said:
                raise SystemExit(f"the page says `{said}`, and not `{picture.says}`")
            shown.screenshot(picture.path, whole=False)
            sys.stdout.write(f"wrote {picture.path.relative_to(ROOT)}: {picture.path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
