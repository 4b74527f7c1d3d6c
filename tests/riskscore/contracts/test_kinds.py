"""Kinds of column against plain Python answers, text by text."""

import json
import math
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskscore.contracts.kinds import BLANK, UNCLEAN, matches, read_texts

Answer = Callable[[str], Any]


def is_hidden(character: str) -> bool:
    """Whether a character leaves no mark, by Python's and the regex package's own Unicode tables."""
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Co", "Zl", "Zp"}
        or bool(regex.match(r"\p{Default_Ignorable_Code_Point}", character))
        or character == "\u2800"
    )


def an_integer(text: str) -> int | None:
    value = a_json_number(text)
    return value if isinstance(value, int) and len(text.lstrip("-")) <= 18 else None


def a_number(text: str) -> float | None:
    value = a_json_number(text)
    return None if value is None or not math.isfinite(as_float(value)) else as_float(value)


def as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def a_json_number(text: str) -> float | None:
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        return None
    if text != text.strip() or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if value == 0 and text.startswith("-") else value


def a_boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def a_date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and 1900 <= day.year <= 2199 else None


def a_timestamp(text: str) -> datetime | None:
    day, separator, rest = text[:10], text[10:11], text[11:]
    clock, zone = (rest[:-1], timedelta(0)) if rest.endswith("Z") else (rest[:-6], an_offset(rest[-6:]))
    hours = two_digits(clock[:2], 23), two_digits(clock[3:5], 59)
    seconds = two_digits(clock[6:8], 59) if len(clock) > 5 else 0
    fraction = clock[9:] if len(clock) > 8 else "0"
    marks = clock[2:3] + clock[5:6] + clock[8:9] in {":", "::", "::."}
    fits = marks and len(clock) in {5, 8, *range(10, 16)} and fraction.isascii() and fraction.isdigit()
    if a_date(day) is None or separator != "T" or zone is None or None in (*hours, seconds) or not fits:
        return None
    parts = int(hours[0] or 0), int(hours[1] or 0), int(seconds or 0), int(fraction.ljust(6, "0"))
    return datetime(*map(int, day.split("-")), *parts, tzinfo=UTC) - zone


def an_offset(text: str) -> timedelta | None:
    hours, minutes = two_digits(text[1:3], 14), two_digits(text[4:6], 59)
    if len(text) != 6 or text[0] not in "+-" or text[3] != ":" or hours is None or minutes is None:
        return None
    size = timedelta(hours=hours, minutes=minutes)
    if size > timedelta(hours=14) or (text[0] == "-" and not size):
        return None
    return size if text[0] == "+" else -size


def two_digits(text: str, most: int) -> int | None:
    return int(text) if len(text) == 2 and text.isascii() and text.isdigit() and int(text) <= most else None


NEARLY = "0123456789-+.,:TZeE \nNainftrue٣１\u00a0\u200b"
integers = st.from_regex(r"[-+]?[0-9]{1,20}(\.0)?", fullmatch=True)
numbers = st.from_regex(r"[-+]?[0-9]{0,4}(\.[0-9]{0,4})?([eE][-+]?[0-9]{1,3})?", fullmatch=True)
days = st.from_regex(r"(16|19|20|21|22)[0-9]{2}-[01][0-9]-[0-3][0-9]", fullmatch=True)
instants = st.builds(
    "{}{}{}{}".format,
    days,
    st.sampled_from("TTTTt "),
    st.from_regex(r"[0-2][0-9]:[0-6][0-9](:[0-6][0-9]([.,][0-9]{1,7})?)?", fullmatch=True),
    st.from_regex(r"Z|z||[+-][01][0-9]:?[0-6][0-9]", fullmatch=True),
)
texts = st.text(NEARLY, min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("kind", "answer", "likely"),
    [
        ("integer", an_integer, integers),
        ("number", a_number, numbers),
        ("boolean", a_boolean, st.sampled_from(["true", "false", "True", "TRUE", "true ", "1", "0", "ttrue", "yes"])),
        ("date", a_date, days),
        ("timestamp", a_timestamp, instants),
    ],
)
def test_a_kind_reads_what_plain_python_reads(kind: str, answer: Answer, likely: st.SearchStrategy[str]) -> None:
    @given(written=st.lists(likely | texts, max_size=40, unique=True))
    @example(written=HOSTILE)
    @settings(deadline=None)
    def agrees(written: list[str]) -> None:
        typed = read_texts(kind, pa.array(written, type=pa.large_string()))
        expected = [answer(text) for text in written]
        assert typed.readable.tolist() == [value is not None for value in expected], written
        found = [None if pd.isna(value) else value for value in typed.values]
        assert [plain(kind, value) for value in found] == expected

    agrees()


def plain(kind: str, value: Any) -> Any:
    return value.date() if kind == "date" and value is not None else value


HOSTILE = [
    *(
        "0",
        "-0",
        "-0.0",
        "00",
        "007",
        "+5",
        " 12",
        "12 ",
        "12\n",
        "12.0",
        "1e3",
        "1,000",
        "1.000,5",
        "１２",
        "٣",
        "0x1f",
    ),
    *("NaN", "nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1e-999", "-1e-999", ".5", "5.", "1_000", "9" * 18),
    *("9" * 19, "-" + "9" * 18, "null", "None", "true", "True", "1.5e-3", "0.1", "1" + "0" * 400, "9007199254740993"),
    *("2024-02-29", "2023-02-29", "1677-01-01", "2262-04-12", "9999-12-31", "0000-00-00", "2024-2-9", "20240229"),
    *("2024-01-01T00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T23:59:60Z", "2024-01-01T00:00:00", "2024-01-01 00:00Z"),
    *("2024-02-30T00:00:00Z", "2024-01-01T00:00:00.123456+05:30", "2024-01-01T00:00:00.1234567Z", "2024-W01-1"),
    *("2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00+14:00", "2024-01-01T00:00+14:01"),
    *(
        "1677-09-21T00:12:43Z",
        "2262-04-11T23:47:16.854776Z",
        "9999-12-31T23:59:59Z",
        "2024-01-01T00:00:00,5Z",
        "\u200b",
    ),
    *("2199-12-31T23:59:59-14:00", "1900-01-01T00:00:00+14:00", "2024-01-01T00:00:00Z\n", "2024-01-01T00:00:00z"),
]
"""Texts that lenient readers take for something."""


def test_clean_text_is_told_from_text_with_hidden_characters_for_every_character() -> None:
    planes = [*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE1100)]
    characters = [chr(point) for point in planes]
    within = pa.array([f"a{character}b" for character in characters], type=pa.large_string())
    at_end = pa.array([f"a{character}" for character in characters], type=pa.large_string())
    hidden = np.array([is_hidden(character) or character == "\ufffd" for character in characters])
    spaces = np.array([unicodedata.category(character) == "Zs" for character in characters])
    newer = np.array([0x13439 <= point <= 0x1343F for point in planes])  # format controls since Unicode 15
    assert (matches(within, UNCLEAN) == hidden | newer).all()
    assert (matches(at_end, UNCLEAN) == hidden | spaces | newer).all()


@given(
    st.text(alphabet="\u00a0\u2003\u3000 \t\r\n\u200b\u200d\ufeff\u00ad\u2060\u3164\u2800\u180e\u202e\x00\x7f\ufe0f")
)
@settings(deadline=None)
def test_text_that_prints_as_nothing_is_blank(text: str) -> None:
    assert matches(pa.array([text], type=pa.large_string()), BLANK)[0]
    assert not matches(pa.array([text + "x" + text], type=pa.large_string()), BLANK)[0]
