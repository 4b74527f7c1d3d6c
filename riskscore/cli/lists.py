"""Commands officers use: the day's list of containers, and of voyages."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from riskscore import steps
from riskscore.cli.run import DAY
from riskscore.queues import list_svg, list_table, write_list
from riskscore.settings import Settings

Unit = Annotated[str, typer.Option("--unit", help="Port unit by UN/LOCODE, such as NLRTM.")]
ListDay = Annotated[datetime, typer.Option("--date", formats=[DAY], help="Day of the list.")]


def queue(
    unit: Unit,
    date: ListDay,
    svg: Annotated[str, typer.Option(help="Also draw the list as a picture into this file.")] = "",
) -> None:
    """Print the day's list with reasons, and write it as XLSX and CSV."""
    settings = Settings.load()
    day_list = steps.queue_list(settings, unit.upper(), date.date())
    Console().print(list_table(day_list))
    for path in write_list(day_list, settings.reports / "lists"):
        typer.echo(f"written: {path}")
    if svg:
        Path(svg).write_text(list_svg(day_list), encoding="utf-8")


def voyages(unit: Unit, date: ListDay) -> None:
    """Print the day's voyages by risk."""
    rows = steps.voyage_list(Settings.load(), unit.upper(), date.date())
    table = Table(title=f"Voyages {unit.upper()} {date.date()}")
    for heading in (
        "rank",
        "voyage",
        "vessel",
        "ETA (UTC)",
        "containers",
        "expected finds",
        "probability",
        "first reason",
    ):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
