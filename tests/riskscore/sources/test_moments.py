"""Days and instants against slow oracles: the calendar, the clock, and the spreadsheet library."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel

from riskscore.sources.moments import from_day_first, from_epoch_or_offset, from_spreadsheet

INSTANTS = st.datetimes(*map(datetime.fromisoformat, ("1980-01-01", "2150-01-01"))).map(
    lambda moment: moment.replace(microsecond=0)
)
OFFSETS = st.integers(-14 * 60, 14 * 60)


@given(st.dates())
def test_a_day_first_date_is_the_day_it_says(day) -> None:
    written = f"{day.day:02}/{day.month:02}/{day.year:04}"
    assert from_day_first(written) == f"{day.isoformat()}T00:00:00Z"


@given(INSTANTS, OFFSETS)
def test_an_instant_with_an_offset_stays_the_same_instant(local: datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    read = from_epoch_or_offset(moment.isoformat())
    assert read.endswith("Z")
    assert datetime.fromisoformat(read) == moment


@given(st.integers(10**11, 10**13 - 1))
def test_milliseconds_are_counted_from_1970(milliseconds: int) -> None:
    read = datetime.fromisoformat(from_epoch_or_offset(str(milliseconds)))
    assert read - datetime(1970, 1, 1, tzinfo=UTC) == timedelta(milliseconds=milliseconds)


@given(INSTANTS)
def test_a_serial_day_is_what_the_spreadsheet_shows(moment: datetime) -> None:
    serial = to_excel(moment)
    if serial < 10_000:
        return
    assert from_spreadsheet(repr(float(serial)).removesuffix(".0")) == f"{moment.isoformat()}Z"


@given(INSTANTS)
def test_a_date_cell_is_taken_as_utc(moment: datetime) -> None:
    assert from_spreadsheet(moment.isoformat()) == f"{moment.isoformat()}Z"


UNCHANGED = {
    from_day_first: ["31/02/2026", "1/2/2026", "2026-01-05", "20/01/26", "05-01-2026", "٢٠/٠١/٢٠٢٦", "00/00/0000"],
    from_epoch_or_offset: [
        "2026-01-11T10:20:00",
        "2026-02-30T10:20:00-03:00",
        "2026-01-11T25:20:00Z",
        "2026-01-11T10:20:00+99:00",
        "0001-01-01T00:00:00+10:00",
        "1767600000",
        "99999999999999",
        "11/01/2026",
    ],
    from_spreadsheet: ["11 January 2026", "1/11/2026", "460", "1e5", "460336", "2026-01-11", "-46033", "46033."],
}


@pytest.mark.parametrize(
    ("convert", "sent"), [(convert, sent) for convert, all_sent in UNCHANGED.items() for sent in all_sent]
)
def test_what_is_not_in_the_senders_form_stays_as_it_was_sent(convert, sent: str) -> None:
    assert convert(sent) == sent
