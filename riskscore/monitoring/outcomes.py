"""Outcomes that came back: whether scores meant what they said, and how long we wait to learn it."""

from collections.abc import Iterator

import pandas as pd

from riskscore.learning.evaluate import CalibrationBin, calibration_table
from riskscore.learning.intervals import binomial_interval
from riskscore.monitoring.finding import Finding, judged, not_judged
from riskscore.monitoring.policy import MonitorPolicy

QUANTILES = (0.5, 0.9, 1.0)
CONFIDENCE = 0.99
"""Of the interval outside which calibration is off: it is judged every day, on outcomes that mostly stay the same."""
CALIBRATION_BINS = 5


def reliability(rows: pd.DataFrame) -> tuple[CalibrationBin, ...]:
    """Return what was said against what happened, in bins of rising probability.

    `rows`: probability, selection_probability, is_hit (0 or 1). A row counts 1 / selection_probability (Horvitz and
    Thompson, as in riskscore/queues/estimate.py), so that what was drawn at random stands for all nobody chose.
    """
    weights = 1 / rows["selection_probability"].astype("float64")
    return calibration_table(
        rows["is_hit"].astype("float64"), rows["probability"], weights=weights, bins=CALIBRATION_BINS
    )


def calibration(rows: pd.DataFrame, policy: MonitorPolicy) -> Iterator[Finding]:
    """Yield whether finds were as many as scores said: among all that stood in queues, and among those drawn."""
    parts = {"all queued, weighted": rows, "drawn at random": rows[rows["why"] == "random"]}
    for place, part in parts.items():
        if len(part) < policy.least.outcomes:
            yield not_judged("calibration", place, why=f"{len(part)} outcome(s), {policy.least.outcomes} are the least")
        else:
            yield _overall(place, part, policy)


def label_delays(rows: pd.DataFrame, policy: MonitorPolicy) -> Iterator[Finding]:
    """Yield the days until outcomes were known; `rows`: place, delay_days, is_shared (a country's, not a unit's)."""
    for (place, is_shared), delays in rows.groupby(["place", "is_shared"])["delay_days"]:
        if len(delays) < policy.least.labels:
            yield not_judged("label_delay", str(place), why=f"{len(delays)} outcome(s) came back")
            continue
        half, most, longest = (float(delays.quantile(share)) for share in QUANTILES)
        what = f"half known in {half:.1f} days, nine of ten in {most:.1f}, all in {longest:.1f}; {len(delays)} outcomes"
        band = policy.shared_delay if is_shared else policy.label_delay
        then = "Ask the unit or country to report sooner; models learn late, and seasonal shifts show late."
        yield judged("label_delay", str(place), most, band, what=what, then=then)


def _overall(place: str, rows: pd.DataFrame, policy: MonitorPolicy) -> Finding:
    """Judge by the end of the interval that lies nearer to what was said: chance is not held against the model."""
    weight = 1 / rows["selection_probability"].astype("float64")
    said = float((weight * rows["probability"]).sum() / weight.sum())
    happened = float((weight * rows["is_hit"].astype("float64")).sum() / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    low, high = binomial_interval(happened * effective, effective, CONFIDENCE)
    off = max(low / said if said else 1.0, said / high, 1.0)
    what = f"said {said:.2%}, found {happened:.2%} (99 % interval {low:.2%} to {high:.2%}) of {len(rows)} outcomes"
    then = "Train again; until then trust the order of the list more than its probabilities."
    return judged("calibration", place, off, policy.calibration, what=what, then=then)
