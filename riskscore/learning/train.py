"""Train a model: grow, calibrate and judge it on days that follow each other."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from riskscore.crew import ALONE, Crew
from riskscore.learning import evaluate
from riskscore.learning.artefact import Artefact, Metrics, Part, Point, Record, Snapshot, golden_of, versions
from riskscore.learning.calibration import Isotonic, Sigmoid, Uncalibrated, fit_calibration
from riskscore.learning.grow import Progress, grow
from riskscore.learning.spec import ModelSpec
from riskscore.learning.split import PartName, Parts, SplitDays, plan_days, split_rows
from riskscore.learning.training_set import TrainingSet, finite_floats, relative_weights

if TYPE_CHECKING:
    from lightgbm import Booster

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]
CURVE = (0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)
"""Shares at which every model's precision is kept, besides those its spec names."""


def train(
    spec: ModelSpec,
    training: TrainingSet,
    *,
    split: SplitDays | None = None,
    progress: Progress = lambda _done, _most: None,
    crew: Crew = ALONE,
) -> Artefact:
    """Return the model that `spec` makes of the rows; the same rows in any order give the same bytes.

    The split is the spec's unless `split` gives its days. The train part grows the trees; the calibrate part
    says when to stop and fits the calibration; the test part, where there is one, only judges. `progress` is
    called with the rounds done and the most there can be. A crew with a cluster grows the trees there: not quite the
    same ones, for sums of fractions depend on how they are split. Raises TrainingDataError, ModelMismatchError,
    CrewError.
    """
    rows = training.for_spec(spec)
    days = split or plan_days(spec.split, rows.days)
    parts = split_rows(days, rows.days, rows.labels)
    model_text = _grown(spec, rows, parts, progress, crew)
    return Grown(spec, rows, parts, model_text).artefact(days)


def _grown(spec: ModelSpec, rows: TrainingSet, parts: Parts, progress: Progress, crew: Crew) -> str:
    if crew.client is None:
        return grow(spec, rows, parts, progress=progress)
    from riskscore.learning.grow_on_dask import grow_on  # noqa: PLC0415 slow to import, and seldom wanted

    return grow_on(crew.client, spec, rows, parts, progress=progress)


@dataclass(frozen=True)
class Grown:
    """Trees that are grown, with the rows to calibrate and judge them on."""

    spec: ModelSpec
    rows: TrainingSet
    parts: Parts
    model_text: str

    @cached_property
    def booster(self) -> "Booster":
        """The trees, as read from their text: what is judged is what is kept."""
        from lightgbm import Booster  # noqa: PLC0415 takes seconds to import

        return Booster(model_str=self.model_text)

    @cached_property
    def values(self) -> Floats:
        """The features, shape (rows, features)."""
        return finite_floats(self.rows.features)

    @cached_property
    def labels(self) -> Floats:
        """The labels, shape (rows,)."""
        return self.rows.labels.to_numpy(dtype=np.float64)

    @cached_property
    def weights(self) -> Floats:
        """The rows' weights, shape (rows,)."""
        return relative_weights(self.rows)

    @cached_property
    def calibration(self) -> Isotonic | Sigmoid | Uncalibrated:
        """The calibration, fitted on the calibrate part."""
        inside = self.parts["calibrate"]
        raw = self._raw(self.values[inside])
        return fit_calibration(self.spec.calibration, raw, self.labels[inside], self.weights[inside])

    def artefact(self, days: SplitDays) -> Artefact:
        """Return the artefact with its record."""
        spec, rows = self.spec, self.rows
        judged = self.parts.get("test", self.parts["calibrate"])
        record = Record(
            name=spec.name,
            grain=spec.grain,
            target=spec.target,
            features=tuple(rows.features.columns),
            gains=tuple(self.booster.feature_importance("gain").tolist()),
            spec=spec,
            spec_digest=spec.digest,
            seed=spec.lightgbm.seed,
            trees=self.booster.num_trees(),
            snapshot=self._snapshot(days),
            calibration=self.calibration,
            metrics=self._metrics(),
            golden=golden_of(self.values[judged], spec.golden_rows, score=self._raw, calibration=self.calibration),
            versions=versions(),
            model_sha256=hashlib.sha256(self.model_text.encode()).hexdigest(),
        )
        return Artefact.of(record, self.model_text)

    def _metrics(self) -> tuple[Metrics, ...]:
        return tuple(self._judged(name, inside) for name, inside in self.parts.items() if name != "train")

    def _judged(self, part: PartName, inside: Rows) -> Metrics:
        """Judge the ranking over the rows as they are, and the probabilities over the weighted rows."""
        labels, weights = self.labels[inside], self.weights[inside]
        raw = self._raw(self.values[inside])
        said = self.calibration.apply(raw)
        shares = sorted({*CURVE, *self.spec.judged_at.shares})
        capacity, groups = self.spec.judged_at.capacity_per_day, self.rows.day_numbers[inside]
        return Metrics(
            part=part,
            rows=len(labels),
            positives=int(labels.sum()),
            auc=evaluate.auc(labels, raw),
            average_precision=evaluate.average_precision(labels, raw),
            brier=evaluate.brier(labels, said, weights),
            curve=tuple(Point(share=share, cut=evaluate.at_share(labels, raw, share)) for share in shares),
            per_day=None if capacity is None else evaluate.at_capacity(labels, raw, groups=groups, capacity=capacity),
            calibration=evaluate.calibration_table(labels, said, weights=weights),
        )

    def _snapshot(self, days: SplitDays) -> Snapshot:
        def part(name: PartName, inside: Rows) -> Part:
            positives = int(self.labels[inside].sum())
            return Part(name=name, days=days.parts[name], rows=int(inside.sum()), positives=positives)

        found = tuple(part(name, inside) for name, inside in self.parts.items())
        return Snapshot(known_until=self.rows.known_until, parts=found, digest=self.rows.digest())

    def _raw(self, values: Floats) -> Floats:
        return np.asarray(self.booster.predict(values, raw_score=True), dtype=np.float64)
