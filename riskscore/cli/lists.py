"""Commands officers use: the day's list of containers, and of voyages."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.console import console
from riskscore.cli.days import FORM, day_of
from riskscore.cli.tables import print_table
from riskscore.settings import Settings

Unit = Annotated[str, typer.Option("--unit", help="Port unit by UN/LOCODE, such as NLRTM.")]
ListDay = Annotated[datetime.date, typer.Option("--date", parser=day_of, metavar=FORM, help="Day of the list.")]
VOYAGE_HEADINGS = (
    "rank",
    "voyage",
    "vessel",
    "ETA (UTC)",
    "containers",
    "expected finds",
    "probability",
    "first reason",
)


def queue(
    unit: Unit,
    date: ListDay,
    svg: Annotated[Path | None, typer.Option(help="Also draw the list as a picture into this file.")] = None,
) -> None:
    """Print the day's list with reasons, and write it as XLSX and CSV."""
    print_queue(Settings.load(), unit.upper(), date, svg=svg)


def voyages(unit: Unit, date: ListDay) -> None:
    """Print the day's voyages by risk."""
    print_voyages(Settings.load(), unit.upper(), date)


def print_queue(settings: Settings, unit: str, day: datetime.date, *, svg: Path | None = None) -> None:
    """Write one unit's list as XLSX and CSV, then print it (to whoever still reads) and say where the files lie."""
    from riskscore.queues import list_svg, list_table, write_list  # noqa: PLC0415 pandas, only when a list is shown

    day_list = steps.queue_list(settings, unit, day)
    written = list(write_list(day_list, settings.reports / "lists"))
    if svg:
        svg.write_text(list_svg(day_list), encoding="utf-8")
        written.append(svg)
    console().print(list_table(day_list))
    for path in written:
        typer.echo(f"written: {path}")


def print_voyages(settings: Settings, unit: str, day: datetime.date) -> None:
    """Print one unit's voyages, riskiest first."""
    invented = " (invented data)" if settings.is_invented else ""
    print_table(VOYAGE_HEADINGS, steps.voyage_list(settings, unit, day), title=f"Voyages {unit} {day}{invented}")
