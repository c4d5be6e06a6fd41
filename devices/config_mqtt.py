"""The Mosquitto broker: each listener's passwords, certificates, encryption and topic rules.

Guarantees: each listener is judged by itself (`scope`); one that only the device itself reaches is left out; settings
count as surely as the broker runs.  What it does not do: read the topic rules, or know what a plugin decides.
Source: mosquitto.conf(5): `allow_anonymous` is false since 2.0 where a listener is defined; without `per_listener_settings`
the security settings hold for all listeners.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.devices.ciphers import listed, suites, version, weak_in
from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import MAX_INCLUDED, Use, loopback, uses
from rulewright.devices.syntax_words import Directive, directives
from rulewright.devices.tree import Tree

MOSQUITTO = frozenset({"mosquitto"})
MAX_LISTENERS = 200
SHARED = frozenset({"allow_anonymous", "password_file", "acl_file", "plugin", "auth_plugin", "psk_file"})
"""What holds for all listeners unless `per_listener_settings` is on."""


class Listener(msgspec.Struct):
    """A port of the broker with the settings that hold for it."""

    port: str
    host: str
    place: Place
    settings: dict[str, Directive] = {}

    @property
    def scope(self) -> str:
        """`listener 1883`."""
        return f"listener {self.port}"

    def on(self, key: str) -> bool:
        """Whether a setting says yes."""
        found = self.settings.get(key)
        return found is not None and found.on

    @property
    def encrypted(self) -> bool:
        """Whether it speaks TLS (a certificate, or keys shared beforehand)."""
        return "certfile" in self.settings or "psk_hint" in self.settings

    @property
    def authenticated(self) -> bool:
        """Whether a client has to show who it is: by certificate, by shared key, or because anonymous ones are refused."""
        return self.on("require_certificate") or "psk_hint" in self.settings or not self.on("allow_anonymous")


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Anonymous clients, topic rules, mutual TLS, versions and suites, by listener."""
    found = Findings()
    for use in used(tree, daemons):
        for listener in listeners(tree, use.files[0]):
            if not loopback(listener.host):
                _listener(found, use, listener)
    return found


def used(tree: Tree, daemons: Sequence[Daemon]) -> list[Use]:
    """The brokers that have a configuration."""
    usual = ["/etc/mosquitto/mosquitto.conf", "/etc/mosquitto.conf"]
    return [use for use in uses(tree, daemons, MOSQUITTO, usual, ["-c"]) if use.files]


def listeners(tree: Tree, path: str) -> list[Listener]:
    """The listeners of a configuration, shared settings in each."""
    shared: dict[str, Directive] = {}
    found: list[Listener] = []
    settings = _settings(tree, path)
    apart = any(d.key == "per_listener_settings" and d.on for d in settings)
    for directive in settings:
        if directive.key == "listener" and directive.words:
            host = directive.words[1] if len(directive.words) > 1 else ""
            found.append(Listener(directive.words[0], host, directive.place))
        elif found and (apart or directive.key not in SHARED):
            found[-1].settings[directive.key] = directive
        else:
            shared[directive.key] = directive
    if (old := shared.get("port")) is not None:
        bound = shared.get("bind_address")
        found.insert(0, Listener(old.value, bound.value if bound else "", old.place, dict(shared)))
    found = found[:MAX_LISTENERS]
    for listener in found:
        inherited = shared if not apart else {}
        listener.settings = {**{k: v for k, v in inherited.items() if k in SHARED}, **listener.settings}
    return found


def _settings(tree: Tree, path: str) -> list[Directive]:
    """The settings of a file and of the folders that it includes, whose files come in order."""
    found: list[Directive] = []
    for directive in directives(tree, path):
        found.append(directive)
        if directive.key == "include_dir":
            for other in tree.glob(f"{directive.value.rstrip('/')}/*.conf")[:MAX_INCLUDED]:
                found += directives(tree, other)
    return found


def _listener(found: Findings, use: Use, listener: Listener) -> None:
    settings, scope = listener.settings, listener.scope
    if not listener.authenticated:
        place = settings["allow_anonymous"].place
        text = "allow_anonymous true"
        found.said.append(use.said("auth.unauthenticated_services", place, value=("mqtt",), scope=scope, text=text))
    rules = next((settings[key] for key in ("acl_file", "plugin", "auth_plugin") if key in settings), None)
    place = rules.place if rules else listener.place
    text = rules.key if rules else "no acl_file and no plugin"
    found.said.append(use.said("eco.mqtt_topic_acl", place, value=rules is not None, scope=scope, text=text))
    if not listener.encrypted:
        found.said.append(use.said("tls.min_version", listener.place, value="none", scope=scope, text="no certfile"))
        return
    if (own := settings.get("certfile")) is not None:
        mutual = settings.get("require_certificate")
        where = mutual.place if mutual else own.place
        text = "require_certificate" if mutual else "require_certificate is not set: its default is false"
        found.said.append(
            use.said("tls.mutual", where, value=listener.on("require_certificate"), scope=scope, text=text)
        )
    _tls(found, use, listener)


def _tls(found: Findings, use: Use, listener: Listener) -> None:
    settings, scope = listener.settings, listener.scope
    if listener.on("require_certificate"):
        place = settings["require_certificate"].place
        found.said.append(use.said("auth.uses_pki", place, value=True, scope=scope, text="require_certificate true"))
    if (lowest := settings.get("tls_version")) is not None and version(lowest.value):
        found.said.append(
            use.said("tls.min_version", lowest.place, value=version(lowest.value), scope=scope, text=lowest.key)
        )
    else:
        detail = f"{scope}: the lowest version is that of the build"
        found.rows.append(use.finding("tls version not set", listener.place, detail))
    for key in ("ciphers", "ciphers_tls1.3"):
        if (ciphers := settings.get(key)) is None:
            continue
        if named := suites(ciphers.value):
            found.said.append(use.said("tls.cipher_suites", ciphers.place, value=named, scope=scope, text=key))
        if weak := weak_in(listed(ciphers.value)):
            found.said.append(use.said("crypto.weak_algorithms", ciphers.place, value=weak, scope=scope, text=key))
