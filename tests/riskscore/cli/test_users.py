"""The commands that keep the desk's accounts."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskscore.cli.app import app
from riskscore.desk import Desk, log_in, officer_of
from riskscore.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that the commands use."""
    monkeypatch.setenv("RISKSCORE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def said(*arguments: str) -> str:
    """Return what a command that succeeds prints."""
    result = CliRunner().invoke(app, ["users", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_an_account_is_made_shown_put_out_and_let_in_again(home: Path) -> None:
    desk = Desk.of(Settings(home=home))
    added = said("add", "anna", "--role", "officer", "--unit", "nlrtm")
    once = re.fullmatch(r"one-time password of anna: (\S+)\n", added)
    assert once
    token = log_in(desk, "anna", once[1], address="192.0.2.1").token
    listed = said("list")
    assert re.search(r"anna\W+officer\W+NLRTM\W+open\W+1\W", listed)
    assert once[1] not in listed
    assert said("revoke", "anna") == "1 session(s) of anna ended\n"
    assert officer_of(desk, token) is None
    assert said("disable", "anna") == "anna is closed; its sessions have ended\n"
    assert "closed" in said("list")
    again = said("password", "anna").strip().rsplit(" ", 1)[1]
    assert log_in(desk, "anna", again, address="192.0.2.1").officer.must_change_password


def test_what_makes_no_sense_is_refused(home: Path) -> None:
    from riskscore.errors import BadInputError

    result = CliRunner().invoke(app, ["users", "add", "anna", "--role", "king"])
    assert isinstance(result.exception, BadInputError)
    assert result.exception.exit_code == 2
