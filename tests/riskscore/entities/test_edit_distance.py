"""The number of typing errors equals a slow definition."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from riskscore.entities.edit_distance import edit_distance

WORDS = st.text("abc ", max_size=9)


@cache
def slow_distance(left: str, right: str) -> int:
    """The recursive definition, from the ends of both words."""
    if not left or not right:
        return len(left) + len(right)
    steps = [
        slow_distance(left[:-1], right) + 1,
        slow_distance(left, right[:-1]) + 1,
        slow_distance(left[:-1], right[:-1]) + (left[-1] != right[-1]),
    ]
    if left[-2:] == right[-2:][::-1] and len(left) > 1 < len(right):
        steps.append(slow_distance(left[:-2], right[:-2]) + 1)
    return min(steps)


@given(left=WORDS, right=WORDS, limit=st.integers(0, 6))
def test_distance_equals_the_slow_answer_up_to_the_limit(left: str, right: str, limit: int) -> None:
    assert edit_distance(left, right, limit=limit) == min(slow_distance(left, right), limit + 1)


def test_each_kind_of_error_counts_once() -> None:
    slips = ("habour", "harbbour", "harbeur", "habrour")
    assert [edit_distance(slip, "harbour", limit=3) for slip in slips] == [1, 1, 1, 1]
