"""Alerts: delivered by webhook and command, tried a bounded number of times, never in the way of a run."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from riskscore.settings import Settings
from riskscore.steps import alerting
from riskscore.steps.alerting import alert
from tests.riskscore.steps.small_world import DAY

LONG_SECONDS = 30
"""A server that holds back answers after this long, unless it is let go; who waits for it gets its answer."""


@dataclass
class Hook:
    """A server that takes alerts, after failing some."""

    address: str = ""
    failing: int = 0
    holds_back: bool = False
    let_go: Event = field(default_factory=Event)
    bodies: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0


@pytest.fixture
def hook() -> Iterator[Hook]:
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if found.holds_back:
                found.let_go.wait(LONG_SECONDS)
            if found.asked > found.failing:
                found.bodies.append(json.loads(body))
            self.send_response(200 if found.asked > found.failing else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}/secret"
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "address").write_text(f"{hook.address}\n")
    monkeypatch.setattr(alerting, "PAUSE_SECONDS", 0.01)
    return Settings(home=tmp_path, alert_webhook_file=tmp_path / "address")


def test_an_alert_says_what_is_wrong_and_what_to_do(settings: Settings, hook: Hook) -> None:
    assert alert(settings, "The day has no scores.", then="Run it.", day=DAY) == ["webhook"]
    (body,) = hook.bodies
    assert (body["what"], body["then"], body["day"]) == ("The day has no scores.", "Run it.", str(DAY))
    assert set(body) == {"text", "what", "then", "level", "day", "run"}


@pytest.mark.parametrize(("failing", "took"), [(2, ["webhook"]), (3, []), (99, [])])
def test_it_is_tried_a_bounded_number_of_times(settings: Settings, hook: Hook, failing: int, took: list[str]) -> None:
    hook.failing = failing
    assert alert(settings, "x", then="y") == took
    assert hook.asked == alerting.ATTEMPTS


def test_a_server_that_never_answers_holds_nobody_up(
    settings: Settings, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.holds_back = True
    monkeypatch.setattr(alerting, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(alerting, "ATTEMPT_SECONDS", 2 * LONG_SECONDS)
    assert alert(settings, "x", then="y") == [], "it waited for the answer"
    hook.let_go.set()


def test_a_command_gets_it_on_standard_input(tmp_path: Path) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    command = f'{sys.executable} -c "{script}" {tmp_path}/got.json'
    assert alert(Settings(home=tmp_path, alert_command=command), "x", then="y") == ["command"]
    assert json.loads((tmp_path / "got.json").read_text())["then"] == "y"


@pytest.mark.parametrize("wrong", ["", "ftp://x/y", "http://elsewhere.example/x"])
def test_no_address_or_no_command_is_no_error(settings: Settings, wrong: str) -> None:
    assert settings.alert_webhook_file
    settings.alert_webhook_file.write_text(wrong)
    missing = settings.model_copy(update={"alert_command": "/no/such/command"})
    assert alert(missing, "x", then="y") == []


def test_without_settings_nothing_is_done(tmp_path: Path) -> None:
    assert alert(Settings(home=tmp_path), "x", then="y") == []
