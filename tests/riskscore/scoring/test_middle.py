"""The median of any numbers is what sorting them says."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.scoring.middle import median

Floats = npt.NDArray[np.float64]
NUMBERS = st.one_of(st.floats(-1e300, 1e300), st.integers(-3, 3).map(float), st.just(np.nan), st.just(-0.0))


@given(values=st.lists(NUMBERS, max_size=40))
def test_it_is_the_middle_of_what_is_known(values: list[float]) -> None:
    known = sorted(value for value in values if not np.isnan(value))
    found = median(np.array(values, dtype=np.float64))
    if not known:
        assert np.isnan(found)
    else:
        assert found == (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2


@pytest.mark.parametrize("make", [np.asfortranarray, np.ascontiguousarray])
def test_a_column_of_any_table_and_nothing_is_changed(make: Callable[[Floats], Floats]) -> None:
    table = make(np.random.default_rng(1).normal(size=(1001, 3)))
    before = table.copy()
    assert [median(column) for column in table.T] == np.median(table, axis=0).tolist()
    np.testing.assert_array_equal(table, before)
    assert table.flags.writeable
