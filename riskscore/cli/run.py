"""Commands that run steps: ingest, features, score, and the whole day."""

from datetime import date, datetime
from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.progress import progress_bars
from riskscore.errors import SettingsError
from riskscore.settings import Settings

DAY = "%Y-%m-%d"
Day = Annotated[datetime, typer.Option("--day", formats=[DAY], help="Score day, such as 2026-05-01.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=[DAY], help="Last of several days.")]


def days_of(day: datetime, until: datetime | None) -> list[date]:
    """Return the days from `day` to `until`; raise SettingsError where the last comes before the first."""
    last = (until or day).date()
    if last < day.date():
        raise SettingsError(f"--until {last} is before --day {day.date()}. Give the earlier day first.")
    return steps.days_between(day.date(), last)


def ingest(day: Day, until: Until = None) -> None:
    """Record what arrived, hold it to its contracts, and publish what is right."""
    days = days_of(day, until)
    with progress_bars() as report:
        settings = Settings.load()
        taken = steps.take_in(settings, steps.land(settings, days[0], days[-1], report=report), report=report)
    typer.echo(f"{taken.deliveries} deliveries: {taken}")


def features(day: Day, until: Until = None) -> None:
    """Compute the features of every container due on each day, and close those days."""
    with progress_bars() as report:
        rows = steps.build_features(Settings.load(), days_of(day, until), "container", report=report)
    typer.echo(f"{rows} rows")


def score(day: Day, until: Until = None) -> None:
    """Score the containers and voyages of each day, and fill the units' queues."""
    settings = Settings.load()
    with progress_bars() as report:
        for one in days_of(day, until):
            steps.score_day(settings, one, report=report)
            filled = steps.fill_queues(settings, one)
            report("queues", 1, 1)
            typer.echo(f"{one}: " + ", ".join(f"{unit} {items}" for unit, items in filled.items()))


def run(day: Day, until: Until = None) -> None:
    """Run whole days: ingest, features, score, queue."""
    settings = Settings.load()
    with progress_bars() as report:
        for one in days_of(day, until):
            filled = steps.run_day(settings, one, report=report)
            typer.echo(f"{one}: " + ", ".join(f"{unit} {items}" for unit, items in filled.items()))
