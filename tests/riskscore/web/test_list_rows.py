"""Rows of the list: whatever a cell says stays text, links keep the view, the capacity line falls where it should."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.desk import DayPage, View
from riskscore.desk.items import Choices, ItemKey, ListRow, ShownReason
from riskscore.web.languages import Speech
from riskscore.web.list_rows import FULL_ROWS, rows_of

DAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
HOSTILE = st.text(alphabet="<>\"'& =/ax\u202e", min_size=1, max_size=12)


def a_row(position: int = 1, *, text: str = "PLAIN", voyage: str = "QZA1-2601") -> ListRow:
    """A row whose every text is `text`."""
    reason = ShownReason(text, text, 3.0, 1.0, 0.4, True, "number", text)
    return ListRow(
        key=ItemKey("NLRTM", DAY, voyage, "QFAU1234560"), position=position, vessel_name=text, vessel_imo=text,
        eta=NOW + timedelta(hours=7.4), hours_left=7.4, route=(text, "NLRTM"), hs6=text, goods=text, probability=0.25,
        band="high", why=text, rules=(text,), rule_sentences=(text,), selection_probability=1.0, reasons=(reason,),
        coverage=0.5, has_low_coverage=True, is_over_capacity=False, state=text, holder=text,
        has_arrived_unworked=True, version=1, actions=(),
    )  # fmt: skip


def a_page(*rows: ListRow, capacity_after: int | None = None) -> DayPage:
    """A list of these rows."""
    return DayPage("NLRTM", DAY, 24, len(rows), rows, capacity_after, (), 0, {}, Choices(), True, NOW)


class Read(HTMLParser):
    """What a browser would make of the rows."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.said += data


def read(rows: str) -> Read:
    """Return what a browser reads."""
    found = Read()
    found.feed(str(rows))
    found.close()
    return found


@given(HOSTILE, HOSTILE)
def test_whatever_a_cell_says_stays_text(text: str, voyage: str) -> None:
    found = read(rows_of(a_page(a_row(text=text, voyage=voyage)), View(search=text), Speech()))
    plain = read(rows_of(a_page(a_row()), View(search="PLAIN"), Speech()))
    assert found.tags == plain.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in plain.attributes]
    assert text in found.said


@pytest.mark.parametrize("query", ["", "MSCU"])
def test_a_link_leads_to_the_container_and_keeps_the_view(query: str) -> None:
    view = View(search=query)
    hrefs = [value for name, value in read(rows_of(a_page(a_row()), view, Speech())).attributes if name == "href"]
    assert hrefs == [f"{DAY}/QZA1-2601/QFAU1234560" + (f"?{view.query()}" if query else "")]


def test_a_plain_list_has_no_links() -> None:
    assert "a" not in read(rows_of(a_page(a_row()), View(), Speech(), is_plain=True)).tags


@pytest.mark.parametrize(("after", "lines"), [(None, []), (0, []), (2, [2]), (3, [3])])
def test_the_capacity_line_stands_after_the_rows_within_capacity(after: int | None, lines: list[int]) -> None:
    written = rows_of(a_page(*map(a_row, (1, 2, 3)), capacity_after=after), View(), Speech())
    assert [place for place, row in enumerate(written.split("<tr")[1:]) if row.startswith(" class=line")] == lines


def test_rows_below_the_full_ones_say_less() -> None:
    rows = [a_row(place)._replace(goods="X" * 60) for place in range(1, FULL_ROWS + 2)]
    written = rows_of(a_page(*rows), View(), Speech()).split("<tr")[1:]
    assert "X" * 60 in written[FULL_ROWS - 1]
    assert "X" * 25 not in written[FULL_ROWS]
    assert "…" in written[FULL_ROWS]
    assert re.match(r"><td>50<td>", written[FULL_ROWS - 1])
    assert re.match(r"><td><td>", written[FULL_ROWS])
