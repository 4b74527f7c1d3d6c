"""Rows in chunks: the same bits as all rows at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.crew import Here
from riskscore.learning import Artefact
from riskscore.scoring import chunks, explain, score


@dataclass
class Counted:
    """A crew whose pieces are counted."""

    crew: Here
    pieces: int = 0
    client = None

    @property
    def rows_a_piece(self) -> int | None:
        return self.crew.rows_a_piece

    def map(self, function: Callable[..., Any], pieces: Iterable[Any]) -> Iterator[Any]:
        for result in self.crew.map(function, pieces):
            self.pieces += 1
            yield result


@pytest.mark.parametrize("rows", [1, 7, 499, 500, 501])
@pytest.mark.parametrize("threads", [1, 3])
def test_scores_and_pushes_do_not_depend_on_the_rows_beside_them(
    artefact: Artefact, day: pd.DataFrame, rows: int, threads: int
) -> None:
    values, crew = artefact.values(day), Counted(Here(threads, rows))
    np.testing.assert_array_equal(chunks.raw_in_chunks(artefact, values, crew), artefact.raw(values))
    np.testing.assert_array_equal(chunks.pushes_in_chunks(artefact, values, crew), artefact.contributions(values))
    assert crew.pieces == 2 * -(-len(day) // rows)


def test_a_day_in_chunks_has_the_same_scores_and_reasons(
    artefact: Artefact, day: pd.DataFrame, sentences: dict[str, str]
) -> None:
    scores, reasons = score(artefact, day), explain(artefact, day, sentences, peers=day)
    crew = Here(2, rows_a_piece=33)
    pd.testing.assert_frame_equal(score(artefact, day, crew=crew), scores, check_exact=True)
    assert explain(artefact, day, sentences, peers=day, crew=crew) == reasons


def test_no_rows_have_no_scores_and_no_pushes(artefact: Artefact, day: pd.DataFrame) -> None:
    nothing = artefact.values(day.iloc[:0])
    assert chunks.raw_in_chunks(artefact, nothing, Here(1)).shape == (0,)
    assert chunks.pushes_in_chunks(artefact, nothing, Here(1)).shape == (0, len(artefact.features) + 1)
