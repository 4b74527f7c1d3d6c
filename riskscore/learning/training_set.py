"""Rows to learn from: features as they were, labels as they were known, and the day of each row."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import ModelMismatchError, TrainingDataError
from riskscore.learning.spec import FEATURE_NAME, ModelSpec

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class TrainingSet:
    """What a model is trained and judged on; the four share one index, whose labels are all different.

    `features` holds float64 columns, NaN where a value is not known; `labels` holds 0 or 1; `days` the date
    each row was decided on; `weights`, where given, the inverse of the probability that the row was chosen
    for inspection. `known_until` is the day up to whose cut-off the labels were known: no row is later.
    Raises TrainingDataError where this does not hold.
    """

    features: pd.DataFrame
    labels: pd.Series
    days: pd.Series
    known_until: date
    weights: pd.Series | None = None

    def __post_init__(self) -> None:
        self._check_index()
        finite_floats(self.features)
        labels = self.labels.to_numpy(dtype=np.float64, na_value=np.nan)
        if wrong := int((~np.isin(labels, (0.0, 1.0))).sum()):
            raise TrainingDataError(f"Labels: {wrong} row(s) are neither 0 nor 1. Leave out rows without an outcome.")
        if len(self.labels) and self.last_day > self.known_until:
            raise TrainingDataError(
                f"Days reach {self.last_day}, but labels were known until {self.known_until} only. "
                "Leave out the later rows; a model must not learn from what is not known yet."
            )
        if self.weights is not None and not _all_positive(self.weights):
            raise TrainingDataError(
                "Weights: every one wants to be a finite number above 0. Correct the probabilities."
            )

    def _check_index(self) -> None:
        index = self.features.index
        others = {"labels": self.labels, "days": self.days, "weights": self.weights}
        for name, column in others.items():
            if column is not None and not column.index.equals(index):
                raise TrainingDataError(f"The index of {name} is not that of features. Align them row by row.")
        if not index.is_unique:
            doubled = int(index.duplicated().sum())
            raise TrainingDataError(f"{doubled} row(s) are there twice, so could be trained on and judged. Keep one.")

    @property
    def day_numbers(self) -> Days:
        """The rows' days as datetime64[D], shape (rows,)."""
        return as_days(self.days)

    @property
    def last_day(self) -> date:
        """The last day of any row."""
        return self.day_numbers.max().item()  # type: ignore[no-any-return]  # NumPy types item() as Any

    def for_spec(self, spec: ModelSpec) -> Self:
        """Return the rows in one order, whatever theirs was, with the columns `spec` names in its order.

        Raises ModelMismatchError for a feature that is not there.
        """
        offered = list(map(str, self.features.columns))
        wanted = offered if spec.features == "all" else list(spec.features)
        if missing := [name for name in (*wanted, *spec.monotone) if name not in offered]:
            raise ModelMismatchError(model=spec.name, trained_on=[*wanted, *missing], offered=offered)
        if odd := [name for name in wanted if not re.fullmatch(FEATURE_NAME, name)]:
            raise TrainingDataError(f"Feature name(s) {odd}: letters, digits and _ only. Rename the feature.")
        by_label = pd.Series(np.arange(len(self.features)), self.features.index).sort_index(kind="stable").to_numpy()
        ordered = by_label[np.argsort(self.day_numbers[by_label], kind="stable")]
        return replace(
            self,
            features=self.features[wanted].iloc[ordered],
            labels=self.labels.iloc[ordered],
            days=self.days.iloc[ordered],
            weights=None if self.weights is None else self.weights.iloc[ordered],
        )

    def digest(self) -> str:
        """SHA-256 (hex) of every number in it, in order."""
        seen = hashlib.sha256(",".join(self.features.columns).encode())
        seen.update(np.ascontiguousarray(self.features.to_numpy(dtype=np.float64)).tobytes())
        for column in (self.labels, self.weights):
            seen.update(b"" if column is None else column.to_numpy(dtype=np.float64).tobytes())
        seen.update(self.day_numbers.astype(np.int64).tobytes())
        return seen.hexdigest()


def as_days(days: pd.Series) -> Days:
    """Return dates as datetime64[D]; raise TrainingDataError for a missing one or for anything but dates."""
    try:
        instants = pd.to_datetime(days).to_numpy(dtype="datetime64[us]")
    except (TypeError, ValueError):
        raise TrainingDataError(f"Days of type {days.dtype} are no dates. Give datetime.date values.") from None
    whole = instants.astype("datetime64[D]")
    if not pd.api.types.is_numeric_dtype(days) and bool((whole.astype(instants.dtype) == instants).all()):
        return whole
    raise TrainingDataError("Days: missing values, plain numbers or times of day among them. Give dates only.")


def finite_floats(features: pd.DataFrame) -> Floats:
    """Return the features as float64, shape (rows, columns); raise TrainingDataError for other types or infinities."""
    named = features.columns[features.columns.duplicated()]
    if len(named):
        raise TrainingDataError(f"Feature(s) given twice: {', '.join(map(str, named))}. Keep one column of each.")
    if other := [str(name) for name, kind in features.dtypes.items() if kind != np.dtype("float64")]:
        raise TrainingDataError(f"Feature(s) that are not float64: {', '.join(other)}. Convert them first.")
    values: Floats = features.to_numpy(dtype=np.float64)
    if infinite := [str(features.columns[int(at)]) for at in np.flatnonzero(np.isinf(values).any(axis=0))]:
        raise TrainingDataError(
            f"Feature(s) with infinite values: {', '.join(infinite)}. Leave the value missing there."
        )
    return values


def relative_weights(rows: TrainingSet) -> Floats:
    """Return the rows' weights with a mean of 1, so that leaves mean the same with and without weights."""
    if rows.weights is None:
        return np.ones(len(rows.labels))
    weights = rows.weights.to_numpy(dtype=np.float64)
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def _all_positive(weights: pd.Series) -> bool:
    values = weights.to_numpy(dtype=np.float64, na_value=np.nan)
    return bool(np.isfinite(values).all() and (values > 0).all())
