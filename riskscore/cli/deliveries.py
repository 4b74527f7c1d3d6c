"""Commands data engineers use: deliveries, and rows set aside."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from typing import Annotated, Literal

import typer

from riskscore import steps
from riskscore.cli.days import FORM, day_of
from riskscore.cli.progress import one_bar
from riskscore.cli.tables import LIST_WIDTH, legible, print_table
from riskscore.errors import SettingsError
from riskscore.settings import Settings

quarantine = typer.Typer(no_args_is_help=True)

MOST_ROWS = 10**9
"""More rows than a table can show, and ids that a database can hold."""
Row = Annotated[int, typer.Argument(min=1, max=MOST_ROWS, help="Id of the row, as `quarantine list` shows it.")]


def deliveries(
    feed: Annotated[str, typer.Option(help="Only this feed.")] = "",
    state: Annotated[
        Literal["landed", "published", "refused"] | None, typer.Option(help="Only those in this state.")
    ] = None,
    day: Annotated[
        date | None, typer.Option(parser=day_of, metavar=FORM, help="Only those known since this day.")
    ] = None,
    total: Annotated[bool, typer.Option("--total", help="One line a feed instead of one a delivery.")] = False,
) -> None:
    """Show every delivery: received = accepted + quarantined + refused, and why."""
    found = steps.delivery_rows(Settings.load(), feed=feed, state=state or "", day=day, total=total)
    headings = [str(name).replace("_", " ") for name in found.columns]
    print_table(headings, found.itertuples(index=False), title="Deliveries", width=LIST_WIDTH)


def findings(
    data_docs: Annotated[bool, typer.Option("--data-docs", help="Build Great Expectations' own site.")] = False,
) -> None:
    """Render what every check found as pages; ours load nothing from outside."""
    with one_bar("findings"):
        first = steps.publish_findings(Settings.load(), data_docs=data_docs)
    typer.echo(f"written: {first}")


@quarantine.command("list")
def list_rows(
    delivery: Annotated[str, typer.Option(help="Only rows of this delivery.")] = "",
    most: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="At most this many rows.")] = 50,
) -> None:
    """Show rows set aside, with the rules they broke; values of personal columns are masked."""
    headings = ("id", "feed", "delivery", "row", "column", "rule", "value")
    found = map(astuple, steps.quarantined(Settings.load(), delivery_id=delivery, most=most))
    print_table(headings, found, title="Quarantine", width=LIST_WIDTH)


@quarantine.command("show")
def show(row: Row) -> None:
    """Print the raw line of one row as it was sent, controls written out; it may hold names of parties."""
    typer.echo(legible(steps.raw_line(Settings.load(), row)))


@quarantine.command("fix-and-replay")
def fix_and_replay(
    row: Row,
    fixes: Annotated[list[str], typer.Option("--set", help="column=value, as often as needed.")],
) -> None:
    """Put a row right and publish it as if it had been right from the start."""
    fix = _fix_of(fixes)
    with one_bar("check"):
        done = steps.fix_and_replay(Settings.load(), row, fix)
    typer.echo(done)


def _fix_of(fixes: Sequence[str]) -> dict[str, str]:
    """Return the new text of each column; the error does not quote what was typed: it may name a party."""
    fix: dict[str, str] = {}
    for number, (column, equals, text) in enumerate((one.partition("=") for one in fixes), start=1):
        if not column or not equals or column in fix:
            problem = f"names column {column} again" if column in fix and equals else "is not column=value"
            raise SettingsError(f"--set number {number} {problem}. Write it like --set hs6=080390, each column once.")
        fix[column] = text
    return fix
