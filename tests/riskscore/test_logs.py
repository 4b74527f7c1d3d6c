"""Logs: fields and shapes nobody decided about do not get in; lines are JSON or words."""

import json
import subprocess
import sys
from datetime import date

import pytest

from riskscore.logs import configure_logs, say


def test_a_line_is_json_with_its_run(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    say("step ended", step="land", day=date(2026, 5, 4), seconds=1.23456, rows=None)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["step"], line["day"], line["seconds"]) == ("step ended", "land", "2026-05-04", 1.235)
    assert line["run"]
    assert "rows" not in line


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    configure_logs("text")
    say("step ended", step="land")
    (line,) = capsys.readouterr().err.splitlines()
    assert "step ended" in line
    assert "step=land" in line


def test_what_is_no_code_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    say("delivery taken in", feed="Zwaluwstaart Bananenhandel B.V.")
    assert json.loads(capsys.readouterr().err)["feed"] == "?"


def test_a_field_nobody_decided_about_is_refused() -> None:
    with pytest.raises(ValueError, match="shipper"):
        say("x", shipper="y")  # type: ignore[arg-type, unused-ignore]  # the field is the test


def test_without_a_form_nothing_is_printed() -> None:
    """Asked of a process of its own: here pytest listens."""
    told = (
        "from riskscore.logs import *; import logging; configure_logs(''); say('step failed', severity=logging.ERROR)"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
