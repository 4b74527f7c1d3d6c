"""Show a unit's daily list in the terminal, and as the picture the README prints."""

import io
import re

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from riskscore.queues.bands import band
from riskscore.queues.cells import plain
from riskscore.queues.daylist import INVENTED, LIST_COLUMNS, DayList
from riskscore.queues.queue import RANDOM, REASONS_TO_CHOOSE

STYLES = {"high": "bold red", "medium": "yellow", "low": "green"}
"""Which colour a band has; the number stands beside it, so colour is never the only sign."""

WHY_STYLES = {"mandatory": "bold magenta", "score": "cyan", "random": "blue"}
SVG_WIDTH = 150
WEB_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""Rich's two rules that load a font from the internet; they stand first in the picture."""


def list_table(day_list: DayList) -> RenderableType:
    """Return the list for a Rich console: two lines a container, the second with its reasons, then the capacity."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True, row_styles=["", "on grey7"])
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Container\nwhy", no_wrap=True)
    table.add_column("Risk\ncoverage", justify="right", no_wrap=True)
    table.add_column("Left\nstate", justify="right", no_wrap=True)
    table.add_column("Vessel\nvoyage", no_wrap=True, max_width=22)
    table.add_column("Route and goods\nreasons", no_wrap=True, overflow="ellipsis", ratio=1)
    names = [column.name for column in LIST_COLUMNS]
    for values in day_list.values():
        table.add_row(*_cells(dict(zip(names, values, strict=True))))
    title = Text(f"Queue of {day_list.title}", style="bold")
    banner = [Text(INVENTED, style="bold black on yellow")] if day_list.is_invented else []
    banner += [Text(day_list.caution, style="bold red")] if day_list.caution else []
    return Group(*banner, title, table, capacity_line(day_list))


def capacity_line(day_list: DayList) -> Text:
    """Return how the capacity is used, by reason to choose, and the odds of the random share."""
    rows = day_list.rows
    counts = rows["why"].value_counts()
    parts = [f"{counts[why]} {why}" for why in REASONS_TO_CHOOSE if why in counts]
    odds = rows.loc[rows["why"] == RANDOM, "selection_probability"]
    if len(odds) and odds.iloc[0] > 0:
        parts[-1] += f" (1 in {1 / odds.iloc[0]:,.0f})"
    used = Text(f"{len(rows)} of {day_list.capacity} places: {', '.join(parts) or 'nothing to open'}", style="bold")
    over = len(rows) - day_list.capacity
    return used.append(f"; {over} over capacity", style="bold red") if over > 0 else used


def list_svg(day_list: DayList, *, width: int = SVG_WIDTH) -> str:
    """Return the list as an SVG picture `width` characters wide: same list, same text; loads nothing from anywhere."""
    console = Console(
        record=True,
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        no_color=False,
        _environ={},
    )
    console.print(list_table(day_list))
    title = f"riskscore queue --unit {day_list.unit} --date {day_list.day.isoformat()}"
    return WEB_FONTS.sub("", console.export_svg(title=title, unique_id="riskscore-queue"), count=2)


def _cells(row: dict[str, object]) -> list[Text]:
    probability, why = row["probability"], plain(row["why"])
    return [
        Text(_number(row["position"], "{:d}"), style="default"),
        _two_lines(plain(row["container_number"]), why, below=WHY_STYLES.get(why, "")),
        _two_lines(_number(probability, "{:.1%}"), _number(row["coverage"], "{:.0%}"), above=_band(probability)),
        _two_lines(_number(row["hours_left"], "{:.0f} h"), plain(row["state"])),
        _two_lines(plain(row["vessel_name"]), plain(row["voyage_id"])),
        _two_lines(f"{plain(row['route'])}  {plain(row['goods'])}", plain(row["reasons"])),
    ]


def _two_lines(first: str, second: str, *, above: str = "default", below: str = "dim") -> Text:
    return Text.assemble((first, above), "\n", (second, below))


def _number(value: object, form: str) -> str:
    return "?" if value is None else form.format(value)


def _band(probability: object) -> str:
    if not isinstance(probability, int | float):
        return "dim"
    return STYLES[band(probability)]
