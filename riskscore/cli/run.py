"""Commands that run steps: ingest, features, score, and the whole day."""

from collections.abc import Mapping
from datetime import date

import typer

from riskscore import steps
from riskscore.cli.clusters import Dask, settings_for
from riskscore.cli.days import Day, Until, begun, days_of
from riskscore.cli.progress import progress_bars
from riskscore.settings import Settings


def ingest(day: Day, until: Until = None) -> None:
    """Record what arrived, hold it to its contracts, and publish what is right."""
    settings = Settings.load()
    days = days_of(day, until)
    with progress_bars() as report:
        taken = steps.take_in(settings, steps.land(settings, days[0], days[-1], report=report), report=report)
    typer.echo(str(taken) if taken.deliveries else f"nothing new in {settings.drop} for days up to {days[-1]}")


def features(day: Day, until: Until = None, dask: Dask = None) -> None:
    """Compute the features of every container due on each day, and close those days."""
    settings = settings_for(dask)
    days = begun(days_of(day, until), settings)
    with progress_bars() as report:
        rows = steps.build_features(settings, days, "container", report=report)
    typer.echo(f"features of {rows} containers; closed: {day}" + (f" to {until}" if until else ""))


def score(day: Day, until: Until = None, dask: Dask = None) -> None:
    """Score the containers and voyages of each day, and fill the units' queues."""
    settings = settings_for(dask)
    for one in days_of(day, until):
        with progress_bars() as report:
            steps.score_day(settings, one, report=report)
            filled = steps.fill_queues(settings, one)
        _tell(one, filled)


def run(day: Day, until: Until = None, dask: Dask = None) -> None:
    """Run whole days: ingest, features, score, queue."""
    settings = settings_for(dask)
    for one in begun(days_of(day, until), settings):
        with progress_bars() as report:
            filled = steps.run_day(settings, one, report=report)
        _tell(one, filled)


def _tell(day: date, filled: Mapping[str, int]) -> None:
    typer.echo(f"{day}: " + ", ".join(f"{unit} {items}" for unit, items in filled.items()))
