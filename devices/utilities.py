"""Ordinary programs of boot scripts, as data: what their success is taken to be.

Guarantees: a table and nothing else; a program that is not here may succeed or fail.
"""

from __future__ import annotations

SURE = frozenset((
    "awk", "cat", "chattr", "chgrp", "chmod", "chown", "clear", "cp", "cut", "date", "depmod", "dmesg", "head",
    "hostname", "hwclock", "ifconfig", "insmod", "install", "ip", "ip6tables", "iptables", "kill", "killall",
    "ln", "log_action_begin_msg", "log_action_end_msg", "log_action_msg", "log_begin_msg", "log_daemon_msg",
    "log_end_msg", "log_failure_msg", "log_progress_msg", "log_success_msg", "log_warning_msg", "logger",
    "losetup", "mdev", "mkdir", "mknod", "mktemp", "modprobe", "mount", "mv", "nft", "restorecon", "rm",
    "rmdir", "route", "sed", "sort", "stty", "swapon", "sync", "sysctl", "tail", "touch", "tput", "tr",
    "umount", "wc",
))  # fmt: skip
"""Programs that nobody expects to fail, and that start nothing."""

ASKS = frozenset((
    "checkpath", "cmp", "curl", "diff", "egrep", "expr", "fgrep", "find", "flash_eraseall", "fw_printenv",
    "getent", "getenv", "getprop", "grep", "id", "ip_up", "jsonfilter", "ls", "lsmod", "mountpoint", "nc",
    "nvram", "pgrep", "pidof", "pidofproc", "ping", "ping6", "ps", "service_running", "stat", "status_of_proc",
    "systemctl", "test", "ubus", "uci", "wget",
))  # fmt: skip
"""Programs whose status is an answer."""

QUIET = frozenset((
    "awk", "cat", "clear", "cp", "cut", "date", "head", "kill", "killall", "ln", "log_action_begin_msg",
    "log_action_cont_msg", "log_action_end_msg", "log_action_msg", "log_begin_msg", "log_daemon_msg",
    "log_end_msg", "log_failure_msg", "log_progress_msg", "log_success_msg", "log_warning_msg", "logger", "ls",
    "mkdir", "mv", "pgrep", "pidof", "ps", "rm", "rmdir", "sed", "sort", "sync", "tail", "touch", "tput", "tr",
    "wc",
))  # fmt: skip
"""Programs that are no start of anything; the others are kept, because what they change matters to other detectors."""
