"""Written lists, read back: values, formats, hostile text, same bytes and whole files."""

import csv
import io
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from riskscore.queues import LIST_COLUMNS, DayList, csv_bytes, write_list, xlsx_bytes
from riskscore.queues.cells import cell, csv_cell

MakeList = Callable[..., DayList]
TEXT_COLUMNS = ["container_number", "voyage_id", "vessel_name", "route", "goods", "why", "reasons", "state"]
NAMES = [column.name for column in LIST_COLUMNS]


def sheet_of(day_list: DayList) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(day_list))).worksheets[0]


def table_of(day_list: DayList) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_bytes(day_list).decode("utf-8-sig"), newline="")))


def test_the_workbook_holds_numbers_dates_and_text(make_list: MakeList) -> None:
    sheet = sheet_of(make_list())
    row = dict(zip(NAMES, sheet[2], strict=True))
    assert [heading.value for heading in sheet[1]] == [column.heading for column in LIST_COLUMNS]
    assert (row["position"].value, row["hours_left"].value, row["probability"].value) == (1, 8.5, 0.3125)
    assert sheet.cell(3, NAMES.index("hours_left") + 1).value == -3.25
    assert row["eta"].value == datetime(2026, 4, 30, 14, 30)  # noqa: DTZ001  # a cell has no zone; the heading says UTC
    assert row["probability"].number_format == "0.0%"
    assert {row[name].data_type for name in ("position", "probability", "coverage", "selection_probability")} == {"n"}
    assert {row[name].data_type for name in TEXT_COLUMNS} == {"s"}
    assert row["reasons"].value == "Rare lane; New consignee"
    assert row["reasons"].alignment.wrap_text


@pytest.mark.parametrize(("is_invented", "heading"), [(False, 1), (True, 2)])
def test_the_heading_is_frozen_filtered_and_repeated_in_print(
    make_list: MakeList, is_invented: bool, heading: int
) -> None:
    sheet = sheet_of(make_list(is_invented=is_invented))
    assert sheet.freeze_panes == f"C{heading + 1}"
    assert sheet.auto_filter.ref == f"A{heading}:O{heading + 2}"
    assert sheet.print_title_rows == f"$1:${heading}"
    assert [sheet.column_dimensions[letter].width for letter in "AL"] == [9, 80]


def test_invented_data_says_so_in_both_files(make_list: MakeList) -> None:
    real, invented = make_list(), make_list(is_invented=True)
    assert "INVENTED DATA" in sheet_of(invented)["A1"].value
    assert "INVENTED DATA" in str(sheet_of(invented).oddFooter.left.text)
    assert [row["Data"] for row in table_of(invented)] == ["invented"] * 2
    assert "Data" not in table_of(real)[0]
    assert b"invented" not in csv_bytes(real).lower()


def test_the_csv_opens_in_a_spreadsheet_with_numbers_as_numbers(make_list: MakeList) -> None:
    written = csv_bytes(make_list())
    assert written.startswith(b"\xef\xbb\xbf")
    first, second = table_of(make_list())
    assert first["Probability %"] == "31.25"
    assert first["ETA (UTC)"] == "2026-04-30 14:30"
    assert second["Hours left"] == "-3.25"
    assert second["Selection probability %"] == "0.2"
    assert b',-3.25,"COCTG' in written


def test_an_empty_list_has_its_heading(make_list: MakeList) -> None:
    full = make_list(is_invented=True)
    empty = DayList(full.unit, full.day, 0, full.rows.head(0), is_invented=True)
    assert sheet_of(empty).max_row == 2
    assert table_of(empty) == []


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(alphabet=st.characters(exclude_categories=())), min_size=8, max_size=8))
@example(texts=["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", ' =HYPERLINK("http://x","y")'])
@example(texts=["\x00\x0b", "\ufffe", "\ud800", "a\nb", '"', "'", ";=1", "_y_"])
def test_hostile_text_comes_back_harmless(make_list: MakeList, texts: list[str]) -> None:
    columns: dict[str, Any] = dict(zip(TEXT_COLUMNS, texts, strict=True))
    hostile = make_list()
    rows = hostile.rows.assign(**{name: pd.Series([text] * 2, dtype=object) for name, text in columns.items()})
    hostile = DayList(hostile.unit, hostile.day, hostile.capacity, rows)
    sheet, first = sheet_of(hostile), table_of(hostile)[0]
    for name, text in columns.items():
        column = LIST_COLUMNS[NAMES.index(name)]
        read = sheet.cell(2, NAMES.index(name) + 1)
        assert read.data_type in {"s", "n"}
        assert read.value == (cell(text) or None) or "_x" in text
        assert first[column.heading] == csv_cell(text)


def test_text_that_looks_like_an_escape_is_kept_from_becoming_one(make_list: MakeList) -> None:
    sheet = sheet_of(make_list(goods="_x003D_1+1 and _xyz_"))
    assert sheet.cell(2, NAMES.index("goods") + 1).value == "_x005F_x003D_1+1 and _xyz_"


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "007", "1e5", "2026-04-30", "TRUE"])
def test_text_that_looks_like_another_kind_stays_text(make_list: MakeList, text: str) -> None:
    read = sheet_of(make_list(goods=text)).cell(2, NAMES.index("goods") + 1)
    assert (read.value, read.data_type) == (text, "s")


def test_very_long_text_is_cut_to_what_a_cell_holds(make_list: MakeList) -> None:
    read = sheet_of(make_list(goods="=" + "long " * 10_000)).cell(2, NAMES.index("goods") + 1)
    assert len(str(read.value)) == 32_767
    assert str(read.value).endswith("…")


def test_the_same_list_gives_the_same_bytes_at_another_time(
    make_list: MakeList, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = xlsx_bytes(make_list(is_invented=True)), csv_bytes(make_list(is_invented=True))
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert (xlsx_bytes(make_list(is_invented=True)), csv_bytes(make_list(is_invented=True))) == before
    assert b"2026-04-30T00:00:00Z" in core_properties(before[0])


def core_properties(workbook: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml")
    assert core.count(b"2026-04-30T00:00:00Z") == 2
    return core


def test_files_are_named_after_unit_and_day_and_replaced_whole(make_list: MakeList, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "queues"
    workbook, table = write_list(make_list(goods="old"), folder)
    assert (workbook.name, table.name) == ("NLRTM-2026-04-30.xlsx", "NLRTM-2026-04-30.csv")
    write_list(make_list(goods="new"), folder)
    assert table.read_bytes() == csv_bytes(make_list(goods="new"))
    assert workbook.read_bytes() == xlsx_bytes(make_list(goods="new"))
    assert sorted(folder.iterdir()) == [table, workbook]


def test_a_write_that_breaks_leaves_the_old_file_and_nothing_else(
    make_list: MakeList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook, table = write_list(make_list(goods="old"), tmp_path)
    before = workbook.read_bytes()

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_list(make_list(goods="new"), tmp_path)
    assert workbook.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [table, workbook]
