"""Score rows: a raw score, a calibrated probability, a rank, and how much of the model's input was there."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.crew import ALONE, Crew
from riskscore.errors import ModelError
from riskscore.learning import Artefact
from riskscore.scoring.chunks import raw_in_chunks

Floats = npt.NDArray[np.float64]


def score(artefact: Artefact, features: pd.DataFrame, *, crew: Crew = ALONE) -> pd.DataFrame:
    """Return `raw` (log-odds), `probability`, `rank` (1 is the riskiest) and `coverage` for each row's label.

    `features` holds the model's columns in its order, float64, NaN where not known, and labels that are all
    different. Rank goes by probability, then raw score, then row label, so no two rows share one and the
    order of the rows does not matter. Raises ModelMismatchError, TrainingDataError, ModelError, CrewError.
    """
    values = artefact.values(features)
    if not features.index.is_unique:
        raise ModelError(f"Model {artefact.name}: rows with the same label cannot be ranked. Index rows by their key.")
    raw = raw_in_chunks(artefact, values, crew)
    probability = artefact.probability(raw)
    with ThreadPoolExecutor(1, "coverage") as beside:
        covered = beside.submit(coverage, artefact, values)
        rank = ranks(probability, raw, features.index)
    return pd.DataFrame(
        {"raw": raw, "probability": probability, "rank": rank, "coverage": covered.result()}, index=features.index
    )


def ranks(probability: Floats, raw: Floats, labels: pd.Index) -> npt.NDArray[np.int64]:
    """Return 1..n by falling probability, falling raw score, rising label."""
    by_label = pd.Series(np.arange(len(labels)), labels).sort_index(kind="stable").to_numpy()
    probability, raw = probability[by_label], raw[by_label]
    falling = np.argsort(-raw, kind="stable")
    if (np.diff(probability[falling]) > 0).any():  # a calibration that falls somewhere: both count
        falling = np.lexsort((-raw, -probability))
    placed = np.empty(len(raw), dtype=np.int64)
    placed[by_label[falling]] = np.arange(1, len(raw) + 1)
    return placed


def coverage(artefact: Artefact, values: Floats) -> Floats:
    """Return the share of the model's input that is not missing in each row, from 0 to 1.

    Each feature counts by its gain: how much the training loss fell at the splits on it. A model without any
    split counts all features alike.
    """
    gains = np.array(artefact.record.gains)
    weights = gains / gains.sum() if gains.sum() > 0 else np.full(len(gains), 1 / len(gains))
    known = np.zeros(len(values))
    for column, weight in zip(values.T, weights, strict=True):
        if weight:
            known += weight * ~np.isnan(column)
    return np.minimum(known, 1.0)
