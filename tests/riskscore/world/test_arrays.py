import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscore.world.arrays import positions_by


@given(st.lists(st.integers(-3, 3), max_size=40))
def test_positions_are_those_a_loop_finds(values: list[int]) -> None:
    expected = {value: [i for i, other in enumerate(values) if other == value] for value in sorted(set(values))}
    found = positions_by(np.array(values, dtype=np.int64))
    assert {value: own.tolist() for value, own in found.items()} == expected
