"""Say why a row scores as it does: TreeSHAP pushes, windows of one measure told once, in words."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.crew import ALONE, Crew
from riskscore.errors import ModelError
from riskscore.learning import Artefact
from riskscore.scoring.chunks import pushes_in_chunks
from riskscore.scoring.reasons import Reason

Floats = npt.NDArray[np.float64]
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
    median. Explaining costs about a millisecond a row: give the queued rows, not all.
    Raises ModelMismatchError, TrainingDataError, CrewError, and ModelError for a feature without a sentence.
    """
    values = artefact.values(features)
    if without := [name for name in artefact.features if name not in sentences]:
        raise ModelError(
            f"Model {artefact.name}: no sentence for feature(s) {', '.join(without)}. Declare them in features/."
        )
    usual = np.full(len(artefact.features), np.nan) if peers is None else _medians(artefact, peers)
    pushes = pushes_in_chunks(artefact, values, crew)[:, :-1]
    groups = windows_of_one_measure(artefact.features)

    def reason(row: int, columns: Sequence[int]) -> Reason:
        push = float(pushes[row, columns].sum())
        strongest = max(columns, key=lambda column: (np.sign(push) * pushes[row, column], -column))
        name = artefact.features[strongest]
        return Reason(name, sentences[name], _known(values[row, strongest]), push, _known(usual[strongest]))

    return [_first([reason(row, columns) for columns in groups], top) for row in range(len(values))]


def windows_of_one_measure(features: Sequence[str]) -> list[list[int]]:
    """Group the positions of features that differ only in their window."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(features):
        groups[WINDOW.sub("", name)].append(position)
    return list(groups.values())


def _first(reasons: Sequence[Reason], top: int) -> list[Reason]:
    pushing = [reason for reason in reasons if reason.push != 0]
    return sorted(pushing, key=lambda reason: (reason.push < 0, -abs(reason.push), reason.feature))[:top]


def _medians(artefact: Artefact, peers: pd.DataFrame) -> Floats:
    artefact.require(list(map(str, peers.columns)))
    return peers.median().to_numpy(dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
