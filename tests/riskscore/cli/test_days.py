"""Days: how they are written, and which may be acted on."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from riskscore.cli.days import begun, day_of, days_of, today_of
from riskscore.errors import SettingsError
from riskscore.settings import Settings
from tests.riskscore.cli.conftest import Command

DAY = date(2026, 5, 4)


@pytest.mark.parametrize("text", ["2026-05-04", "2026-5-4"])
def test_a_day_is_read(text: str) -> None:
    assert day_of(text) == DAY


@pytest.mark.parametrize(
    "text", ["yesterday", "", "2026-02-30", "2026-13-01", "04/05/2026", "20260504", "2026-05-04T06:00", "0001-01-01"]
)
@pytest.mark.parametrize(
    "words",
    [
        ("queue", "--unit", "NLRTM", "--date"),
        ("run", "--day"),
        ("deliveries", "--day"),
        ("train", "container_risk", "--day"),
        ("exports", "create", "--partner", "ES", "--day"),
    ],
    ids=lambda words: words[0],
)
def test_what_is_no_day_is_bad_input_that_names_the_option(
    command: Command, words: tuple[str, ...], text: str, tmp_path: Path
) -> None:
    ran = command(*words, text, home=tmp_path / "home")
    assert (ran.code, ran.out) == (2, "")
    assert f"Invalid value for '{words[-1]}': {text!r} is" in ran.err
    assert not (tmp_path / "home").exists()


def test_days_run_from_the_first_to_the_last() -> None:
    assert days_of(DAY, None) == days_of(DAY, DAY) == [DAY]
    assert days_of(DAY, DAY + timedelta(days=2)) == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    with pytest.raises(SettingsError, match=r"--until 2026-05-03 is before --day 2026-05-04"):
        days_of(DAY, DAY - timedelta(days=1))


def test_today_is_the_settings_else_the_real_one() -> None:
    assert today_of(Settings(today=DAY)) == DAY
    assert abs(today_of(Settings()) - datetime.now(UTC).date()) <= timedelta(days=1)


def test_a_day_still_to_come_is_refused(tmp_path: Path) -> None:
    told = Settings(home=tmp_path, today=DAY)
    assert begun([DAY - timedelta(days=1), DAY], told) == [DAY - timedelta(days=1), DAY]
    with pytest.raises(SettingsError, match=r"2026-05-05 is still to come, today is 2026-05-04"):
        begun([DAY, DAY + timedelta(days=1)], told)
    with pytest.raises(SettingsError, match="2199-12-31 is still to come"):
        begun([date(2199, 12, 31)], Settings(home=tmp_path))


def test_an_invented_world_has_a_calendar_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "WORLD.txt").touch()
    far = [date(2199, 12, 31)]
    assert begun(far, Settings(home=tmp_path)) == far
    with pytest.raises(SettingsError, match="still to come"):
        begun(far, Settings(home=tmp_path, today=DAY))
