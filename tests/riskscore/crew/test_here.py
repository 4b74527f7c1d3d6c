"""Threads of this machine: order, room, errors."""

import threading
from collections.abc import Iterator

import pytest

from riskscore.crew import ALONE, Here, crew_of
from riskscore.settings import Settings


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_pieces(threads: int) -> None:
    assert list(Here(threads).map(abs, range(0, -40, -1))) == list(range(40))


def test_pieces_are_done_side_by_side() -> None:
    """Each of two waits until the other has begun."""
    both = threading.Barrier(2, timeout=60)
    assert sorted(Here(2).map(lambda _: both.wait(), range(2))) == [0, 1]


@pytest.mark.parametrize("crew", [ALONE, Here(3)])
def test_few_pieces_exist_at_once(crew: Here) -> None:
    made, done = 0, 0

    def pieces() -> Iterator[int]:
        nonlocal made
        for number in range(50):
            made += 1
            assert made - done <= crew.threads + 1
            yield number

    for _ in crew.map(abs, pieces()):
        done += 1
    assert done == 50


@pytest.mark.parametrize("crew", [ALONE, Here(2)])
def test_an_error_ends_the_whole(crew: Here) -> None:
    with pytest.raises(ZeroDivisionError):
        list(crew.map(lambda number: 1 // number, [1, 0, 2]))


def test_without_a_cluster_the_crew_is_as_many_threads_as_jobs() -> None:
    assert crew_of(Settings(jobs=3)) == Here(3)
    assert crew_of(Settings(jobs=3)).client is None
