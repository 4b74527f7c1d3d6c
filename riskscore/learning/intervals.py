"""How sure a figure is: binomial and bootstrap intervals, mean and spread over seeds."""

from collections.abc import Callable, Sequence
from statistics import NormalDist, fmean, stdev

import numpy as np
import numpy.typing as npt

from riskscore.errors import ModelError

Floats = npt.NDArray[np.float64]
Metric = Callable[[Floats, Floats], float]


def binomial_interval(hits: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share of `hits` among `trials`; (0, 1) without a trial.

    Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    if trials <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, z2 = hits / trials, z * z / trials
    middle = (share + z2 / 2) / (1 + z2)
    half = z / (1 + z2) * np.sqrt(max(share * (1 - share), 0.0) / trials + z2 / trials / 4)
    low = 0.0 if hits <= 0 else max(middle - half, 0.0)
    high = 1.0 if hits >= trials else min(middle + half, 1.0)
    return float(low), float(high)


def bootstrap_interval(
    metric: Metric,
    labels: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    seed: int,
    groups: npt.ArrayLike | None = None,
    rounds: int = 500,
) -> tuple[float, float]:
    """Return the 2.5 % and 97.5 % points of `metric(labels, scores)` over `rounds` resamples.

    Whole `groups` (days, say) are drawn together where given, since rows of one day are alike. Resamples in
    which the metric does not exist (one class only) are left out; raises ModelError where that is all of them.
    """
    outcome, score = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    named = np.arange(len(outcome)) if groups is None else np.asarray(groups)
    _, member = np.unique(named, return_inverse=True)
    rows_of = np.split(np.argsort(member, kind="stable"), np.cumsum(np.bincount(member))[:-1])
    random = np.random.default_rng(seed)
    values: list[float] = []
    for _ in range(rounds):
        drawn = np.concatenate([rows_of[one] for one in random.integers(len(rows_of), size=len(rows_of))])
        if 0 < outcome[drawn].sum() < len(drawn):
            values.append(metric(outcome[drawn], score[drawn]))
    if not values:
        raise ModelError("No resample holds both outcomes. Give more rows, or smaller groups.")
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def mean_and_sd(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and sample standard deviation (n - 1); the deviation of a single value is 0."""
    return fmean(values), stdev(values) if len(values) > 1 else 0.0
