"""Commands data engineers use: deliveries, and rows set aside."""

from dataclasses import astuple
from datetime import datetime
from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.run import DAY
from riskscore.cli.tables import LIST_WIDTH, print_table
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
    headings = [str(name).replace("_", " ") for name in found.columns]
    print_table(headings, found.itertuples(index=False), title="Deliveries", width=LIST_WIDTH)


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
    headings = ("id", "feed", "delivery", "row", "column", "rule", "value")
    found = map(astuple, steps.quarantined(Settings.load(), delivery_id=delivery, most=most))
    print_table(headings, found, title="Quarantine", width=LIST_WIDTH)


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
    given = dict(fix.partition("=")[::2] for fix in fixes if fix.find("=") > 0)
    if len(given) < len(fixes):
        raise SettingsError("--set wants column=value, such as --set hs6=080390, each column once.")
    done = steps.fix_and_replay(Settings.load(), row, given)
    typer.echo(done)
