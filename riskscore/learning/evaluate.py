"""How good scores are: ranking, precision where work stops, calibration.

Rows with the same score share the places left for them equally: a cut that takes 3 of 10 tied rows, 2 of
them positive, counts 0.6 hits. So no figure depends on the order of the rows, and each is the mean over all
orders of the ties. Where an exact order decides (a queue), judge minus the rank instead of the score.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from riskscore.errors import ModelError
from riskscore.learning.intervals import binomial_interval
from riskscore.learning.spec import Strict

Floats = npt.NDArray[np.float64]
SHARES = (0.01, 0.02, 0.05, 0.10)


class Cut(Strict):
    """What the best-scored rows hold, down to where work stops; `low` and `high` bound the precision (95 %)."""

    rows: int
    hits: float
    precision: float
    recall: float
    lift: float
    low: float
    high: float


class CalibrationBin(Strict):
    """Rows of like probability: what was said, what happened, and the 95 % interval of what happened."""

    rows: int
    said: float
    happened: float
    low: float
    high: float


def auc(labels: npt.ArrayLike, scores: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the probability that a positive row outscores a negative one, ties counted half."""
    positives, negatives = _steps(labels, scores, weights)
    below = negatives.sum() - np.cumsum(negatives)
    return float((positives * (below + negatives / 2)).sum() / (positives.sum() * negatives.sum()))


def average_precision(labels: npt.ArrayLike, scores: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the mean, over positive rows, of the precision among all rows scored at least as high."""
    positives, negatives = _steps(labels, scores, weights)
    precision = np.cumsum(positives) / np.cumsum(positives + negatives)
    return float((precision * positives).sum() / positives.sum())


def brier(labels: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the (weighted) mean squared distance between probability and outcome."""
    outcome, said = checked(labels, probabilities)
    return float(np.average((said - outcome) ** 2, weights=_weight(outcome, weights)))


def at_count(labels: npt.ArrayLike, scores: npt.ArrayLike, count: int) -> Cut:
    """Judge the `count` best-scored rows (all, where there are fewer)."""
    outcome, score = checked(labels, scores)
    count = min(count, len(outcome))
    return _cut(outcome, rows=count, hits=_hits(outcome, score, count))


def at_share(labels: npt.ArrayLike, scores: npt.ArrayLike, share: float) -> Cut:
    """Judge the best-scored `share` of all rows: the whole rows that fit in it, at least one."""
    rows = np.size(np.asarray(labels))
    return at_count(labels, scores, max(1, int(share * rows + 1e-9)))


def at_capacity(labels: npt.ArrayLike, scores: npt.ArrayLike, *, groups: npt.ArrayLike, capacity: int) -> Cut:
    """Judge the `capacity` best-scored rows of each group (a day, or a unit's day), all groups together."""
    outcome, score = checked(labels, scores)
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    rows, hits = 0, 0.0
    for inside in np.split(np.argsort(member, kind="stable"), np.cumsum(np.bincount(member))[:-1]):
        taken = min(capacity, len(inside))
        rows, hits = rows + taken, hits + _hits(outcome[inside], score[inside], taken)
    return _cut(outcome, rows=rows, hits=hits)


def calibration_table(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    bins: int = 10,
) -> tuple[CalibrationBin, ...]:
    """Return up to `bins` bins of about as many rows each, by rising probability; equal ones stay together.

    With weights, means are weighted and the interval counts Kish's effective number of rows.
    """
    outcome, said = checked(labels, probabilities)
    weight = _weight(outcome, weights)
    edges = np.unique(np.quantile(said, np.linspace(0, 1, bins + 1), method="lower")[1:-1])
    member = np.searchsorted(edges, said, side="left")
    inside = [member == number for number in np.unique(member)]
    return tuple(_bin(outcome[rows], said[rows], weight[rows]) for rows in inside)


def summary(labels: npt.ArrayLike, scores: npt.ArrayLike, shares: Sequence[float] = SHARES) -> dict[str, float]:
    """Return `auc`, `average_precision`, and `precision_at_5_percent`, `recall_at_5_percent` for each share."""
    cuts = {f"{share * 100:g}_percent": at_share(labels, scores, share) for share in shares}
    return {
        "auc": auc(labels, scores),
        "average_precision": average_precision(labels, scores),
        **{f"precision_at_{name}": cut.precision for name, cut in cuts.items()},
        **{f"recall_at_{name}": cut.recall for name, cut in cuts.items()},
    }


def checked(labels: npt.ArrayLike, scores: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float64, shape (rows,); raise ModelError unless 0 or 1, finite, and of one length above 0."""
    outcome, score = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    if outcome.shape != score.shape or outcome.ndim != 1 or not len(outcome):
        raise ModelError(f"Labels {outcome.shape} and scores {score.shape} cannot be judged. Give one score a label.")
    if not np.isin(outcome, (0.0, 1.0)).all() or not np.isfinite(score).all():
        raise ModelError("Labels other than 0 and 1, or scores that are missing. Leave out such rows, or fill them.")
    return outcome, score


def _steps(labels: npt.ArrayLike, scores: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    """Return the weight of positive and of negative rows at each different score, best first."""
    outcome, score = checked(labels, scores)
    if outcome.min() == outcome.max():
        raise ModelError("All labels are alike, so there is no ranking to judge. Give rows of both kinds.")
    weight = _weight(outcome, weights)
    _, place = np.unique(-score, return_inverse=True)
    return _sums(place, weight * outcome), _sums(place, weight * (1 - outcome))


def _sums(place: npt.NDArray[np.intp], amounts: Floats) -> Floats:
    return np.bincount(place, amounts).astype(np.float64)


def _weight(outcome: Floats, weights: npt.ArrayLike | None) -> Floats:
    return np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=np.float64)


def _hits(outcome: Floats, score: Floats, count: int) -> float:
    """Return the expected number of positives among the `count` best, ties sharing the last places."""
    if count >= len(outcome):
        return float(outcome.sum())
    last = np.partition(score, len(score) - count)[len(score) - count]
    above, tied = score > last, score == last
    return float(outcome[above].sum() + outcome[tied].mean() * (count - above.sum()))


def _cut(outcome: Floats, *, rows: int, hits: float) -> Cut:
    positives = float(outcome.sum())
    precision, prevalence = hits / rows, positives / len(outcome)
    low, high = binomial_interval(hits, rows)
    return Cut(
        rows=rows,
        hits=hits,
        precision=precision,
        recall=hits / positives if positives else 0.0,
        lift=precision / prevalence if prevalence else 0.0,
        low=low,
        high=high,
    )


def _bin(outcome: Floats, said: Floats, weight: Floats) -> CalibrationBin:
    happened = float(np.average(outcome, weights=weight))
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    low, high = binomial_interval(happened * effective, effective)
    return CalibrationBin(
        rows=len(outcome), said=float(np.average(said, weights=weight)), happened=happened, low=low, high=high
    )
