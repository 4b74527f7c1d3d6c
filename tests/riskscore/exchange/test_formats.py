"""Files hold what they were given: JSON Lines exactly, CSV safely."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.exchange import formats
from riskscore.exchange.formats import json_lines, neutralised

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELL = st.one_of(
    st.none(), TEXT.filter(bool), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)
)


@given(rows=st.lists(st.tuples(CELL, CELL), max_size=5))
def test_json_lines_give_back_every_value(rows: list[tuple[object, object]]) -> None:
    content = json_lines(["a", "b"], rows)  # type: ignore[arg-type]  # hypothesis' union is wider than the type
    lines = content.decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert [tuple(json.loads(line).values()) for line in lines] == rows


@given(rows=st.lists(st.tuples(CELL, CELL), max_size=5))
def test_csv_gives_back_every_value_but_the_apostrophes(rows: list[tuple[object, object]]) -> None:
    content = formats.csv(["a", "b"], rows)  # type: ignore[arg-type]  # hypothesis' union is wider than the type
    header, *read = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    assert header == ["a", "b"]
    expected = [
        [neutralised(cell) if isinstance(cell, str) else "" if cell is None else json.dumps(cell) for cell in row]
        for row in rows
    ]
    assert read == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u200b=", "\ufeff@", "＝", "\n"])
def test_no_text_cell_can_become_a_formula(start: str) -> None:
    content = formats.csv(["a"], [(start + "SUM(A1)",)]).decode("utf-8")
    assert content == f'a\n"\'{start}SUM(A1)"\n'


@pytest.mark.parametrize("text", ["MSCU0000001", "low", "1-2", "a=b", "'x", " ", ""])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text


def test_numbers_stay_numbers_and_lists_become_text() -> None:
    content = formats.csv(["a", "b", "c", "d"], [(-0.5, -3, None, [{"meaning": 'say "x", y'}])]).decode("utf-8")
    assert content == 'a,b,c,d\n-0.5,-3,,"[{""meaning"":""say \\""x\\"", y""}]"\n'


def test_no_rows_still_have_a_header() -> None:
    assert formats.csv(["a", "b"], []) == b"a,b\n"
    assert json_lines(["a", "b"], []) == b""
