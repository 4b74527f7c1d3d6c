"""Cell texts: nothing that a spreadsheet could run, nothing that cannot be stored, nothing lost otherwise."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from riskscore.queues.cells import EXCEL_LIMIT, cell, csv_cell, plain

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "\n=1", "\u00a0=1", "\u200b=1", "\ufeff=1"]
FULL_WIDTH = ["＝1+1", "＋1", "－1", "＠SUM", "\u3000＝1", "﹦1", "﹢1", "﹣1", "﹫1", "−1"]


@pytest.mark.parametrize(
    "text", [*FORMULAS, *FULL_WIDTH, "=cmd|' /C calc'!A0", "\x00=1", "\u202e=1", "\ttext", "\rtext"]
)
def test_what_starts_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["COFFEE, GREEN", "18 C = frozen", "a@b", "'quoted", "№ 5 – nuts", "Zażółć 上海 🚢", ""]
)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert cell(text) == text
    assert csv_cell(text) == text


def test_a_line_break_becomes_a_blank() -> None:
    assert plain("one\r\ntwo\tthree\u2028four") == "one two three four"


def test_missing_is_empty() -> None:
    assert [plain(None), cell(float("nan")), csv_cell(None)] == ["", "", ""]


def test_a_formula_after_a_semicolon_is_caught_in_csv_alone() -> None:
    assert csv_cell("bags; =1+1; -18 C; x") == "bags;' =1+1;' -18 C; x"
    assert cell("bags; =1+1") == "bags; =1+1"


def test_bidirectional_overrides_are_taken_out() -> None:
    assert plain("abc\u202edcba\u202c") == "abcdcba"


@pytest.mark.parametrize("letter", ["a", "🚢"])
def test_long_text_is_cut_between_characters_and_marked(letter: str) -> None:
    cut = cell(letter * 40_000)
    assert EXCEL_LIMIT - 1 <= len(cut.encode("utf-16-le")) // 2 <= EXCEL_LIMIT
    assert cut.endswith(letter + "…")
    assert cell(letter * 10) == letter * 10


def test_text_of_just_the_limit_is_not_cut() -> None:
    assert cell("a" * EXCEL_LIMIT) == "a" * EXCEL_LIMIT
    assert len(cell("=" * EXCEL_LIMIT)) == EXCEL_LIMIT


@given(text=st.text(alphabet=st.characters(exclude_categories=())))
@example(text="\ud800")
@example(text="a;\u2066=1")
def test_no_text_whatever_can_run_or_break_the_file(text: str) -> None:
    for written in (cell(text), csv_cell(text)):
        written.encode("utf-8")
        assert not ILLEGAL_CHARACTERS_RE.search(written)
        assert not {"\n", "\r", "\t", "\ufffe", "\uffff"} & set(written)
        assert not starts_like_a_formula(written)
    assert not any(starts_like_a_formula(part) for part in csv_cell(text).split(";"))


def starts_like_a_formula(text: str) -> bool:
    """Say so the blunt way: strip what a spreadsheet may drop, fold what it may fold, look at the first sign."""
    visible = "".join(sign for sign in text if unicodedata.category(sign)[0] not in "CZ")
    return unicodedata.normalize("NFKC", visible).strip()[:1] in {"=", "+", "-", "@"}
