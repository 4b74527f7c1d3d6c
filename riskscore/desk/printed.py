"""A list as a PDF: landscape A4, heading on every page, the capacity line, same list, same bytes."""

from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from riskscore.queues import LIST_COLUMNS, DayList
from riskscore.queues.cells import plain
from riskscore.queues.daylist import INVENTED, joined

FONT = "DejaVu Sans"
WIDTHS = (6, 15, 16, 20, 17, 9, 24, 30, 9, 9, 12, 61, 9, 11, 14)
"""Of the list's columns, as parts of the page's width."""
LONGEST = 240
"""Characters of a cell; what is longer ends in an ellipsis."""
HEADING = FontFace(emphasis="BOLD", color=(255, 255, 255), fill_color=(31, 58, 95))


class _Page(FPDF):
    """A page that says at its foot which list it is of."""

    foot = ""

    def footer(self) -> None:
        """Write list and page number."""
        self.set_y(-10)
        self.set_font(FONT, size=6)
        self.cell(0, 4, f"{self.foot}  {self.page_no()} / {{nb}}", align="C")


def pdf_bytes(day_list: DayList) -> bytes:
    """Return the list as a PDF; every character that DejaVu Sans draws is drawn, right-to-left names included."""
    page = _Page(orientation="landscape", format="A4")
    page.set_creation_date(datetime.combine(day_list.day, time(), UTC))
    page.set_title(day_list.title)
    page.foot = day_list.title
    for style, path in _fonts().items():
        page.add_font(FONT, style, path)
    page.set_margins(8, 8, 8)
    page.set_auto_page_break(True, margin=12)
    page.add_page()
    page.set_font(FONT, "B", 11)
    page.cell(0, 6, day_list.title, new_x="LMARGIN", new_y="NEXT")
    if day_list.is_invented:
        page.set_font(FONT, "B", 7)
        page.cell(0, 5, day_list.say(INVENTED), new_x="LMARGIN", new_y="NEXT")
    page.set_font(FONT, size=5.5)
    _write_table(page, day_list)
    return bytes(page.output())


def _write_table(page: FPDF, day_list: DayList) -> None:
    columns = LIST_COLUMNS
    with page.table(
        col_widths=WIDTHS, headings_style=HEADING, borders_layout=TableBordersLayout.HORIZONTAL_LINES, line_height=3
    ) as table:
        table.row([day_list.say(column.heading) for column in columns])
        for values in day_list.values():
            cells = [_text(value, column.kind) for value, column in zip(values, columns, strict=True)]
            table.row(cells)


def _text(value: object, kind: str) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int | float):
        forms = {"share": "{:.1%}", "odds": "{:.2%}", "hours": "{:.1f}"}
        return forms.get(kind, "{}").format(value)
    text = plain(joined(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


@cache
def _fonts() -> dict[str, Path]:
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return {"": folder / "DejaVuSans.ttf", "B": folder / "DejaVuSans-Bold.ttf"}
