"""The playground: what the page asks for, who may ask, and the page itself in a browser."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rulewright.cli.main import main
from rulewright.cli.playground import command, server
from rulewright.cli.playground.page import page, part
from rulewright.cli.playground.server import Playground
from rulewright.cli.playground.work import Asked, check, layout, run_tests
from rulewright.diagnostics import Diagnostic
from tests.attest.browser import Browser, find

BEGIN = command.beginning([])
assert isinstance(BEGIN, Asked)
FACTS = "product.internet_connectable: true\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Playground]:
    assert isinstance(BEGIN, Asked)
    with Playground(0, BEGIN) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(
    running: Playground, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    """What it answers to a request; `path` follows the secret one, unless it begins with a slash."""
    place = urlsplit(running.address)
    link = http.client.HTTPConnection("127.0.0.1", place.port or 0, timeout=30)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(method, path if path.startswith("/") else f"{place.path}{path}", body, given)
    answer = link.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    link.close()
    return found


def asked(running: Playground, job: str, question: Asked, **headers: str) -> tuple[int, bytes]:
    body = json.dumps({name: getattr(question, name) for name in ("policy", "product", "facts", "as_of")}).encode()
    status, found, _ = ask(running, "POST", job, body, **{"Content_Type": "application/json", **headers})
    return status, found


def test_the_answer_is_that_of_the_commands() -> None:
    assert isinstance(BEGIN, Asked)
    answer = check(BEGIN)
    assert answer.result is not None
    verdicts = {r["requirement"]: r["verdict"] for r in json.loads(bytes(answer.result))["results"]}
    assert verdicts == {"acme.camera:suppliers": "fail", "acme.camera:no-telnet": "pass"}
    open_ = check(Asked(BEGIN.policy, BEGIN.product, FACTS, "2026-11-22"))
    assert open_.result is not None
    found = json.loads(bytes(open_.result))
    assert found["as_of"].startswith("2026-11-22")
    assert found["summary"]["unknown"] == 1


def test_a_broken_policy_has_diagnostics_and_no_result() -> None:
    answer = check(Asked('policy a edition "1" { requirement r shall { check iface.telnet_presnt } }', "{}"))
    assert answer.result is None
    assert answer.diagnostics is not None
    assert "RW0201" in {d["code"] for d in json.loads(bytes(answer.diagnostics))["diagnostics"]}


def test_a_product_that_is_none_is_said_in_words() -> None:
    assert isinstance(BEGIN, Asked)
    answer = check(Asked(BEGIN.policy, "hello"))
    assert (answer.code, answer.result) == (2, None)
    assert "error[RW" in answer.words


def test_tests_and_layout() -> None:
    assert isinstance(BEGIN, Asked)
    assert run_tests(BEGIN).code == 0
    assert run_tests(Asked(BEGIN.policy.replace("expect unknown", "expect pass"))).code == 1
    assert layout(Asked('policy a   edition "1" {\n}')).text == 'policy a edition "1" {\n}\n'
    broken = layout(Asked("policy {"))
    assert (broken.code, broken.text) == (2, "policy {")


def test_rules_beside_the_policy_count_as_for_the_commands(tmp_path: Path) -> None:
    assert isinstance(BEGIN, Asked)
    policy = tmp_path / "p.rw"
    policy.write_text('policy a.p edition "1" { use a.s edition "1" as s }', encoding="utf-8")
    (tmp_path / "s.rw").write_text(
        'standard a.s edition "1" { requirement "1" shall { check false } }', encoding="utf-8"
    )
    alone = check(Asked(policy.read_text(encoding="utf-8"), product=BEGIN.product))
    assert (alone.code, alone.result) == (2, None)
    beside = check(Asked(policy.read_text(encoding="utf-8"), product=BEGIN.product), str(policy))
    assert beside.result is not None
    assert json.loads(bytes(beside.result))["summary"]["fail"] == 1


@pytest.mark.usefixtures("loopback")
def test_the_page_and_its_answers_come_over_http(running: Playground) -> None:
    assert isinstance(BEGIN, Asked)
    status, body, headers = ask(running, "GET", "")
    assert status == 200
    assert b"Rulewright" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert not [word for word in (b'src="', b"@import", b"url(") if word in body], "the page loads nothing"
    status, found = asked(running, "layout", BEGIN)
    assert (status, json.loads(found)["text"]) == (200, BEGIN.policy)


@pytest.mark.usefixtures("loopback")
def test_only_the_page_itself_may_ask(running: Playground) -> None:
    assert isinstance(BEGIN, Asked)
    assert ask(running, "GET", "/")[0] == 404
    assert ask(running, "GET", "/guess/")[0] == 404
    assert ask(running, "GET", "", Host="evil.example")[0] == 404, "another name that leads to us"
    assert asked(running, "layout", BEGIN, Origin="https://evil.example")[0] == 404
    assert asked(running, "layout", BEGIN, Content_Type="text/plain")[0] == 415, "what a form of another page may send"
    assert asked(running, "erase", BEGIN)[0] == 404
    assert asked(running, "check", Asked("", as_of="--help"))[0] == 400
    assert ask(running, "POST", "layout", b"{", Content_Type="application/json")[0] == 400
    assert ask(running, "POST", "layout", b'{"policy": "", "file": "/etc"}', Content_Type="application/json")[0] == 400


@pytest.mark.usefixtures("loopback")
def test_questions_are_bounded(running: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(BEGIN, Asked)
    monkeypatch.setattr(server, "MAX_BODY", 10)
    assert asked(running, "layout", BEGIN)[0] == 413


def test_texts_cannot_leave_their_place_in_the_page() -> None:
    text = page(Asked("</script><script>alert(1)</script>", "/*SCRIPT*/", "NONCE"), "n0")
    data = text.partition('type="application/json" nonce="n0">')[2].partition("</script>")[0]
    assert json.loads(data)["begin"] == {
        "policy": "</script><script>alert(1)</script>", "product": "/*SCRIPT*/", "facts": "NONCE", "as_of": "",
    }  # fmt: skip


def test_files_are_told_apart_by_their_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.rw", "b.json", "c.yaml", "d.rw"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "e.rw").write_bytes(b"\xff")
    found = command.beginning([str(tmp_path / name) for name in ("b.json", "a.rw", "c.yaml")])
    assert found == Asked("a.rw", "b.json", "c.yaml")
    for words in (["a.rw", "d.rw"], ["e.rw"], ["none.rw"]):
        assert isinstance(command.beginning([str(tmp_path / word) for word in words]), Diagnostic)
    assert main(["playground", "--port", "70000"]) == 2
    assert "RW0005" in capsys.readouterr().err


@pytest.mark.skipif(find() is None, reason="there is no Chromium")
def test_the_page_in_a_browser(running: Playground) -> None:
    with Browser() as browser:
        shown = browser.open(running.address)
        words = shown.evaluate(
            "new Promise((done) => { const look = () => { const found = document.querySelector('.gate');"
            " found ? done(found.textContent) : setTimeout(look, 50); }; look(); })"
        )
        assert words == "✗ gate: fail, 1 fail, 1 pass"
        assert shown.evaluate("document.querySelectorAll('.diagnostic').length") == 0
        typed = shown.evaluate(
            "new Promise((done) => { const area = document.querySelector('#policy textarea');"
            " area.value = area.value.replace('telnet_present', 'telnet_presnt'); area.dispatchEvent(new Event('input'));"
            " const look = () => { const found = document.querySelector('.diagnostic.error');"
            " found ? done(found.textContent) : setTimeout(look, 50); }; look(); })"
        )
        assert typed.startswith("15:19 error[RW0201] ")
        assert "did you mean `iface.telnet_present`?" in typed
        assert shown.evaluate("document.querySelector('#policy mark').textContent") == "iface.telnet_presnt"


def test_the_example_is_whole() -> None:
    assert part("example.rw").count("\ntest ") == 2
