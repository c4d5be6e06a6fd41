"""Take the pictures of `verify.html` in docs/how-to-attest.md: `python docs/scripts/page_pictures.py`.

Needs a Chromium (tests/attest/browser.py).  What is on them is what tests/attest/test_page.py holds; fonts are those of the machine.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from rulewright.attest import keys, page  # noqa: E402  # the tests are no package: their folder comes first
from tests.attest import good, tampered  # noqa: E402  # the same
from tests.attest.browser import Browser  # noqa: E402  # the same


def main() -> None:
    """Write the pictures."""
    request = {
        "bundle": good.bundle(),
        "at": good.AT,
        "trust": good.trust_file(),
        "anchors": [keys.to_pem(good.public("anchor"))],
        "statuses": [good.status_list()],
        "artifacts": [{"name": "camera-1.0.bin", "bytes": good.FIRMWARE}],
    }
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        path = Path(folder) / "verify.html"
        path.write_bytes(page.page())
        shown = browser.open(path)
        shown.size(1000, 820)
        false = tampered.resigned(lambda _: None, ("stranger",))
        for name, bundle in (("genuine", good.bundle()), ("false", false)):
            shown.call("rulewright.show", {**request, "bundle": bundle})
            target = ROOT / "docs" / "images" / f"verify-page-{name}.png"
            shown.screenshot(target, whole=False)
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
