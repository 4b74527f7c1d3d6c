"""Days on the command line: how they are written, and which may be acted on."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from riskscore import steps
from riskscore.errors import SettingsError
from riskscore.settings import Settings

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""As in contracts: far enough from both ends of the calendar to count days from."""
FORM = "YYYY-MM-DD"


def day_of(text: str) -> date:
    """Read a day; raise BadParameter, which the command line shows beside the option, where it is none."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as {FORM}, such as 2026-05-04") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise typer.BadParameter(f"{text!r} is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    return found


Day = Annotated[date, typer.Option("--day", parser=day_of, metavar=FORM, help="Score day, such as 2026-05-04.")]
Until = Annotated[date | None, typer.Option("--until", parser=day_of, metavar=FORM, help="Last of several days.")]


def days_of(day: date, until: date | None) -> list[date]:
    """Return the days from `day` to `until`; raise SettingsError where the last comes before the first."""
    last = until or day
    if last < day:
        raise SettingsError(f"--until {last} is before --day {day}. Give the earlier day first.")
    return steps.days_between(day, last)


def begun(days: list[date], settings: Settings) -> list[date]:
    """Return the days; raise SettingsError where one is still to come: closing it would keep out what arrives by then.

    Raises ClockError where a later day than today is closed already.

    An invented world has a calendar of its own: there the setting says what day it is, or nobody does.
    """
    if settings.today is None and settings.is_invented:
        return days
    steps.require_clock(settings)
    if days[-1] > (today := today_of(settings)):
        raise SettingsError(
            f"{days[-1]} is still to come, today is {today}: what arrives until then could no longer count for it. "
            "Give a day that has begun."
        )
    return days


def today_of(settings: Settings) -> date:
    """Return the day it is: the setting's, else the real one."""
    return settings.today or datetime.now(UTC).date()
