"""A trained model: LightGBM's own text, and a record of what it learned from, how good it was and how to check it."""

import hashlib
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from riskscore.errors import ModelMismatchError
from riskscore.forest import forest_of, log_odds, pushes
from riskscore.learning.calibration import Calibration, Isotonic, Sigmoid, Uncalibrated
from riskscore.learning.evaluate import CalibrationBin, Cut
from riskscore.learning.spec import FeatureName, ModelSpec, Name, Strict, canonical_json
from riskscore.learning.split import DayRange, PartName
from riskscore.learning.training_set import finite_floats

Floats = npt.NDArray[np.float64]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
LIBRARIES = ("lightgbm", "numpy", "pandas", "scikit-learn")


class Part(Strict):
    """One part of the split: its days, rows and positive rows."""

    name: PartName
    days: DayRange
    rows: int
    positives: int


class Snapshot(Strict):
    """What a model learned from: the labels' cut-off day, the parts, and the SHA-256 of all numbers."""

    known_until: date
    parts: tuple[Part, ...]
    digest: Digest


class Point(Strict):
    """Precision and recall of the best-scored share of a part's rows."""

    share: float
    cut: Cut


class Metrics(Strict):
    """How good the model was on one part; the curve runs over rising shares."""

    part: PartName
    rows: int
    positives: int
    auc: float
    average_precision: float
    brier: float
    curve: tuple[Point, ...]
    per_day: Cut | None
    calibration: tuple[CalibrationBin, ...]


class Golden(Strict):
    """A few feature rows (None: missing) and the scores the model gave them when it was trained."""

    rows: tuple[tuple[float | None, ...], ...]
    raw: tuple[float, ...]
    probability: tuple[float, ...]

    @property
    def values(self) -> Floats:
        """The rows as numbers, shape (rows, features)."""
        return np.array(self.rows, dtype=np.float64)


class Record(Strict):
    """Everything about an artefact that is not in LightGBM's text: the content of artefact.json."""

    format: Literal[1] = 1
    name: Name
    grain: Name
    target: Name
    features: tuple[FeatureName, ...] = Field(min_length=1)
    gains: tuple[float, ...]
    spec: ModelSpec
    spec_digest: Digest
    seed: int
    trees: int
    snapshot: Snapshot
    calibration: Calibration
    metrics: tuple[Metrics, ...]
    golden: Golden
    versions: dict[str, str]
    model_sha256: Digest

    @model_validator(mode="after")
    def _sizes_agree(self) -> Self:
        widths = {len(self.gains), *map(len, self.golden.rows)}
        heights = {len(self.golden.rows), len(self.golden.raw), len(self.golden.probability)}
        if widths != {len(self.features)} or len(heights) != 1:
            raise ValueError("features, gains and golden rows are not of one size")
        return self


@dataclass(frozen=True)
class Artefact:
    """A trained model in memory; hand it columns of the same names in the same order.

    `artefact_id` is the SHA-256 (hex) of the record's canonical JSON, which holds that of the model's text.
    """

    artefact_id: str
    record: Record = field(repr=False)
    model_text: str = field(repr=False)

    @classmethod
    def of(cls, record: Record, model_text: str) -> Self:
        """Make an artefact of a new record."""
        return cls(digest_of(record.model_dump(mode="json")), record, model_text)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.record.name

    @property
    def features(self) -> tuple[str, ...]:
        """The features it was trained on, in order."""
        return self.record.features

    def require(self, offered: Sequence[str]) -> None:
        """Refuse to score unless columns match in name and order: raises ModelMismatchError."""
        if list(offered) != list(self.features):
            raise ModelMismatchError(model=self.name, trained_on=list(self.features), offered=list(offered))

    def values(self, features: pd.DataFrame) -> Floats:
        """Return the features as float64, shape (rows, features), NaN where missing, once they are the right ones.

        Raises ModelMismatchError, and TrainingDataError for columns that are not float64 or hold infinities.
        """
        self.require(list(map(str, features.columns)))
        return finite_floats(features)

    def raw(self, values: Floats) -> Floats:
        """Return the log-odds of each row, shape (rows,)."""
        return raw_scores(self.model_text, values)

    def contributions(self, values: Floats) -> Floats:
        """Return each feature's push on each row's log-odds (TreeSHAP) and the bias last: (rows, features + 1)."""
        return contributions(self.model_text, values)

    def probability(self, raw: Floats) -> Floats:
        """Return the calibrated probability of each raw score, shape (rows,)."""
        return self.record.calibration.apply(raw)


def raw_scores(model_text: str, values: Floats) -> Floats:
    """Return the log-odds of each row, shape (rows,); a row's have the same bits whatever rows are beside it."""
    return log_odds(forest_of(model_text), values)


def contributions(model_text: str, values: Floats) -> Floats:
    """Return each feature's push on each row's log-odds and the bias last, alike: (rows, features + 1)."""
    return pushes(forest_of(model_text), values)


def digest_of(document: object) -> str:
    """Return the SHA-256 (hex) of a document's canonical JSON."""
    return hashlib.sha256(canonical_json(document)).hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of what a model's bits depend on."""
    return {"python": platform.python_version(), **{library: version(library) for library in LIBRARIES}}


def golden_of(
    values: Floats, count: int, *, score: Callable[[Floats], Floats], calibration: Isotonic | Sigmoid | Uncalibrated
) -> Golden:
    """Pick `count` rows spread evenly over the scores, and one with every value missing."""
    order = np.argsort(score(values), kind="stable")
    picked = order[np.unique(np.linspace(0, len(order) - 1, count).astype(int))]
    rows = np.vstack([values[picked], np.full((1, values.shape[1]), np.nan)])
    raw = score(rows)
    return Golden(
        rows=tuple(tuple(None if np.isnan(cell) else cell for cell in row) for row in rows.tolist()),
        raw=tuple(raw.tolist()),
        probability=tuple(calibration.apply(raw).tolist()),
    )
