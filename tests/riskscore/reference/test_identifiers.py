"""Container numbers and IMO numbers carry a check digit; only the right one passes."""

import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore import reference
from riskscore.errors import ReferenceDataError

REAL_CONTAINERS = [
    "CSQU3054383",
    "TOLU4734787",
    "BICU1234565",
    "HJCU8281988",
    "MSKU9070323",
    "ZEPU0037255",
    "APZU4812090",
]
REAL_SHIPS = ["9074729", "9319466", "9454436", "8814275"]

STEMS = st.from_regex(r"\A[A-Z]{3}[UJZ][0-9]{6}\Z")


def slow_check_digit(stem: str) -> int:
    """The standard's table written out by hand, one character at a time, in integers of any size."""
    table = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [10, *range(12, 22), *range(23, 33), *range(34, 39)], strict=True))
    total = 0
    for place, character in enumerate(stem):
        total += (int(character) if character in string.digits else table[character]) * pow(2, place)
    return total - total // 11 * 11 if total - total // 11 * 11 < 10 else 0


def accepts_container(value: object) -> bool:
    return bool(reference.valid_container_numbers(pd.Series([value], dtype=object)).iloc[0])


@pytest.mark.parametrize("number", REAL_CONTAINERS)
def test_real_container_numbers_pass_and_any_other_check_digit_fails(number: str) -> None:
    tried = pd.Series([number[:-1] + digit for digit in string.digits])
    assert tried[reference.valid_container_numbers(tried)].to_list() == [number]


def test_the_standards_worked_example() -> None:
    assert reference.container_check_digit("CSQU305438") == 3


def test_remainder_ten_is_written_zero() -> None:
    assert (13 + 30 * 2 + 28 * 4 + 32 * 8 + 7 * 512) % 11 == 10  # C, S, Q, U and the 7 in tenth place
    assert reference.container_check_digit("CSQU000007") == 0


@given(stem=STEMS)
def test_check_digit_equals_the_slow_answer(stem: str) -> None:
    assert reference.container_check_digit(stem) == slow_check_digit(stem)
    assert accepts_container(stem + str(slow_check_digit(stem)))


@given(stem=STEMS, place=st.integers(4, 9), other=st.integers(1, 9))
def test_one_wrong_digit_is_noticed_unless_it_trades_remainder_ten_for_zero(stem: str, place: int, other: int) -> None:
    wrong = stem[:place] + str((int(stem[place]) + other) % 10) + stem[place + 1 :]
    assert accepts_container(wrong + str(slow_check_digit(stem))) == (slow_check_digit(wrong) == slow_check_digit(stem))


@given(text=st.text(max_size=14))
def test_no_other_text_is_a_container_number_or_breaks_the_check(text: str) -> None:
    letters_fit = len(text) == 11 and text.isascii() and text[:3].isupper() and text[:3].isalpha() and text[3] in "UJZ"
    fits = letters_fit and text[4:].isdigit() and slow_check_digit(text[:10]) == int(text[10])
    assert accepts_container(text) == fits


@pytest.mark.parametrize(
    "value",
    [
        None,
        np.nan,
        pd.NA,
        "",
        " ",
        "CSQU305438",
        "CSQU30543830",
        "csqu3054383",
        "CSQU3054383\n",
        " CSQU305438",
        "CSQU305438\u00a0",
        "CSQU 305438",
        "CSQU30543\u0663\u0668",
        "ＣSQU3054383",
        "CSQ\u200bU305438",
        "CSQA3054383",
        3054383,
        3.0,
        b"CSQU3054383",
        b"\xff\xfe",
        "\ud800SQU3054383",
        ("CSQU3054383",),
    ],
)
def test_what_only_looks_like_a_container_number_fails(value: object) -> None:
    assert not accepts_container(value)


def test_answers_keep_index_and_order_also_of_a_slice() -> None:
    numbers = pd.Series(["bad", "CSQU3054383", None, "TOLU4734787", "TOLU4734788"], index=list("abcde"))[1:]
    assert reference.valid_container_numbers(numbers).to_dict() == {"b": True, "c": False, "d": True, "e": False}


@pytest.mark.parametrize("dtype", ["str", object, "category", "string"])
def test_every_text_dtype_is_read_alike(dtype: str) -> None:
    numbers = pd.Series(["CSQU3054383", None, "CSQU3054384"]).astype(dtype)
    assert reference.valid_container_numbers(numbers).to_list() == [True, False, False]


def test_empty_and_all_missing_series() -> None:
    assert reference.valid_container_numbers(pd.Series([], dtype="str")).to_list() == []
    assert reference.valid_imo_numbers(pd.Series([None, None], dtype=object)).to_list() == [False, False]


def test_check_digits_of_a_column_leave_the_misshapen_missing() -> None:
    digits = reference.container_check_digits(
        pd.Series(["CSQU305438", "CSQU30543X", None, "TOLU473478"], index=[9, 8, 7, 6])
    )
    assert digits.to_list() == [3, pd.NA, pd.NA, 7]
    assert digits.index.to_list() == [9, 8, 7, 6]


def test_a_stem_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ReferenceDataError, match="six digits"):
        reference.container_check_digit("CSQU3054383")


@pytest.mark.parametrize("number", REAL_SHIPS)
def test_real_ship_numbers_pass_and_any_other_last_digit_fails(number: str) -> None:
    tried = pd.Series([number[:-1] + digit for digit in string.digits])
    assert tried[reference.valid_imo_numbers(tried)].to_list() == [number]


@given(number=st.integers(1_000_000, 9_999_999))
def test_ship_numbers_equal_the_slow_answer(number: int) -> None:
    digits = [int(digit) for digit in str(number)]
    expected = sum(digit * weight for digit, weight in zip(digits, (7, 6, 5, 4, 3, 2), strict=False)) % 10 == digits[6]
    assert reference.valid_imo_numbers(pd.Series([str(number)])).to_list() == [expected]


@pytest.mark.parametrize("value", [None, "", "907472", "90747290", "IMO9074729", "907472\u0669", "0000000", "9074729 "])
def test_what_only_looks_like_a_ship_number_fails(value: object) -> None:
    assert not reference.valid_imo_numbers(pd.Series([value], dtype=object)).iloc[0]


@pytest.mark.parametrize("code", ["22G1", "45R1", "42GP", "L5G1"])
def test_known_container_types_pass(code: str) -> None:
    assert reference.valid_container_types(pd.Series([code])).to_list() == [True]


@pytest.mark.parametrize("code", ["22X1", "22G9", "G122", "22g1", "22G1 ", "", None])
def test_other_container_types_fail(code: str | None) -> None:
    assert reference.valid_container_types(pd.Series([code], dtype="str")).to_list() == [False]
