"""Alert: tell people that something is wrong and what to do next, without ever holding a run up."""

import json
import shlex
import subprocess
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from threading import Thread
from time import sleep

from riskscore.errors import SettingsError
from riskscore.logs import run_id, say
from riskscore.settings import Settings

ATTEMPTS = 3
PAUSE_SECONDS = 0.5
ATTEMPT_SECONDS = 3.0
PATIENCE_SECONDS = 12.0
"""However slow the other side is, a run waits no longer than this for an alert to leave."""


@dataclass(frozen=True)
class Alert:
    """What is wrong, how bad, and what to do next; ids and codes, never data."""

    what: str
    then: str
    level: str
    day: str
    run: str


def alert(settings: Settings, what: str, *, then: str, level: str = "alarm", day: date | None = None) -> list[str]:
    """Deliver an alert to the webhook and the command of the settings; return which of them took it.

    Never raises and never waits longer than PATIENCE_SECONDS: who cannot be reached after ATTEMPTS is said in the log.
    Without a webhook or command nothing is done.
    """
    message = Alert(what, then, level, day.isoformat() if day else "", run_id())
    ways: dict[str, Callable[[bytes], None]] = {}
    if settings.alert_webhook_file:
        ways["webhook"] = lambda body: _posted(settings, body)
    if settings.alert_command:
        ways["command"] = lambda body: _handed(settings.alert_command, body)
    took: list[str] = []
    body = json.dumps({"text": f"riskscore {level}: {what} {then}", **asdict(message)}).encode()
    threads = [Thread(target=_deliver, args=(name, way, body, took), daemon=True) for name, way in ways.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS / len(threads))
    for name in ways.keys() - set(took):
        say("alert not delivered", place=name, level=level, day=day)
    return sorted(took)


def _deliver(name: str, way: Callable[[bytes], None], body: bytes, took: list[str]) -> None:
    for attempt in range(ATTEMPTS):
        try:
            way(body)
        except (OSError, ValueError, SettingsError, subprocess.SubprocessError):
            sleep(PAUSE_SECONDS * 2**attempt)
        else:
            took.append(name)
            return


def _posted(settings: Settings, body: bytes) -> None:
    """Post to the webhook; the address is read anew each time, so that a rotated secret counts at once."""
    file = settings.alert_webhook_file
    address = file.read_text(encoding="utf-8").strip() if file else ""
    if not address.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise SettingsError("RISKSCORE_ALERT_WEBHOOK_FILE holds no address that begins with https://. Correct it.")
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 checked above
    with urllib.request.urlopen(request, timeout=ATTEMPT_SECONDS):  # noqa: S310 checked above
        pass


def _handed(command: str, body: bytes) -> None:
    subprocess.run(  # noqa: S603 the operator's own command, without a shell
        shlex.split(command), input=body, timeout=ATTEMPT_SECONDS, check=True, capture_output=True
    )
