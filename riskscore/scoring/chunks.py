"""Rows in chunks, which a crew scores and explains side by side: each row is looked at alone."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from riskscore.crew import Crew
from riskscore.learning import Artefact
from riskscore.learning.artefact import contributions, raw_scores

Floats = npt.NDArray[np.float64]

ROWS_TO_SCORE = 16_384
"""Rows of a chunk to score: some hundredths of a second of work."""
ROWS_TO_EXPLAIN = 512
"""Rows of a chunk to explain: as much."""


def raw_in_chunks(artefact: Artefact, values: Floats, crew: Crew) -> Floats:
    """Return what `artefact.raw` returns, to the bit."""
    return in_chunks(partial(raw_scores, artefact.model_text), values, crew, ROWS_TO_SCORE)


def pushes_in_chunks(artefact: Artefact, values: Floats, crew: Crew) -> Floats:
    """Return what `artefact.contributions` returns, to the bit."""
    return in_chunks(partial(contributions, artefact.model_text), values, crew, ROWS_TO_EXPLAIN)


def in_chunks(predict: Callable[[Floats], Floats], values: Floats, crew: Crew, most: int) -> Floats:
    """Return what `predict` says of every row, asked of at most so many at once."""
    rows = min(most, crew.rows_a_piece or most)
    chunks = (values[start : start + rows] for start in range(0, max(len(values), 1), rows))
    return np.concatenate(list(crew.map(predict, chunks)))
