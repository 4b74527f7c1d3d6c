"""Rows of a file that nobody could split: counted where that can be said, none where it cannot."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from riskscore.sources import countable_rows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,2\n\n3,4\n", 2),
        (b"a,b\n1,2", 1),
        (b"only a header\n", 0),
        (b'{"a": 1}\n{"b": 2}\n', 2),
        (b"", 0),
        (b"\n \n", 0),
        (b"a,b\n1,\x00\n3,4\n", 0),
        (b"\xff\xfe\xe9,b\n1,2\n", 1),
        (b"PK\x03\x04 no workbook", 0),
    ],
)
def test_lines_are_rows_where_there_are_lines(tmp_path: Path, content: bytes, rows: int) -> None:
    path = tmp_path / "delivery"
    path.write_bytes(content)
    assert countable_rows(path) == rows


def test_a_workbook_counts_its_filled_rows_below_title_and_header(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Title"], ["Number", "Date"], [1, 2], [], [3, 4]):
        book.active.append(row)
    book.save(tmp_path / "delivery.xlsx")
    assert countable_rows(tmp_path / "delivery.xlsx") == 2


def test_what_is_not_there_has_none(tmp_path: Path) -> None:
    assert countable_rows(tmp_path / "gone") == 0
