"""Delimited text: what is one row, what is a faulty one, and that no row harms another."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from riskscore.errors import UnknownFieldError, UnreadableDeliveryError
from riskscore.sources.delimited import BROKEN_QUOTES, TOO_LONG, read_delimited
from riskscore.sources.layout import Layout
from riskscore.sources.limits import MAX_CELL_CHARACTERS, MAX_RECORD_LINES
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(feed="trial", used={"A": "first", "B": "second", "C": "third"}, ignored={"PRINT": "form layout"})
HEADER = "A,B,C\n"
GOOD = ["1,2,3", "4,5,6"]


@pytest.fixture
def read(tmp_path: Path):
    def read(content: str | bytes, **how: str) -> Parsed:
        path = tmp_path / "sent.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_delimited(path, LAYOUT, **how)

    return read


def values(parsed: Parsed) -> list[list[str]]:
    return parsed.rows.to_numpy().tolist()


HOSTILE = {
    "too few values": ("x,y", "2 values, the header has 3"),
    "too many values": ("x,y,z,", "4 values, the header has 3"),
    "a stray quote before a value": ('x,"y,z', BROKEN_QUOTES),
    "text after a closing quote": ('x,"y"y,z', BROKEN_QUOTES),
    "two stray quotes": ('"x,"y,z', BROKEN_QUOTES),
    "a million characters": (f"x,{'y' * 1_000_000},z", TOO_LONG),
    "a million values": ("," * 1_000_000, TOO_LONG),
    "a long value": (f"x,{'y' * (MAX_CELL_CHARACTERS + 1)},z", "a value is longer than 10,000 characters"),
    "NUL": ("x,\0,z", "holds a NUL character"),
    "a lone carriage return": ("x,y\ry,z", BROKEN_QUOTES),
    "a carriage return before the last sign": ("x,y,\rz", BROKEN_QUOTES),
    "a quote that is never closed": ('"' + "\n,,x" * (MAX_RECORD_LINES - 1), BROKEN_QUOTES),
}


@pytest.mark.parametrize(("bad", "fault"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_row_is_set_aside_and_its_neighbours_stay(read, bad: str, fault: str) -> None:
    parsed = read(HEADER + "\n".join([GOOD[0], bad, GOOD[1]]) + "\n")
    assert parsed.faults[1] == fault
    assert parsed.raw_lines[1] == bad.split("\n", maxsplit=1)[0]
    assert values(parsed)[1] == ["", "", ""]
    assert values(parsed)[0] == ["1", "2", "3"]
    assert values(parsed)[-1] == ["4", "5", "6"]


def test_bytes_of_another_encoding_spoil_their_own_row_and_stay_readable(read) -> None:
    parsed = read(HEADER.encode() + b"1,\xd1,3\n" + "4,Ñ,6\n".encode())
    assert parsed.faults == {0: "is not valid Unicode"}
    assert parsed.raw_lines == [r"1,\xd1,3", "4,Ñ,6"]
    assert values(parsed) == [["", "", ""], ["4", "Ñ", "6"]]


def test_a_carriage_return_in_a_last_line_without_an_end_is_no_end_of_it(read) -> None:
    parsed = read(HEADER + "1,2,3\n4,5,\r6")
    assert parsed.faults == {1: BROKEN_QUOTES}
    assert values(parsed)[0] == ["1", "2", "3"]


def test_a_stray_quote_costs_one_row_even_if_a_later_quote_closes_it(read) -> None:
    parsed = read(HEADER + '1,"2,3\n4,5,6\n7,8",9\n')
    assert parsed.faults == {0: BROKEN_QUOTES}
    assert values(parsed)[1:] == [["4", "5", "6"], ["7", '8"', "9"]]


def test_a_quoted_line_break_belongs_to_its_value_and_to_the_raw_line(read) -> None:
    parsed = read('A,B,C\r\n1,"two\r\nlines, ""quoted""",3\r\n4,5,6')
    assert values(parsed) == [["1", 'two\r\nlines, "quoted"', "3"], ["4", "5", "6"]]
    assert parsed.raw_lines == ['1,"two\r\nlines, ""quoted""",3', "4,5,6"]


def test_a_row_of_two_lines_with_a_value_too_few_is_one_faulty_row(read) -> None:
    parsed = read(HEADER + '1,"two\nlines"\n4,5,6\n')
    assert parsed.faults == {0: "2 values, the header has 3"}
    assert parsed.raw_lines == ['1,"two\nlines"', "4,5,6"]


def test_blank_lines_are_no_rows_but_a_row_of_empty_values_is(read) -> None:
    parsed = read(HEADER + "\n  \n,,\n\n")
    assert values(parsed) == [["", "", ""]]
    assert parsed.faults == {}


def test_columns_are_found_by_name_and_ignored_ones_left_out(read) -> None:
    parsed = read("PRINT,C,A,B\nx,3,1,2\n")
    assert list(parsed.rows.columns) == ["first", "second", "third"]
    assert values(parsed) == [["1", "2", "3"]]


def test_a_missing_column_is_left_to_the_contract(read) -> None:
    assert list(read("A,C\n1,3\n").rows.columns) == ["first", "third"]


def test_a_header_without_rows_has_every_column_and_no_row(read) -> None:
    parsed = read(HEADER)
    assert parsed.rows.shape == (0, 3)
    assert set(map(str, parsed.rows.dtypes)) == {"str"}


def test_a_byte_order_mark_is_no_part_of_the_first_column(read) -> None:
    assert values(read(b"\xef\xbb\xbfA,B,C\n1,2,3\n")) == [["1", "2", "3"]]


def test_an_undecided_column_is_refused_by_name(read) -> None:
    with pytest.raises(UnknownFieldError, match=r"trial, row 0: unknown field\(s\) D\."):
        read("A,B,C,D\n1,2,3,4\n")


REFUSED = {
    "a column twice": ("A,B,B,C\n1,2,2,3\n", "column B stands more than once"),
    "no header": ("ACME GHOST LTD,2,3\n", "0 of 4 expected columns"),
    "no line at all": ("  \n\n", "it is empty"),
    "UTF-16": (HEADER.encode("utf-16"), "0 of 4 expected columns"),
    "an old Macintosh": ("A,B,C\r1,2,3\r", "0 of 4 expected columns"),
    "an endless first line": ("A,B,C" + "," * 200_000, "0 of 4 expected columns"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_read_is_refused_whole_and_cites_no_cargo(read, content: str | bytes, why: str) -> None:
    with pytest.raises(UnreadableDeliveryError, match=why) as refusal:
        read(content)
    assert "GHOST" not in str(refusal.value)


def test_utf_8_where_latin_1_is_agreed_is_refused(read) -> None:
    assert values(read("A;B;C\n1;Ñ;3\n".encode("latin-1"), delimiter=";", encoding="latin-1"))[0][1] == "Ñ"
    with pytest.raises(UnreadableDeliveryError, match="it is UTF-8, agreed is Latin-1"):
        read("A;B;C\n1;Ñ;3\n".encode(), delimiter=";", encoding="latin-1")


def test_more_rows_than_are_read_refuse_the_file(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskscore.sources.parsed.MAX_ROWS", 2)
    assert len(read(HEADER + "1,2,3\n" * 2).rows) == 2
    with pytest.raises(UnreadableDeliveryError, match="more than 2 rows"):
        read(HEADER + "1,2,3\n" * 3)


CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@given(table=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=25), at=st.integers(1, 7))
def test_whatever_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], at: int
) -> None:
    middle_lines = [line for row in table for cell in row for line in cell.split("\n")[1:-1]]
    assume(not any(line.count(",") == 2 for line in middle_lines))  # such a line is taken for a row of this table
    sent = io.StringIO()
    csv.writer(sent, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["A", "B", "C"], *table])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(sent.getvalue().encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("riskscore.sources.parsed.ROWS_PER_PACK", at)
        parsed = read_delimited(path, LAYOUT)
    assert values(parsed) == table
    assert parsed.faults == {}
    assert "".join(f"{raw_line}\n" for raw_line in parsed.raw_lines) == sent.getvalue().partition("\n")[2]


SIGNS = [*'ab1é ,,,,"\r\n\n\n\0', "1,2,3\n", "4,é,6\r\n", "\N{IDEOGRAPHIC SPACE}"]


@given(content=st.lists(st.sampled_from(SIGNS), max_size=60).map("".join), at=st.integers(1, 4), bad=st.booleans())
def test_lines_without_quotes_are_cut_as_the_csv_module_cuts_them(
    tmp_path_factory: pytest.TempPathFactory, content: str, at: int, bad: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(HEADER.encode() + content.encode() + (b"\xff,2,3\n" if bad else b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("riskscore.sources.parsed.ROWS_PER_PACK", at)
        parsed = read_delimited(path, LAYOUT)
        patch.setattr("riskscore.sources.delimited._Records._is_plain", lambda *_: False)
        one_by_one = read_delimited(path, LAYOUT)
    assert values(parsed) == values(one_by_one)
    assert (parsed.raw_lines, parsed.faults) == (one_by_one.raw_lines, one_by_one.faults)
