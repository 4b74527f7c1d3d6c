"""Displacement: where risk and finds moved since the days before."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from riskscore.monitoring.finding import Finding, judged, not_judged
from riskscore.monitoring.policy import MonitorPolicy
from riskscore.monitoring.tally import ROUTES

COLUMNS = ("subject", "name", "risk_before", "risk", "risk_moved", "finds_before", "finds", "deviations")
THEN = "Tell the units; see whether the mandatory rules and the random share still cover it."


def displacement(tallies: pd.DataFrame, day: date, policy: MonitorPolicy) -> pd.DataFrame:
    """Return what moved, most first: columns as COLUMNS.

    `tallies`: monitor_day, subject, name, rows, risk, finds of the two windows' days. Risk is the share of all expected
    finds that lies on the route, its move the difference of shares; `deviations` is how far risk or finds, whichever
    is more, lies from standing still: (a - b) / sqrt(a + b) for two Poisson counts, of expected finds and of finds.
    Days are made up for where the windows have seen unequal numbers of them.
    """
    routes = tallies[tallies["subject"].isin(ROUTES)]
    is_now = routes["monitor_day"] > day - timedelta(days=policy.windows.routes_days)
    now, before = _summed(routes[is_now]), _summed(routes[~is_now])
    both = before.add_suffix("_before").join(now, how="outer").fillna(0.0)
    if now.empty or before.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    totals = both.groupby(level="subject").transform("sum")
    shares = both["risk"] / totals["risk"], both["risk_before"] / totals["risk_before"]
    days = [routes.loc[rows, "monitor_day"].nunique() for rows in (is_now, ~is_now)]
    moved = both.assign(
        risk=shares[0].fillna(0.0),
        risk_before=shares[1].fillna(0.0),
        risk_moved=(shares[0] - shares[1]).fillna(0.0),
        deviations=_farther(
            _deviations(both["risk"], both["risk_before"] * days[0] / days[1]),
            _deviations(both["finds"], both["finds_before"] * days[0] / days[1]),
        ),
    ).reset_index()
    heavy = moved[moved[["risk", "risk_before"]].max(axis=1) >= policy.least.route_share]
    return heavy.sort_values(["deviations", "name"], key=_size, ascending=False, ignore_index=True)[list(COLUMNS)]


def displacement_findings(moved: pd.DataFrame, policy: MonitorPolicy) -> Iterator[Finding]:
    """Yield one finding a route that moved further than chance, or that none did."""
    beyond = moved[moved["deviations"].abs() > policy.displacement.warn]
    if moved.empty:
        yield not_judged("displacement", "all routes", why="no days of the window before this one were watched")
    elif beyond.empty:
        most = float(moved["deviations"].abs().max())
        yield judged(
            "displacement", "all routes", most, policy.displacement, what="nothing moved beyond chance", then=""
        )
    for row in beyond.to_dict("records"):
        what = (
            f"{'gained' if row['deviations'] > 0 else 'lost'}: risk {row['risk_before']:.2%} -> {row['risk']:.2%} of "
            f"all, finds {row['finds_before']:g} -> {row['finds']:g}"
        )
        place = f"{str(row['subject']).replace('_', ' ')} {row['name']}"
        yield judged("displacement", place, abs(row["deviations"]), policy.displacement, what=what, then=THEN)


def _summed(routes: pd.DataFrame) -> pd.DataFrame:
    return routes.groupby(["subject", "name"])[["risk", "finds"]].sum().astype("float64")


def _deviations(now: pd.Series, before: pd.Series) -> pd.Series:
    total = now + before
    return ((now - before) / np.sqrt(total.where(total > 0))).fillna(0.0)


def _farther(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.where(one.abs() >= other.abs(), other)


def _size(column: pd.Series) -> pd.Series:
    return column.abs() if pd.api.types.is_numeric_dtype(column) else column
