"""Say why a row scores as it does: TreeSHAP pushes, windows of one measure told once, in words."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.crew import ALONE, Crew
from riskscore.errors import ModelError
from riskscore.learning import Artefact
from riskscore.scoring.chunks import pushes_in_chunks
from riskscore.scoring.middle import median
from riskscore.scoring.reasons import Reason

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Columns = npt.NDArray[np.intp]
WINDOW = re.compile(r"_(\d+d|ever)$")


def explain(
    artefact: Artefact,
    features: pd.DataFrame,
    sentences: Mapping[str, str],
    *,
    peers: pd.DataFrame | None = None,
    top: int = 4,
    crew: Crew = ALONE,
) -> list[list[Reason]]:
    """Return up to `top` reasons for each row: those that raise its risk, strongest first, then those that lower it.

    The pushes of all features and the bias add up to the raw score (Lundberg et al. 2020, From local
    explanations to global understanding with explainable AI for trees). Windows of one measure
    (`shipper_shipments_30d`, `_90d`) become one reason: the window that pushes most, with the push of all.
    `sentences` says each feature in words; `peers` (the day's rows, same columns) give what is usual, their
    median.
    Raises ModelMismatchError, TrainingDataError, CrewError, and ModelError for a feature without a sentence.
    """
    values = artefact.values(features)
    if without := [name for name in artefact.features if name not in sentences]:
        raise ModelError(
            f"Model {artefact.name}: no sentence for feature(s) {', '.join(without)}. Declare them in features/."
        )
    pushes = pushes_in_chunks(artefact, values, crew)[:, :-1]
    is_told, strongest, together = _told(artefact.features, pushes, top)
    usual = np.full(len(artefact.features), np.nan)
    if peers is not None:
        artefact.require(list(map(str, peers.columns)))
        shown = np.unique(strongest[is_told])
        here = crew if crew.rows_a_piece is None else ALONE  # a column is looked at sooner than sent
        usual[shown] = list(here.map(median, (peers.iloc[:, column].to_numpy() for column in shown)))
    said = [(name, sentences[name], often) for name, often in zip(artefact.features, _known(usual), strict=True)]
    known = _known(np.take_along_axis(values, strongest, axis=1))
    return [
        [
            Reason(name, meaning, value, push, often)
            for (name, meaning, often), value, push in zip(map(said.__getitem__, columns), held, pushed, strict=True)
            if push
        ]
        for columns, held, pushed in zip(strongest.tolist(), known, together.tolist(), strict=True)
    ]


def _told(features: Sequence[str], pushes: Floats, top: int) -> tuple[Bools, Columns, Floats]:
    """Return, per row, up to `top` reasons in order: which places are filled, the column and the push of each."""
    groups = windows_of_one_measure(features)
    together = np.stack([pushes[:, columns].sum(axis=1) for columns in groups], axis=1)
    directions = np.sign(together)
    strongest = np.stack([_strongest(pushes, *of_group) for of_group in zip(groups, directions.T, strict=True)], axis=1)
    by_name = np.argsort(np.argsort(features))[strongest]
    raising_first = np.array([2, 0, 1])[directions.astype(int)]  # 0: of no matter; 1: raises; -1: lowers
    order = np.lexsort((by_name, -np.abs(together), raising_first), axis=1)[:, :top]
    told = np.take_along_axis(together, order, 1)
    return told != 0, np.take_along_axis(strongest, order, 1), told


def _strongest(pushes: Floats, columns: Sequence[int], directions: Floats) -> Columns:
    """Return, per row, which of the columns pushes most in its direction; the first of equals."""
    picked: Columns = np.array(columns)[np.argmax(directions[:, None] * pushes[:, columns], axis=1)]
    return picked


def windows_of_one_measure(features: Sequence[str]) -> list[list[int]]:
    """Group the positions of features that differ only in their window."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(features):
        groups[WINDOW.sub("", name)].append(position)
    return list(groups.values())


def _known(values: Floats) -> list[Any]:
    """Return the values as Python's own numbers, None where missing, in lists as deep as the array."""
    known = values.astype(object)
    known[np.isnan(values)] = None
    found: list[Any] = known.tolist()
    return found
