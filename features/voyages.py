"""The grain `voyage`: one voyage's call at one unit's port, judged by its containers and by its own conduct."""

import numpy as np
import pandas as pd
import pyarrow as pa

from features import containers
from riskscore import geo
from riskscore.grain import Grain, family, row_feature
from riskscore.measures import Count, Rate
from riskscore.store.asof import AsOf

KEY = ("voyage_id", "unit")
SCORES_KEPT_DAYS = 14
"""A container's newest score counts for its voyage for this long."""
HIGH_RISK = 0.1
LONGEST_DAYS = 90
"""Positions of a voyage are looked for this many days back, at most."""
POSITION = ["vessel_imo", "at", "lat", "lon", "speed_kn", "draught_m", "status"]
ENTITIES = {"vessel_imo": "vessel", "carrier_code": "carrier", "service_code": "service"}


def scored(as_of: AsOf) -> pd.DataFrame:
    """Return the calls with a container scored today, one row each, with what the newest scores of all aboard say."""
    columns = [*containers.KEY, "unit", "probability", "transhipment_ports"]
    scores = as_of.table("container_score", columns=columns, known_for=SCORES_KEPT_DAYS)
    kept = scores.sort_values([*containers.KEY, "known_on"])
    newest = kept.drop_duplicates(list(containers.KEY), keep="last")
    aboard = newest.assign(
        log_no_find=np.log1p(-newest["probability"].clip(upper=1 - 1e-9)),
        is_high_risk=newest["probability"] >= HIGH_RISK,
        is_transhipped=newest["transhipment_ports"].notna(),
    )
    calls = aboard.groupby(list(KEY), as_index=False).agg(
        expected_finds=("probability", "sum"),
        log_no_find=("log_no_find", "sum"),
        highest_probability=("probability", "max"),
        high_risk_share=("is_high_risk", "mean"),
        transhipped_share=("is_transhipped", "mean"),
        container_count=("probability", "size"),
        newest_on=("known_on", "max"),
    )
    plans = as_of.table("port_call", among={"voyage_id": calls["voyage_id"].unique()})
    plans = plans.assign(call_count=plans.groupby("voyage_id")["voyage_id"].transform("size"))
    to_come = plans[plans["actual_arrival_at"].isna()].sort_values("planned_arrival_at", kind="stable")
    here = to_come.rename(columns={"port": "unit"}).drop_duplicates(list(KEY))
    found = calls[calls["newest_on"] == as_of.number].merge(here, on=list(KEY))
    found = found.join(conduct(as_of, plans[plans["voyage_id"].isin(found["voyage_id"])]), on="voyage_id")
    return found.assign(event_on=np.int32(as_of.number)).drop(columns=["known_on", "superseded_on"])


def conduct(as_of: AsOf, calls: pd.DataFrame) -> pd.DataFrame:
    """Return how each voyage was sailed up to the cut-off, by voyage_id; no row where no position is known.

    Nothing but the voyages' own days is read.
    """
    cutoff = pd.Timestamp(as_of.day, tz="UTC") + pd.Timedelta(hours=as_of.history.cutoff_hour)
    windows = geo.voyage_windows(calls)
    begins = pd.Timestamp(windows.begin.min(initial=cutoff.value // 1000), unit="us", tz="UTC")
    days = min((cutoff - begins).days + 2, LONGEST_DAYS)
    positions = as_of.table("position", among={"vessel_imo": windows.vessels}, columns=POSITION, known_for=days)
    return geo.voyage_conduct(positions, windows, cutoff)


def labels(as_of: AsOf) -> pd.DataFrame:
    """Calls with an examined container: `is_find` where anything was found, as known at the cut-off."""
    examined = containers.labels(as_of).merge(as_of.table("inspection")[[*containers.KEY, "unit"]].drop_duplicates())
    return examined.groupby(list(KEY), as_index=False).agg(decided_on=("decided_on", "max"), is_find=("is_find", "max"))


@row_feature
def expected_finds(rows: pd.DataFrame) -> pd.Series:
    """Sum of the probabilities of the containers aboard for this port."""
    return rows["expected_finds"]


@row_feature
def any_find_probability(rows: pd.DataFrame) -> pd.Series:
    """Probability that at least one container aboard holds contraband, were they independent."""
    return pd.Series(-np.expm1(rows["log_no_find"].to_numpy(dtype=np.float64)), rows.index)


@row_feature
def highest_probability(rows: pd.DataFrame) -> pd.Series:
    """Highest probability of any container aboard for this port."""
    return rows["highest_probability"]


@row_feature
def high_risk_share(rows: pd.DataFrame) -> pd.Series:
    """Share of the containers aboard for this port with a probability of a tenth or more."""
    return rows["high_risk_share"]


@row_feature
def transhipped_share(rows: pd.DataFrame) -> pd.Series:
    """Share of the containers aboard for this port that changed ships on the way."""
    return rows["transhipped_share"]


@row_feature
def container_count(rows: pd.DataFrame) -> pd.Series:
    """Number of containers aboard for this port."""
    return rows["container_count"]


@row_feature
def call_count(rows: pd.DataFrame) -> pd.Series:
    """Number of ports the voyage calls at."""
    return rows["call_count"]


@row_feature
def hours_in_port(rows: pd.DataFrame) -> pd.Series:
    """Planned hours alongside at this port."""
    hours: pd.Series = (rows["planned_departure_at"] - rows["planned_arrival_at"]).dt.total_seconds() / 3600
    return hours


GRAIN = Grain(
    name="voyage",
    key=KEY,
    population=scored,
    streams=containers.STREAMS,
    labels=labels,
    entities=ENTITIES,
    context={"vessel_imo": pa.string(), "planned_arrival_at": pa.timestamp("us", tz="UTC")},
)

FAMILY = family(
    Rate(
        "vessel_imo",
        "inspections",
        hit="is_contraband",
        parent=Rate("carrier_code", "inspections", hit="is_contraband"),
    ),
    Rate("carrier_code", "inspections", hit="is_contraband"),
    Count("vessel_imo", "seizures", days=(365,)),
    Count("vessel_imo", "consignments", days=(30, 365)),
    expected_finds,
    any_find_probability,
    highest_probability,
    high_risk_share,
    transhipped_share,
    container_count,
    call_count,
    hours_in_port,
)
