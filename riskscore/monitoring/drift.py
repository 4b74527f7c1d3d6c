"""Drift: whether features and scores are still spread as on the days the model learned from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.monitoring.finding import Finding, judged, not_judged
from riskscore.monitoring.policy import MonitorPolicy

Floats = npt.NDArray[np.float64]

FILE = "reference.json"
"""What is kept beside a model: how features and scores were spread on the days it learned from."""
BINS = 10
MISSING = -1
"""Number of the bin of values that are not known."""
SCORE = "raw"
Z_999 = 3.0902323061678132
"""99.9 % of a normal distribution lie below: a hundred features are judged every day."""


@dataclass(frozen=True)
class Spread:
    """How one column was spread: the inner edges of its bins, and the rows in each, missing ones first."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, values: Floats) -> Self:
        """Cut at the tenths of the values that are known; equal edges become one."""
        known = values[~np.isnan(values)]
        tenths = np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="lower") if len(known) else np.empty(0)
        edges = np.unique(tenths)
        return cls(tuple(edges.tolist()), tuple(_counts(values, edges).tolist()))

    def count(self, values: Floats) -> npt.NDArray[np.int64]:
        """Return the rows in each bin, missing ones first."""
        return _counts(values, np.array(self.edges))


@dataclass(frozen=True)
class Reference:
    """What a model saw: the spread of every feature, of its raw scores, and the mean coverage, over `rows` rows."""

    rows: int
    coverage: float
    spreads: Mapping[str, Spread]
    """By feature; the model's raw score under SCORE."""
    gains: Mapping[str, float]
    """Share of the model's gain that each feature brings."""
    restless: Mapping[str, str] = field(default_factory=dict)
    """Feature that later days cannot be held against, as it grows with the calendar -> why."""

    @classmethod
    def of(
        cls,
        features: pd.DataFrame,
        raw: Floats,
        coverage: Floats,
        gains: Sequence[float],
        restless: Mapping[str, str] | None = None,
    ) -> Self:
        """Return the spreads of rows as they were scored: features float64 with their gains, scores, coverages."""
        spreads = {str(name): Spread.of(features[name].to_numpy(dtype=np.float64)) for name in features}
        mean, all_gains = float(coverage.mean()) if len(raw) else 0.0, sum(gains) or 1.0
        shares = {name: gain / all_gains for name, gain in zip(spreads, gains, strict=True)}
        return cls(len(raw), mean, {**spreads, SCORE: Spread.of(raw)}, shares, restless or {})

    def to_json(self) -> bytes:
        """Return it as it is kept beside the model."""
        return json.dumps(asdict(self), sort_keys=True, allow_nan=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote."""
        kept = json.loads(text)
        spreads = {name: Spread(tuple(one["edges"]), tuple(one["counts"])) for name, one in kept["spreads"].items()}
        return cls(kept["rows"], kept["coverage"], spreads, kept["gains"], kept.get("restless", {}))


def stability_index(before: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Return the population stability index of two sets of counts over the same bins.

    sum (q - p) ln(q / p) over the bins' shares (Siddiqi, Credit Risk Scorecards, 2006, ch. 7); half a row is added to
    every bin of each, so that an empty one is rare and not impossible.
    """
    shares = []
    for counts in (before, now):
        smoothed = np.asarray(counts, dtype=np.float64) + 0.5
        shares.append(smoothed / smoothed.sum())
    p, q = shares
    return float(((q - p) * np.log(q / p)).sum())


def chance(before: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Return the index below which 99.9 of 100 lie where nothing drifted.

    Then it is about (1/n + 1/m) x chi-square of bins - 1 degrees (Yurdakul, Statistical Properties of the PSI, 2018);
    the quantile by Wilson and Hilferty (PNAS 17, 1931).
    """
    one, other = np.asarray(before, dtype=np.float64), np.asarray(now, dtype=np.float64)
    degrees = max(int(((one + other) > 0).sum()) - 1, 1)
    wide = 2 / (9 * degrees)
    quantile = degrees * (1 - wide + Z_999 * wide**0.5) ** 3
    return float(quantile * (1 / max(one.sum(), 1) + 1 / max(other.sum(), 1)))


def drift_findings(reference: Reference | None, tallies: pd.DataFrame, policy: MonitorPolicy) -> Iterator[Finding]:
    """Yield one finding a feature, and one of the scores; `tallies`: name, bin, rows of the window's days."""
    if reference is None:
        yield not_judged("feature_drift", "all features", why="the model has no reference; train it again")
        return
    counted = {str(name): found for name, found in tallies.groupby("name")}
    for name, spread in reference.spreads.items():
        if name in reference.restless:
            yield not_judged("feature_drift", name, why=reference.restless[name])
            continue
        now = _filled(counted.get(name, tallies.head(0)), len(spread.counts))
        yield _drift(name, spread, now, policy, gain=reference.gains.get(name))


def coverage_finding(reference: Reference | None, coverage: float | None, policy: MonitorPolicy) -> Finding:
    """Return how far less is known of the day's rows than of those the model learned from."""
    if reference is None or coverage is None:
        return not_judged("coverage", "all scores", why="no scores of the day, or a model without a reference")
    what = f"mean coverage {coverage:.3f}, on the training days {reference.coverage:.3f}"
    then = "See which features went missing (feature_drift), then which feed brings them (freshness, volume)."
    return judged("coverage", "all scores", reference.coverage - coverage, policy.coverage, what=what, then=then)


def _drift(
    name: str, spread: Spread, now: npt.NDArray[np.int64], policy: MonitorPolicy, *, gain: float | None
) -> Finding:
    """Judge one spread; `gain` is the feature's share of the model's, None for the scores themselves."""
    check, place = ("score_drift", "all scores") if gain is None else ("feature_drift", name)
    if not now.sum():
        return not_judged(check, place, why="no rows of the window were scored by this model")
    value, noise = stability_index(spread.counts, now), chance(spread.counts, now)
    missing, was = now[0] / now.sum(), spread.counts[0] / max(sum(spread.counts), 1)
    what = f"PSI {value:.3f} over {now.sum()} rows; missing {missing:.1%}, on the training days {was:.1%}"
    then = (
        "Look at feature_drift: what moved the scores? If the world did, train again."
        if gain is None
        else "Check its feed and its parties' spelling; if the world changed, train again."
    )
    band = (policy.score_drift if gain is None else policy.feature_drift).at_least(noise)
    found = judged(check, place, value, band, what=what, then=then)
    if found.level == "alarm" and gain is not None and gain < policy.least.feature_gain:
        return replace(found, level="warn", what=f"{what}; brings {gain:.1%} of the model's gain")
    return found


def _filled(tallied: pd.DataFrame, bins: int) -> npt.NDArray[np.int64]:
    """Return the rows in each bin over all days, missing ones first."""
    places = tallied["bin"].to_numpy(dtype=np.int64) - MISSING
    return np.bincount(places, tallied["rows"].to_numpy(dtype=np.float64), minlength=bins).astype(np.int64)


def _counts(values: Floats, edges: Floats) -> npt.NDArray[np.int64]:
    bins = np.where(np.isnan(values), MISSING, np.searchsorted(edges, values, side="right"))
    return np.bincount(bins - MISSING, minlength=len(edges) + 2).astype(np.int64)
