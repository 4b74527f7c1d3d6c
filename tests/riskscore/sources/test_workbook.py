"""XLSX: cells as text, and workbooks made to hurt."""

import contextlib
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from riskscore.errors import UnknownFieldError, UnreadableDeliveryError
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed
from riskscore.sources.workbook import cell_text, read_workbook

LAYOUT = Layout(
    feed="trial", used={"Case": "case_id", "Weight": "weight", "When": "seen_at"}, ignored={"Print": "form"}
)
TITLE, HEADER = ["INVENTED DATA"], ["Case", "Weight", "When"]


def workbook_bytes(rows: list[list[object]], *, sheet: str = "Cases") -> bytes:
    workbook = Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with one of its files replaced or added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        new.writestr(name, part)
    return changed.getvalue()


def sheet_xml(rows: str, before: str = "") -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
    return f'<?xml version="1.0"?>{before}{sheet}'.encode()


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_XML = f'<row r="2">{text_cell("A2", "Case")}{text_cell("B2", "Weight")}{text_cell("C2", "When")}</row>'
PLAIN = workbook_bytes([TITLE, HEADER, ["a", 1, None]])
SHEET = "xl/worksheets/sheet1.xml"


def read(content: bytes, folder: Path) -> Parsed:
    path = folder / "sent.xlsx"
    path.write_bytes(content)
    return read_workbook(path, LAYOUT, sheet="Cases", header_row=2)


def test_rows_below_the_header_are_read_and_empty_ones_are_none(tmp_path: Path) -> None:
    rows = [TITLE, HEADER, ["a", 220.5, datetime.fromisoformat("2026-01-11T13:20")], [], ["b", None, date(2026, 1, 11)]]
    parsed = read(workbook_bytes(rows), tmp_path)
    assert parsed.rows.to_numpy().tolist() == [["a", "220.5", "2026-01-11T13:20:00"], ["b", "", "2026-01-11T00:00:00"]]
    assert parsed.raw_lines == ['["a", "220.5", "2026-01-11T13:20:00"]', '["b", "", "2026-01-11T00:00:00"]']


def test_a_value_beside_the_table_or_too_long_sets_the_row_aside(tmp_path: Path) -> None:
    rows = [TITLE, HEADER, ["a", 1, None, "note"], ["b", "x" * 10_001], ["c", 2]]
    parsed = read(workbook_bytes(rows), tmp_path)
    assert parsed.faults == {0: "4 values, the header has 3", 1: "a value is longer than 10,000 characters"}
    assert parsed.rows.to_numpy().tolist() == [["", "", ""], ["", "", ""], ["c", "2", ""]]


CELLS = {
    "nothing": (None, ""),
    "text": ("  x ", "  x "),
    "whole number": (9123456, "9123456"),
    "number": (0.1 + 0.2, "0.30000000000000004"),
    "great number": (1e22, "10000000000000000000000"),
    "small number": (1e-7, "0.0000001"),
    "too great a number": (float("inf"), "Infinity"),
    "truth": (True, "true"),
    "day": (date(2026, 1, 11), "2026-01-11"),
    "instant": (datetime.fromisoformat("2026-01-11T13:20:05"), "2026-01-11T13:20:05"),
    "array formula": (ArrayFormula("A1", "=SUM(B1:B2)"), "=SUM(B1:B2)"),
}


@pytest.mark.parametrize(("value", "text"), CELLS.values(), ids=CELLS.keys())
def test_a_cell_becomes_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_formula_is_text_and_its_stored_result_is_not_believed(tmp_path: Path) -> None:
    row = f'<row r="3">{text_cell("A3", "a")}<c r="B3"><f>1+1</f><v>999</v></c></row>'
    assert read(with_part(PLAIN, SHEET, sheet_xml(HEADER_XML + row)), tmp_path).rows["weight"].tolist() == ["=1+1"]


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    lying = sheet_xml(HEADER_XML + f'<row r="3">{text_cell("A3", "a")}</row>').replace(
        b"<sheetData>", b'<dimension ref="A1:A1"/><sheetData>'
    )
    assert read(with_part(PLAIN, SHEET, lying), tmp_path).rows["case_id"].tolist() == ["a"]


def far_right(rows: range) -> str:
    return "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in rows)


FAR_BELOW = '<row r="900000000"><c r="A900000000"><v>1</v></c></row>'
HURTFUL = {
    "a zip bomb": (with_part(PLAIN, "xl/media/image1.png", bytes(2 * 1024**2)), "at most 1,048,576 are read"),
    "a cell far to the right in every row": (
        with_part(PLAIN, SHEET, sheet_xml(HEADER_XML + far_right(range(3, 9)))),
        "more than 50,000 cells",
    ),
    "a cell far below": (with_part(PLAIN, SHEET, sheet_xml(HEADER_XML + FAR_BELOW)), "more than 50,000 cells"),
    "a column that does not exist": (
        with_part(PLAIN, SHEET, sheet_xml(HEADER_XML + '<row r="3"><c r="ZZZZ3"><v>1</v></c></row>')),
        "ValueError",
    ),
    "broken XML": (with_part(PLAIN, SHEET, b"<worksheet"), "cannot|can be read"),
    "no sheet inside": (with_part(PLAIN, "xl/workbook.xml", b"<workbook/>"), "it has 0 sheet"),
    "text": (b"Case,Weight,When\n", "BadZipFile"),
    "half a file": (PLAIN[: len(PLAIN) // 2], "BadZipFile"),
    "another sheet": (workbook_bytes([TITLE, HEADER], sheet="Other"), "agreed is one named Cases"),
    "no title": (workbook_bytes([HEADER, ["GHOST", 1]]), "0 of 4 expected columns"),
    "one row": (workbook_bytes([TITLE]), "0 of 4 expected columns"),
    "a column twice": (workbook_bytes([TITLE, [*HEADER, "Case"]]), "column Case stands more than once"),
}


@pytest.mark.parametrize(("content", "why"), HURTFUL.values(), ids=HURTFUL.keys())
def test_a_hurtful_workbook_is_refused_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, why: str
) -> None:
    monkeypatch.setattr("riskscore.sources.workbook.MAX_WORKBOOK_CELLS", 50_000)
    monkeypatch.setattr("riskscore.sources.workbook.MAX_UNPACKED_BYTES", 1024**2)
    with pytest.raises(UnreadableDeliveryError, match=why) as refusal:
        read(content, tmp_path)
    assert "GHOST" not in str(refusal.value)


ENTITIES = {
    "external": '<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "multiplying": '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY e "&a;&a;">]>',
}


@pytest.mark.parametrize("declared", ENTITIES.values(), ids=ENTITIES.keys())
def test_a_sheet_that_declares_entities_is_refused(tmp_path: Path, declared: str) -> None:
    def rows(text: str) -> str:
        return HEADER_XML + f'<row r="3">{text_cell("A3", text)}</row>'

    assert read(with_part(PLAIN, SHEET, sheet_xml(rows("ha"))), tmp_path).rows["case_id"].tolist() == ["ha"]
    for text in ("&e;", "ha"):
        with pytest.raises(UnreadableDeliveryError, match="not a workbook that can be read"):
            read(with_part(PLAIN, SHEET, sheet_xml(rows(text), declared)), tmp_path)


def test_a_workbook_of_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskscore.sources.workbook.MAX_WORKBOOK_PARTS", 3)
    with pytest.raises(UnreadableDeliveryError, match="files inside, at most 3 are read"):
        read(PLAIN, tmp_path)


def test_dates_counted_from_1904_are_refused(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.title = "Cases"
    workbook.epoch = CALENDAR_MAC_1904
    workbook.save(tmp_path / "mac.xlsx")
    with pytest.raises(UnreadableDeliveryError, match="counts dates from 1904"):
        read((tmp_path / "mac.xlsx").read_bytes(), tmp_path)


def test_an_undecided_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownFieldError, match="Officer"):
        read(workbook_bytes([TITLE, [*HEADER, "Officer"]]), tmp_path)


@given(at=st.integers(0, len(PLAIN) - 1), flip=st.integers(1, 255))
def test_a_flipped_byte_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, at: int, flip: int
) -> None:
    broken = bytearray(PLAIN)
    broken[at] ^= flip
    with contextlib.suppress(UnreadableDeliveryError, UnknownFieldError):
        assert len(read(bytes(broken), tmp_path_factory.getbasetemp()).rows) <= 1
