"""Init of OpenWrt: procd runs the scripts that are linked in /etc/rc.d, and what /etc/uci-defaults holds at the first boot.

Guarantees: a script without a link is not started; `devices.init_libraries` knows what the scripts' functions do.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.boot import Boot, Context
from rulewright.devices.init_sysv import links
from rulewright.devices.model import Place


def rc_s(boot: Boot, words: Sequence[str], context: Context) -> None:
    """`/etc/init.d/rcS S boot`, which procd does itself."""
    if len(words) > 1 and words[1].startswith("K"):
        return
    links(boot, "/etc/rc.d", words[2] if len(words) > 2 else "boot", context)
    for path in boot.children("/etc/uci-defaults"):
        boot.words(["sh", path], context.then("script", Place(path), "at the first boot"))
