"""Looking rows up in a set of values: what pandas' `isin` answers, but for missing values."""

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.store.among import is_among, value_set

CELLS = st.lists(st.sampled_from(["", "a", "b", "ab", "ä"]) | st.none(), max_size=12)


@given(CELLS, st.sets(st.sampled_from(["", "a", "ab", "z"])))
def test_strings_are_found_as_pandas_finds_them(cells: list[str | None], values: set[str]) -> None:
    column = pd.Series(cells, dtype="str")
    assert is_among(column, values).tolist() == column.isin(values).tolist()
    assert is_among(column, pd.Series(sorted(values), dtype="str")).tolist() == column.isin(values).tolist()


def test_a_missing_value_is_never_found() -> None:
    column = pd.Series(["a", None], dtype="str")
    assert is_among(column, pd.Series(["a", None], dtype="str")).tolist() == [True, False]


@pytest.mark.parametrize(
    ("cells", "values", "found"), [([1, 2, 3], {2}, [False, True, False]), ([1.5, None], {1.5}, [True, False])]
)
def test_other_columns_are_asked_of_pandas(cells: list[float | None], values: set[float], found: list[bool]) -> None:
    assert is_among(pd.Series(cells), values).tolist() == found


def test_a_value_set_has_the_type_of_its_column() -> None:
    assert value_set({"a"}, pa.large_string()).type == pa.large_string()
    assert value_set(pd.Series(["a", None], dtype="str"), pa.string()).to_pylist() == ["a"]
    assert value_set([], pa.string()).to_pylist() == []
