"""What a unit's outcomes say: hit rates by reason to choose, the rate of everything expected, and the score's worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import pandas as pd

from riskscore.errors import QueueError
from riskscore.queues.queue import RANDOM, REASONS_TO_CHOOSE, SCORE

Z_95 = 1.959963984540054


class Rate(NamedTuple):
    """A share with its 95 % interval; `rate` is NaN where nothing was seen."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Precision:
    """What choosing by score found against what random choice would have found in the same places."""

    chosen: int
    hits: int
    precision: Rate
    random_precision: float
    ratio: Rate


def wilson(hits: float, trials: float, z: float = Z_95) -> Rate:
    """Return hits / trials with Wilson's score interval (JASA 22, 1927); trials may be an effective number."""
    if trials <= 0:
        return Rate(float("nan"), 0.0, 1.0)
    rate = hits / trials
    middle = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    reach = z / (1 + z * z / trials) * sqrt(max(rate * (1 - rate), 0.0) / trials + z * z / (4 * trials * trials))
    return Rate(rate, min(max(middle - reach, 0.0), rate), max(min(middle + reach, 1.0), rate))


def hit_rates(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what was found, one row a reason to choose (index `why`: mandatory, score, random).

    `rows` are queue rows of any units and days: why, selection_probability and is_hit (missing = not examined or
    inconclusive). Columns: listed, examined, hits, stands_for (containers that the rows represent, the sum of
    1 / selection_probability), hit_rate, low, high. Each examined row counts 1 / selection_probability (Horvitz and
    Thompson, JASA 47, 1952), so the random row estimates the rate among all containers nobody chose; its interval is
    Wilson's at Kish's effective sample size. Rows not examined are taken to be like those of their reason that were.
    Raises QueueError where a reason is unknown or a probability does not lie in (0, 1].
    """
    _refuse_unweighable(rows)
    found = [_weighted(rows[rows["why"] == why]) for why in REASONS_TO_CHOOSE]
    return pd.DataFrame(found, index=pd.Index(REASONS_TO_CHOOSE, name="why"))


def base_rate(rows: pd.DataFrame) -> Rate:
    """Return the hit rate of everything that was expected on the units and days of `rows` (as in `hit_rates`).

    What was chosen for certain counts as it was found, exactly where all of it was examined; the random share stands
    for the rest. A day whose mandatory hits took every place drew nothing: leave its rows out, because nothing is
    known of its rest. The bounds add up those of the parts, so the interval is wide rather than narrow.
    """
    parts = hit_rates(rows)
    parts = parts[parts["listed"] > 0]
    is_exact = (parts["examined"] == parts["listed"]) & (parts.index != RANDOM)
    bounds = parts.assign(low=parts["low"].mask(is_exact, parts["hit_rate"]))
    bounds = bounds.assign(high=parts["high"].mask(is_exact, parts["hit_rate"]))
    if bounds.empty:
        return Rate(float("nan"), 0.0, 1.0)
    share = bounds["stands_for"] / bounds["stands_for"].sum()
    rate, low, high = ((share * bounds[column]).sum(skipna=False) for column in ("hit_rate", "low", "high"))
    return Rate(float(rate), float(low), float(high))


def precision_against_random(
    queue: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    why: Sequence[str] = (SCORE,),
    strata: Sequence[str] = ("unit", "day"),
) -> Precision:
    """Compare what the rows chosen for `why` found with random choice, where the whole truth is known (a trial).

    `queue`: `strata`, why, is_hit; `candidates`: `strata`, is_hit; is_hit is known for every row. Random choice is
    given the same number of places in each stratum and finds that stratum's share of hits, so its precision is exact;
    the interval (Wilson, 95 %) is that of the chosen rows. Raises QueueError where a truth is missing, or a queue row
    belongs to a stratum without candidates.
    """
    chosen = queue[queue["why"].isin(list(why))]
    for what, rows in {"queue row": chosen, "candidate": candidates}.items():
        if rows["is_hit"].isna().any():
            raise _untrue(f"is_hit is missing in {what}(s) at", rows[rows["is_hit"].isna()], strata)
    shares = candidates["is_hit"].astype("float64").groupby([candidates[name] for name in strata]).mean()
    expected = chosen[list(strata)].join(shares.rename("share"), on=list(strata))["share"]
    if expected.isna().any():
        raise _untrue("queue row(s) without candidates at", chosen[expected.isna().to_numpy()], strata)
    hits, random_precision = int(chosen["is_hit"].sum()), float(expected.mean())
    precision = wilson(hits, len(chosen))
    ratio = Rate(*(bound / random_precision if random_precision else float("nan") for bound in precision))
    return Precision(len(chosen), hits, precision, random_precision, ratio)


def _weighted(rows: pd.DataFrame) -> dict[str, float]:
    examined = rows[rows["is_hit"].notna()]
    is_hit = examined["is_hit"].astype("float64")
    weight = 1 / examined["selection_probability"].astype("float64")
    total = weight.sum()
    effective = total * total / (weight * weight).sum() if len(examined) else 0.0
    rate = wilson((weight * is_hit).sum() / total * effective if len(examined) else 0.0, effective)
    return {
        "listed": len(rows),
        "examined": len(examined),
        "hits": int(is_hit.sum()),
        "stands_for": float((1 / rows["selection_probability"].astype("float64")).sum()),
        "hit_rate": rate.rate,
        "low": rate.low,
        "high": rate.high,
    }


def _refuse_unweighable(rows: pd.DataFrame) -> None:
    probability = rows["selection_probability"].astype("float64")
    faults = {
        "unknown reason to choose": rows["why"][~rows["why"].isin(REASONS_TO_CHOOSE)],
        "selection probability outside (0, 1]": probability[~((probability > 0) & (probability <= 1))],
    }
    for what, values in faults.items():
        if len(values):
            then = "Estimate from the rows as the queue wrote them; never from edited ones."
            raise QueueError(where="Hit rates", what=what, which=map(str, values), then=then)


def _untrue(what: str, rows: pd.DataFrame, strata: Sequence[str]) -> QueueError:
    places = ("/".join(map(str, row)) for row in rows[list(strata)].itertuples(index=False))
    then = "Give the truth of all of them; without it, use hit_rates and base_rate."
    return QueueError(where="Precision against random choice", what=what, which=places, then=then)
