"""Commands data engineers use: deliveries, and rows set aside."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from riskscore import steps
from riskscore.cli.run import DAY
from riskscore.errors import SettingsError
from riskscore.settings import Settings

quarantine = typer.Typer(no_args_is_help=True)


def deliveries(
    feed: Annotated[str, typer.Option(help="Only this feed.")] = "",
    state: Annotated[str, typer.Option(help="Only landed, published or refused ones.")] = "",
    day: Annotated[datetime | None, typer.Option(formats=[DAY], help="Only those known since this day.")] = None,
    total: Annotated[bool, typer.Option("--total", help="One line a feed instead of one a delivery.")] = False,
) -> None:
    """Show every delivery: received = accepted + quarantined + refused, and why."""
    found = steps.delivery_rows(Settings.load(), feed=feed, state=state, day=day.date() if day else None, total=total)
    table = Table(*(str(name).replace("_", " ") for name in found.columns), title="Deliveries")
    for row in found.itertuples(index=False):
        table.add_row(*map(str, row))
    Console(width=200).print(table)


def findings(
    data_docs: Annotated[bool, typer.Option("--data-docs", help="Build Great Expectations' own site.")] = False,
) -> None:
    """Render what every check found as pages; ours load nothing from outside."""
    typer.echo(f"written: {steps.publish_findings(Settings.load(), data_docs=data_docs)}")


@quarantine.command("list")
def list_rows(
    delivery: Annotated[str, typer.Option(help="Only rows of this delivery.")] = "",
    most: Annotated[int, typer.Option(help="At most this many rows.")] = 50,
) -> None:
    """Show rows set aside, with the rules they broke; values of personal columns are masked."""
    table = Table("id", "feed", "delivery", "row", "column", "rule", "value", title="Quarantine")
    for row in steps.quarantined(Settings.load(), delivery_id=delivery, most=most):
        for breach in row.breaches:
            cells = (
                row.id,
                row.feed,
                row.delivery_id,
                row.row_number,
                breach["column"],
                breach["rule"],
                breach["value"],
            )
            table.add_row(*map(str, cells))
    Console(width=200).print(table)


@quarantine.command("show")
def show(row: Annotated[int, typer.Argument(help="Id of the row.")]) -> None:
    """Print the raw line of one row as it was sent; it may hold names of parties."""
    typer.echo(steps.raw_line(Settings.load(), row))


@quarantine.command("fix-and-replay")
def fix_and_replay(
    row: Annotated[int, typer.Argument(help="Id of the row.")],
    fixes: Annotated[list[str], typer.Option("--set", help="column=value, as often as needed.")],
) -> None:
    """Put a row right and publish it as if it had been right from the start."""
    given = dict(fix.partition("=")[::2] for fix in fixes if "=" in fix)
    if len(given) < len(fixes):
        raise SettingsError("--set wants column=value, such as --set hs6=080390, each column once.")
    done = steps.fix_and_replay(Settings.load(), row, given)
    typer.echo(done)
