"""Commands of those who keep it running: watch a day, keep house, ask how things stand."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from riskscore import steps
from riskscore.cli.console import console
from riskscore.cli.days import Day, today_of
from riskscore.cli.progress import one_bar
from riskscore.cli.tables import LIST_WIDTH, legible, print_table
from riskscore.errors import UnhealthyError
from riskscore.settings import Settings

COLOURS = {"ok": "green", "warn": "yellow", "alarm": "bold red"}
HEADINGS = ("level", "check", "where", "what", "value", "threshold", "since", "what next")


def monitor(
    day: Day,
    everything: Annotated[bool, typer.Option("--all", help="Show what is as it should be, too.")] = False,
) -> None:
    """Watch a day: feeds, drift, calibration, label delay, displacement; say where the page is."""
    settings = Settings.load()
    with one_bar("monitor"):
        seen = steps.monitor_day(settings, day)
    table = Table(*HEADINGS, title=f"Watch of {day}{' (invented data)' if seen.is_invented else ''}: {seen.level}")
    shown = [one for one in seen.worst_first if everything or one.level != "ok"]
    for one in shown:
        figures = ("" if number is None else f"{number:.3g}" for number in (one.value, one.threshold))
        cells = (one.check.replace("_", " "), one.place, one.what, *figures, str(one.since or ""), one.then)
        table.add_row(Text(one.level, style=COLOURS[one.level]), *(Text(legible(cell)) for cell in cells))
    if shown:
        console().print(table)
    typer.echo(f"{day}: {seen.level}; {len(seen.findings)} findings, {len(shown)} shown")
    typer.echo(f"written: {steps.monitor_page(settings, day)}")


def housekeeping(
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this nothing is changed.")] = False,
) -> None:
    """Show what is past its time, and remove it with --apply; keep lake and database quick."""
    settings = Settings.load()
    with one_bar("housekeeping"):
        house = steps.keep_house(settings, today_of(settings), apply=apply)
    headings = ("what", "where", "how many", "bytes", "done", "note")
    rows = (
        (one.what, one.place, one.count, one.bytes or "", "yes" if one.is_done else "no", one.note)
        for one in house.tidied
    )
    print_table(headings, rows, title=f"Housekeeping {house.day}", width=LIST_WIDTH)
    if not apply:
        typer.echo("Nothing was changed; --apply does it.")


def health() -> None:
    """Say whether everything stands as it must; leave with 2 and what to do next where it does not."""
    found = steps.health(Settings.load())
    rows = ((check.name, "ok" if check.is_ok else "NOT OK", check.said, check.then) for check in found.checks)
    print_table(("check", "", "what was seen", "what next"), rows, title="Health", width=LIST_WIDTH)
    if not found.is_ok:
        raise UnhealthyError(checks=[check.name for check in found.checks if not check.is_ok])


def metrics() -> None:
    """Print metrics in Prometheus' text format, and write them for its textfile collector."""
    settings = Settings.load()
    path = steps.write_metrics(settings)
    typer.echo(path.read_text(encoding="utf-8"), nl=False)
    typer.echo(f"written: {path}", err=True)
