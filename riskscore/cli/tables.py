"""Tables in the terminal whose cells are nothing but text."""

from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from riskscore.cli.console import console

LIST_WIDTH = 200
"""Characters: a list that is read by scrolling sideways, or piped."""


def print_table(
    headings: Sequence[str], rows: Iterable[Iterable[object]], *, title: str, width: int | None = None
) -> None:
    """Print a table `width` characters wide (default: the terminal's, or what reads well without one).

    Senders choose file names and values: none of them can style the table, break it or send commands to the terminal.
    """
    table = Table(*headings, title=Text(title, style="table.title"))
    for row in rows:
        table.add_row(*(Text(legible(str(cell))) for cell in row))
    if table.row_count:
        (Console(width=width) if width else console()).print(table)
    else:
        typer.echo(f"{title}: none")


def legible(text: str) -> str:
    """Return `text` with every character that cannot be seen written out."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
