"""Identifiers that carry their own check: container numbers, IMO numbers, container types."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from riskscore.errors import ReferenceDataError
from riskscore.reference.lists import code_list

NUMBER_LENGTH = 11
STEM_LENGTH = 10
IMO_LENGTH = 7

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

LETTER_VALUES = [value for value in range(10, 39) if value % 11]
"""ISO 6346, annex A: A is 10, B is 12, and so on to Z = 38, leaving out the multiples of 11."""

CHARACTER_VALUES = np.zeros(256, dtype=np.int64)
CHARACTER_VALUES[ord("A") : ord("Z") + 1] = LETTER_VALUES
CHARACTER_VALUES[ord("0") : ord("9") + 1] = range(10)

CONTAINER_WEIGHTS = 2 ** np.arange(STEM_LENGTH)
IMO_WEIGHTS = np.arange(IMO_LENGTH, 1, -1)


def container_check_digit(stem: str) -> int:
    """Return the ISO 6346 check digit of an owner code, category letter and serial number (10 characters)."""
    digit = container_check_digits(pd.Series([stem], dtype="str")).iloc[0]
    if pd.isna(digit):
        raise ReferenceDataError("A container number starts with three letters, U, J or Z and six digits.")
    return int(digit)


def container_check_digits(stems: pd.Series) -> pd.Series:
    """Return the ISO 6346 check digit (0 to 9, Int64) of each 10-character stem; <NA> where it is not one."""
    characters, fits = _fixed_width(stems, STEM_LENGTH)
    good = _is_stem(characters)
    digits = pd.Series(pd.NA, index=stems.index, dtype="Int64")
    digits.iloc[np.flatnonzero(fits)[good]] = _check_digits(characters[good])
    return digits


def valid_container_numbers(numbers: pd.Series) -> pd.Series:
    """Tell of each value whether it is an ISO 6346 container number with the right check digit.

    Exactly three capital letters, U, J or Z, seven digits: no blank, hyphen or lower case is forgiven; null is false.
    """
    characters, fits = _fixed_width(numbers, NUMBER_LENGTH)
    stem, check = characters[:, :STEM_LENGTH], characters[:, STEM_LENGTH]
    good = _is_stem(stem) & _is_digit(check) & (_check_digits(stem) == CHARACTER_VALUES[check])
    return _flags(numbers, fits, good)


def valid_imo_numbers(numbers: pd.Series) -> pd.Series:
    """Tell of each value whether it is a seven-digit IMO ship number with the right check digit; null is false.

    The last digit is that of the sum of the first six times 7, 6, 5, 4, 3, 2 (IMO Resolution A.1117(30)).
    """
    characters, fits = _fixed_width(numbers, IMO_LENGTH)
    digits = CHARACTER_VALUES[characters]
    right = digits[:, :-1] @ IMO_WEIGHTS % 10 == digits[:, -1]
    good = _is_digit(characters).all(axis=1) & (characters[:, 0] != ord("0")) & right
    return _flags(numbers, fits, good)


def valid_container_types(types: pd.Series) -> pd.Series:
    """Tell of each value whether it is an ISO 6346 size and type code; null is false."""
    return types.isin(code_list("container_type"))


def _fixed_width(values: pd.Series, width: int) -> tuple[Bytes, Flags]:
    """Return the values of exactly `width` bytes as a matrix (n, width), and which values those are."""
    texts = pa.array(_texts(values), type=pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    fits = pc.fill_null(pc.equal(pc.binary_length(texts), width), False)
    fixed = texts.filter(fits).cast(pa.large_binary()).cast(pa.binary(width))
    if len(fixed) == 0:
        return np.empty((0, width), dtype=np.uint8), np.zeros(len(values), dtype=bool)
    content = np.frombuffer(fixed.buffers()[1], dtype=np.uint8)
    begin = fixed.offset * width
    return content[begin : begin + len(fixed) * width].reshape(-1, width), fits.to_numpy(zero_copy_only=False)


def _texts(values: pd.Series) -> pd.Series:
    """Return the values as text; of a column of mixed types only plain ASCII text, the only kind a number is."""
    if values.dtype == object:
        values = values.map(lambda value: value if isinstance(value, str) and value.isascii() else None)
    return values.astype("str")


def _is_stem(characters: Bytes) -> Flags:
    letters = (characters[:, :3] >= ord("A")) & (characters[:, :3] <= ord("Z"))
    category = np.isin(characters[:, 3], np.frombuffer(b"UJZ", dtype=np.uint8))
    return letters.all(axis=1) & category & _is_digit(characters[:, 4:]).all(axis=1)


def _is_digit(characters: Bytes) -> Flags:
    return (characters >= ord("0")) & (characters <= ord("9"))


def _check_digits(stems: Bytes) -> npt.NDArray[np.int64]:
    return CHARACTER_VALUES[stems] @ CONTAINER_WEIGHTS % 11 % 10


def _flags(values: pd.Series, fits: Flags, good: Flags) -> pd.Series:
    flags = np.zeros(len(values), dtype=bool)
    flags[np.flatnonzero(fits)[good]] = True
    return pd.Series(flags, index=values.index, name=values.name)
