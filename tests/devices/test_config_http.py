"""Web servers: plain HTTP and TLS settings by server block; both facts kept where blocks disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import config_http
from rulewright.devices.model import Findings
from rulewright.devices.tree import of_texts
from rulewright.facts.types import Level
from tests.devices.made import daemon, real, values

NGINX = daemon("http", "/usr/sbin/nginx")
LIGHTTPD = daemon("http", "/usr/sbin/lighttpd", "-f", "/etc/lighttpd/lighttpd.conf")
PLAIN = "iface.http_plain_admin"


def nginx(http: str, **files: str) -> Findings:
    tree = of_texts({"/etc/nginx/nginx.conf": f"events {{}}\nhttp {{\n{http}\n}}\n", **files})
    return config_http.detect(tree, [NGINX])


def lighttpd(text: str, **files: str) -> Findings:
    return config_http.detect(of_texts({"/etc/lighttpd/lighttpd.conf": text, **files}), [LIGHTTPD])


def versions(found: Findings) -> dict[str, tuple[object, str]]:
    return {said.scope: (said.value, said.level.word) for said in found.said if said.attribute == "tls.min_version"}


def test_a_default_that_every_server_overrides_is_only_configured() -> None:
    found = nginx("ssl_protocols TLSv1 TLSv1.2;\nserver { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; }")
    assert versions(found) == {"server *:443": ("TLS1.2", "enabled"), "http": ("TLS1.0", "configured")}
    assert found.examined == {PLAIN: False}


def test_a_default_that_a_server_takes_over_holds_for_it() -> None:
    found = nginx(
        "ssl_protocols TLSv1 TLSv1.2;\n"
        "server { listen 443 ssl; ssl_protocols TLSv1.2; server_name a.example; }\n"
        "server { listen 8443 ssl; }"
    )
    assert versions(found) == {"server *:443 a.example": ("TLS1.2", "enabled"), "server *:8443": ("TLS1.0", "enabled")}


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("server { listen 80; }", True),
        ("server { root /www; }", True),
        ("server { listen [::]:8080; }", True),
        ("server { listen 127.0.0.1:80; }", False),
        ("server { listen unix:/run/x.sock; }", False),
        ("server { listen 80; return 301 https://$host$request_uri; }", False),
        ("server { listen 80; location / { return 308 https://$host; } }", False),
        ("server { listen 80; return 200 ok; }", True),
        ("server { listen 80; location / { return 301 https://$host; } location /api { proxy_pass http://a; } }", True),
        ("server { listen 80; listen 443 ssl; }", True),
        ("# server { listen 80; }", False),
        ("include /etc/nginx/sites-enabled/*;", False),
    ],
)
def test_plain_http_of_nginx(server: str, said: bool) -> None:  # noqa: FBT001
    assert bool(values(nginx(server), PLAIN)) is said


def test_included_sites_count_and_available_ones_do_not() -> None:
    files = {
        "/etc/nginx/sites-available/a": "server { listen 80; }",
        "/etc/nginx/conf.d/b.conf": "server {\nlisten 81;\n}",
    }
    found = nginx("include conf.d/*.conf;\ninclude sites-enabled/*;", **files)
    assert values(found, PLAIN) == [(True, "enabled", "/etc/nginx/conf.d/b.conf#2")]


def test_suites_and_client_certificates() -> None:
    found = nginx(
        'server { listen 443 ssl; ssl_verify_client on; ssl_ciphers "ECDHE-RSA-AES128-GCM-SHA256:RC4-SHA:!MD5:HIGH"; }'
    )
    assert [v for v, _, _ in values(found, "tls.cipher_suites")] == [("ECDHE-RSA-AES128-GCM-SHA256", "RC4-SHA")]
    assert [v for v, _, _ in values(found, "crypto.weak_algorithms")] == [("RC4",)]
    assert [v for v, _, _ in values(found, "tls.mutual")] == [True]


def test_lighttpd_sockets() -> None:
    found = lighttpd(
        'server.port = 80\n$SERVER["socket"] == ":443" {\n ssl.engine = "enable"\n'
        ' ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.1", # old\n "CipherString" => "DES-CBC3-SHA:HIGH")\n}\n'
    )
    assert values(found, PLAIN) == [(True, "enabled", "/etc/lighttpd/lighttpd.conf#1")]
    assert versions(found) == {"socket *:443": ("TLS1.1", "enabled")}
    assert [v for v, _, _ in values(found, "crypto.weak_algorithms")] == [("3DES",)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("server.port = 8080\n", True),
        ('server.bind = "127.0.0.1"\n', False),
        ('ssl.engine = "enable"\nserver.port = 443\n', False),
        ('$HTTP["scheme"] == "http" {\n url.redirect = ("" => "https://${url.authority}${url.path}")\n}\n', False),
        ('$HTTP["url"] =~ "^/a" {\n url.redirect = ("" => "https://x")\n}\n', True),
        ('#ssl.engine = "enable"\n', True),
        ('include "/etc/lighttpd/conf-enabled/*.conf"\n', False),
    ],
)
def test_plain_http_of_lighttpd(text: str, said: bool) -> None:  # noqa: FBT001
    assert (
        bool(values(lighttpd(text, **{"/etc/lighttpd/conf-enabled/a.conf": 'ssl.engine = "enable"\n'}), PLAIN)) is said
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("list listen_http 0.0.0.0:80", True),
        ("list listen_http 127.0.0.1:80", False),
        ("list listen_http 0.0.0.0:80\n list listen_https 0.0.0.0:443\n option redirect_https 1", False),
        ("list listen_http 0.0.0.0:80\n list listen_https 0.0.0.0:443\n option redirect_https 0", True),
        ("list listen_https 0.0.0.0:443", False),
    ],
)
def test_plain_http_of_openwrt(options: str, said: bool) -> None:  # noqa: FBT001
    tree = of_texts({"/etc/config/uhttpd": f"config uhttpd main\n {options}\n"})
    assert bool(values(config_http.detect(tree, [daemon("http", "/usr/sbin/uhttpd")]), PLAIN)) is said


def test_small_servers_and_apache() -> None:
    found = config_http.detect(of_texts({}), [daemon("http", "/usr/sbin/httpd", "-p", "8080", "-h", "/www")])
    assert values(found, PLAIN) == [(True, "enabled", "/etc/init.d/rcS#4")]
    text = "SSLProtocol all -TLSv1\n<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>\n<VirtualHost *:80>\nRedirect / https://a/\n</VirtualHost>\n"
    found = config_http.detect(of_texts({"/etc/apache2/apache2.conf": text}), [daemon("http", "/usr/sbin/apache2")])
    assert versions(found) == {"VirtualHost *:443": ("TLS1.1", "enabled")}
    assert values(found, PLAIN) == []


def test_a_server_that_cannot_be_read_is_not_examined() -> None:
    assert config_http.detect(of_texts({}), [daemon("http", "/usr/bin/vendor_web")]).examined == {}


@pytest.mark.parametrize("level", [Level.CONFIGURED, Level.CONDITIONAL, Level.ENABLED])
def test_settings_have_the_level_of_their_server(level: Level) -> None:
    tree = of_texts({"/etc/nginx/nginx.conf": "http { server { listen 80; } }"})
    found = config_http.detect(tree, [daemon("http", "/usr/sbin/nginx", level=level)])
    assert values(found, PLAIN) == [(True, level.word, "/etc/nginx/nginx.conf#1")]


def test_files_that_include_themselves_end() -> None:
    loop = {
        "/etc/nginx/nginx.conf": "http { include /etc/nginx/*.conf; include /etc/nginx/nginx.conf; server { listen 80; } }"
    }
    assert config_http.detect(of_texts(loop), [NGINX]).said
    assert lighttpd('include "/etc/lighttpd/lighttpd.conf"\ninclude "*.conf"\nserver.port = 80\n').said


@given(st.text(alphabet="{};\"'#\\ \nhttpservlisten80$SERVER[]()=", max_size=300))
def test_any_text_is_a_configuration_or_nothing(text: str) -> None:
    paths = ["/etc/nginx/nginx.conf", "/etc/lighttpd/lighttpd.conf", "/etc/config/uhttpd", "/etc/apache2/apache2.conf"]
    config_http.detect(of_texts(dict.fromkeys(paths, text)), [])


def test_a_thousand_open_blocks_are_bounded() -> None:
    assert nginx("server {" * 5000).said is not None


def test_real_trees() -> None:
    assert values(config_http.detect(real("legacy"), [LIGHTTPD]), PLAIN) == [
        (True, "enabled", "/etc/lighttpd/lighttpd.conf#14")
    ]
    hardened = config_http.detect(real("hardened"), [NGINX])
    assert values(hardened, PLAIN) == []
    assert versions(hardened) == {"server *:443": ("TLS1.2", "enabled"), "http": ("TLS1.0", "configured")}
