"""Grow the trees: the one place that tells LightGBM what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.learning.missing import send_missing_with_most_rows
from riskscore.learning.spec import ModelSpec
from riskscore.learning.split import Parts, Rows
from riskscore.learning.training_set import TrainingSet, relative_weights

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Labelled:
    """Rows to learn from or to be judged on."""

    values: npt.NDArray[np.float64]
    labels: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]

    def take(self, rows: Rows | npt.NDArray[np.intp]) -> "Labelled":
        """Return some of the rows."""
        return Labelled(self.values[rows], self.labels[rows], self.weights[rows])


@dataclass(frozen=True)
class Lesson:
    """What trees are grown on, what says when to stop, and how it is all done."""

    names: list[str]
    grown_on: Labelled
    watched: Labelled
    settings: Mapping[str, Any]
    rounds: int
    patience: int | None

    @classmethod
    def of(cls, spec: ModelSpec, rows: TrainingSet, parts: Parts) -> "Lesson":
        """Return the lesson that a spec makes of rows."""
        names, labels = list(rows.features.columns), rows.labels.to_numpy(dtype=np.float64)
        every = Labelled(rows.features.to_numpy(dtype=np.float64), labels, relative_weights(rows))
        grown_on, watched = every.take(parts["train"]), every.take(parts["calibrate"])
        return cls(names, grown_on, watched, settings(spec, names), spec.rounds, spec.early_stopping_rounds)

    def part(self, rows: npt.NDArray[np.intp], network: Mapping[str, Any]) -> "Lesson":
        """Return the lesson of one machine of several: it grows on some of the rows and watches what all watch."""
        return replace(self, grown_on=self.grown_on.take(rows), settings={**self.settings, **network})


def grow(spec: ModelSpec, rows: TrainingSet, parts: Parts, *, progress: Progress) -> str:
    """Return LightGBM's text of the trees grown on the train part, cut where the calibrate part says."""
    return send_missing_with_most_rows(grown(Lesson.of(spec, rows, parts), progress=progress))


def grown(lesson: Lesson, *, progress: Progress) -> str:
    """Return LightGBM's text of the trees as it grew them."""
    import lightgbm  # noqa: PLC0415 takes seconds to import

    def dataset(rows: Labelled, reference: Any = None) -> Any:
        return lightgbm.Dataset(
            rows.values, rows.labels, weight=rows.weights, feature_name=lesson.names, reference=reference
        )

    grown_on, watched = dataset(lesson.grown_on), []
    callbacks: list[Callable[..., Any]] = [lambda state: progress(state.iteration + 1, lesson.rounds)]
    if lesson.patience is not None:
        watched = [dataset(lesson.watched, grown_on)]
        callbacks.append(lightgbm.early_stopping(lesson.patience, verbose=False))
    booster = lightgbm.train(
        dict(lesson.settings), grown_on, num_boost_round=lesson.rounds, valid_sets=watched, callbacks=callbacks
    )
    text: str = booster.model_to_string(num_iteration=booster.best_iteration)
    return text


def settings(spec: ModelSpec, names: list[str]) -> dict[str, Any]:
    """Return LightGBM's parameters for a spec and the features it trains on."""
    told = {**spec.lightgbm.model_dump(), "objective": "binary", "verbosity": -1}
    if spec.monotone:
        told["monotone_constraints"] = [spec.monotone.get(name, 0) for name in names]
    return told
