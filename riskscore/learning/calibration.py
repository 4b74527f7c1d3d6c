"""Turn a raw score (log-odds) into a probability that holds on later days; kept as plain numbers."""

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from riskscore.learning.spec import Strict

Floats = npt.NDArray[np.float64]
Knot = tuple[float, Annotated[float, Field(ge=0, le=1)]]


class Isotonic(Strict):
    """A rising line through knots (raw, probability), flat beyond its ends."""

    kind: Literal["isotonic"] = "isotonic"
    knots: tuple[Knot, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(x1 <= x0 or y1 < y0 for (x0, y0), (x1, y1) in pairwise(self.knots)):
            raise ValueError("knots want rising raw scores and probabilities that never fall")
        return self

    def apply(self, raw: Floats) -> Floats:
        """Return the probability of each raw score, shape (rows,); a higher raw score never gets a lower one."""
        xs, ys = (np.array(column) for column in zip(*self.knots, strict=True))
        left = np.clip(np.searchsorted(xs, raw, side="right") - 1, 0, len(xs) - 1)
        right = np.minimum(left + 1, len(xs) - 1)
        width = np.where(right > left, xs[right] - xs[left], 1.0)
        along = np.clip((raw - xs[left]) / width, 0.0, 1.0)
        line = ys[left] + along * (ys[right] - ys[left])
        return np.asarray(np.minimum(line, ys[right]))  # rounding must not lift the end of one piece over the next


class Sigmoid(Strict):
    """1 / (1 + exp(-(slope x raw + intercept)))."""

    kind: Literal["sigmoid"] = "sigmoid"
    slope: float = Field(ge=0)
    intercept: float

    def apply(self, raw: Floats) -> Floats:
        """Return the probability of each raw score, shape (rows,); a higher raw score never gets a lower one."""
        return logistic(self.slope * raw + self.intercept)


class Uncalibrated(Strict):
    """The probability as LightGBM means it."""

    kind: Literal["none"] = "none"

    def apply(self, raw: Floats) -> Floats:
        """Return the probability of each raw score, shape (rows,)."""
        return logistic(raw)


Calibration = Annotated[Isotonic | Sigmoid | Uncalibrated, Field(discriminator="kind")]


def fit_calibration(kind: str, raw: Floats, labels: Floats, weights: Floats) -> Isotonic | Sigmoid | Uncalibrated:
    """Fit a calibration on rows that the model was not trained on; all shapes (rows,).

    Both kinds fit Platt's targets instead of 0 and 1 (Platt 1999, Probabilistic outputs for support vector
    machines), so that no finite sample yields a probability of exactly 0 or 1.
    """
    return FITS[kind](raw, platt_targets(labels), weights)


def platt_targets(labels: Floats) -> Floats:
    """Return (P + 1) / (P + 2) for positive rows and 1 / (N + 2) for negative ones, of which there are P and N."""
    positives = labels.sum()
    negatives = len(labels) - positives
    return np.asarray(np.where(labels > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2)))


def logistic(raw: Floats) -> Floats:
    """Return 1 / (1 + exp(-raw)) without overflow."""
    small = np.exp(-np.abs(raw))
    return np.where(raw >= 0, 1 / (1 + small), small / (1 + small))


def _fit_isotonic(raw: Floats, targets: Floats, weights: Floats) -> Isotonic:
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 takes seconds to import

    fitted = IsotonicRegression(out_of_bounds="clip").fit(raw, targets, sample_weight=weights)
    xs, ys = fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist()
    return Isotonic(knots=tuple(zip(xs, np.maximum.accumulate(ys).tolist(), strict=True)))


def _fit_sigmoid(raw: Floats, targets: Floats, weights: Floats) -> Sigmoid:
    """Fit by logistic regression on both outcomes of each row, weighted by its target."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 takes seconds to import

    both = np.repeat([1.0, 0.0], len(raw))
    shares = np.concatenate([targets * weights, (1 - targets) * weights])
    fitted = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(
        np.concatenate([raw, raw])[:, np.newaxis], both, sample_weight=shares
    )
    slope = float(fitted.coef_[0, 0])
    if slope > 0:
        return Sigmoid(slope=slope, intercept=float(fitted.intercept_[0]))
    prevalence = float(np.average(targets, weights=weights))  # raw scores that say nothing: one probability for all
    return Sigmoid(slope=0.0, intercept=float(np.log(prevalence / (1 - prevalence))))


FITS: dict[str, Callable[[Floats, Floats, Floats], Isotonic | Sigmoid | Uncalibrated]] = {
    "isotonic": _fit_isotonic,
    "sigmoid": _fit_sigmoid,
    "none": lambda _raw, _targets, _weights: Uncalibrated(),
}
