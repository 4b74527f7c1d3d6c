"""How the command line ends: exit codes, what an error shows and what it keeps to itself."""

import io
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from riskscore import steps
from riskscore.cli import faults
from riskscore.errors import BundleRejectedError, SettingsError
from riskscore.settings import Settings
from tests.riskscore.cli.conftest import Command

NAME = "Quindrobax Holdings"


def failing(error: BaseException):
    def step(*_: object, **__: object) -> None:
        raise error

    return step


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("too many"), 2),
        (BundleRejectedError(bundle="b", why="too old"), 3),
        (KeyboardInterrupt(), 130),
        (OSError(28, "No space left on device"), 2),
        (KeyError(NAME), 1),
        (OSError(NAME), 1),
        (IntegrityError(f"insert '{NAME}'", {}, Exception(NAME)), 1),
        (UnicodeDecodeError("utf-8", NAME.encode(), 0, 1, NAME), 1),
    ],
)
def test_every_error_has_its_exit_code_and_none_quotes_data(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    monkeypatch.setitem(vars(steps), "publish_findings", failing(error))
    ran = command("findings")
    assert (ran.code, ran.out) == (code, "")
    assert NAME not in ran.err
    assert "Traceback" not in ran.err


def test_a_defect_is_told_by_kind_and_place_and_by_everything_only_when_asked(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(steps), "publish_findings", failing(KeyError(NAME)))
    told = command("findings").err
    assert "KeyError at" in told
    assert f"{Path(__file__).name}:" in told
    assert "report it" in told
    debugged = command("findings", debug=1)
    assert (debugged.code, "Traceback" in debugged.err, NAME in debugged.err) == (1, True, True)


@pytest.mark.parametrize("variable", ["home", "database_url"])
def test_a_home_that_is_no_folder_is_told_with_its_path(command: Command, tmp_path: Path, variable: str) -> None:
    (tmp_path / "file").touch()
    address = {"home": "{}", "database_url": "sqlite:///{}/riskscore.db"}[variable].format(tmp_path / "file")
    ran = command("deliveries", **{variable: address})
    assert (ran.code, ran.out) == (2, "")
    assert str(tmp_path / "file") in ran.err
    assert "RISKSCORE_HOME" in ran.err


def test_a_database_that_is_none_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "riskscore.db").write_bytes(b"no database at all " * 1000)
    ran = command("deliveries", home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "The database cannot be used: file is not a database" in ran.err


@pytest.mark.parametrize("address", ["nonsense", "nothing://me:hush@host/x", "mysql+nodriver://me:hush@host/x"])
def test_an_address_that_leads_to_no_database_is_told_without_its_password(command: Command, address: str) -> None:
    ran = command("deliveries", database_url=address)
    assert ran.code == 2
    assert "RISKSCORE_DATABASE_URL" in ran.err
    assert "hush" not in ran.err


def test_a_table_of_the_lake_that_cannot_be_opened_is_told(
    command: Command, lived: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "voyage_score").touch()
    ran = command("voyages", "--unit", "NLRTM", "--date", "2026-02-04", settings=lived, home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path}/lake" in ran.err


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [("cutoff_hour", "24", "'24'"), ("today", "soon", "'soon'"), ("jobs", "0", "'0'"), ("seed", "x", "'x'")],
)
def test_a_wrong_setting_is_told_with_its_variable_and_value(
    command: Command, variable: str, value: str, shown: str
) -> None:
    ran = command("deliveries", **{variable: value})
    assert (ran.code, ran.out) == (2, "")
    assert f"RISKSCORE_{variable.upper()}" in ran.err
    assert f"(found {shown})" in ran.err


def test_an_empty_variable_counts_as_not_set(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("deliveries", home="", today="", seed="").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


@pytest.mark.parametrize(
    "words", [("catalogue",), ("quarantine", "fix-and-replay", "1", "--set", "a=b"), ("train", "container_risk")]
)
def test_a_project_folder_that_is_none_is_told(command: Command, lived: Settings, tmp_path: Path, words: tuple) -> None:
    day = ("--day", "2026-02-04") if words[0] == "train" else ()
    ran = command(*words, *day, settings=lived, project_dir=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path} is no project folder" in ran.err
    assert "RISKSCORE_PROJECT_DIR" in ran.err


def test_what_the_terminal_cannot_show_is_written_out(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setitem(vars(steps), "publish_findings", lambda *_, **__: "Şti é")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert command("findings").code == 0
    narrow.flush()
    assert narrow.buffer.getvalue() == b"written: \\u015eti \xe9\n"


def test_a_senders_file_name_is_not_told_but_where_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "drop" / "2026-02-04" / "manifest"
    message, code = faults.told(FileNotFoundError(2, "No such file or directory", str(folder / f"{NAME}.csv")))
    assert code == 2
    assert message.startswith(f"{folder}: No such file")
    assert NAME not in message
