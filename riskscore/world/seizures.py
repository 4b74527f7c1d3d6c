"""Seizures as partner countries tell of them: late, partly, and in their own spelling."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskscore.entities import party_id
from riskscore.world.clock import DAY, HOUR, business_day, day_number, timestamps
from riskscore.world.spec import WorldSpec
from riskscore.world.spelling import respell


@dataclass(frozen=True)
class Sender:
    """A partner country's habits: what it leaves out, when it sends, how it marks what it sends."""

    weekdays: tuple[int, ...]
    """Index of the week on which its files come (Monday is 0)."""
    given: dict[str, float]
    """How often an optional group of columns is filled in."""
    handling: dict[str, float]


SENDERS = {
    "ES": Sender(
        weekdays=(1, 4),
        given={"container": 0.85, "parties": 0.75, "ship": 0.6, "route": 0.9, "countries": 0.9},
        handling={"restricted": 0.5, "official": 0.4, "open": 0.1},
    ),
    "BR": Sender(
        weekdays=(0,),
        given={"container": 0.7, "parties": 0.65, "ship": 0.5, "route": 0.8, "countries": 0.75},
        handling={"restricted": 0.3, "official": 0.6, "open": 0.1},
    ),
    "US": Sender(
        weekdays=(2,),
        given={"container": 0.55, "parties": 0.5, "ship": 0.35, "route": 0.7, "countries": 0.6},
        handling={"restricted": 0.6, "official": 0.3, "open": 0.1},
    ),
}
OPTIONAL = {
    "container": ["container_number", "cover_hs6"],
    "parties": ["shipper_name", "shipper_country", "consignee_name", "consignee_country"],
    "ship": ["vessel_imo"],
    "route": ["port_of_loading", "transhipment_port"],
    "countries": ["shipper_country", "consignee_country"],
}
EVALUATIONS = ("A1", "A2", "B1", "B2", "B3", "C3", "X4")
EVALUATION_SHARE = (0.1, 0.15, 0.2, 0.3, 0.1, 0.1, 0.05)
MEDIAN_LAG_DAYS, LAG_SPREAD = 9.0, 0.75
LAG_BOUNDS = (1.5, 55.0)
CORRECTED_SHARE, CORRECTED_AFTER_DAYS = 0.06, (5, 16)
COLUMNS = [
    "seizure_id", "country", "port", "seized_at", "substance", "quantity_kg", "concealment", "cover_hs6",
    "container_number", "vessel_imo", "port_of_loading", "transhipment_port", "shipper_name", "shipper_country",
    "consignee_name", "consignee_country", "evaluation_code", "handling_code", "delivered_on", "version",
    "true_shipper_id", "true_consignee_id",
]  # fmt: skip


def make_seizures(spec: WorldSpec, found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per version of each seizure that a partner tells of within the world, in order of delivery.

    `found` are the events (see seizure_events). Columns: those of a seizure, delivered_on (day number), version, and
    what is not told: true_shipper_id, true_consignee_id (party_id of who it was).
    """
    rng = spec.stream("seizures")
    known = found.sort_values(["country", "seized_at", "container_number"], kind="stable", ignore_index=True)
    number = (known.groupby("country").cumcount() + 1).astype("str").str.zfill(6)
    known["seizure_id"] = known["country"] + "-" + str(spec.start.year) + "-" + number
    for role in ("shipper", "consignee"):
        known[f"true_{role}_id"] = party_id(known[f"{role}_name"], known[f"{role}_country"])
    known = known.pipe(_add_marks, rng).pipe(_respell, rng).pipe(_leave_out, rng)
    lag = np.exp(rng.normal(np.log(MEDIAN_LAG_DAYS), LAG_SPREAD, len(known))).clip(*LAG_BOUNDS)
    known["delivered_on"] = _sending_day(known, known["seized_at"].to_numpy() + (lag * DAY).astype(np.int64), spec)
    known = pd.concat([known.assign(version=1), _corrections(known, rng, spec)], ignore_index=True)
    known["seized_at"] = timestamps(
        np.where(known["country"] == "ES", known["seized_at"] // DAY * DAY, known["seized_at"])
    )
    first, last = day_number(spec.start), day_number(spec.start) + spec.days
    told = known[(known["delivered_on"] >= first) & (known["delivered_on"] < last)]
    return told.sort_values(["delivered_on", "seizure_id", "version"], ignore_index=True)[COLUMNS]


def _add_marks(known: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    chance = rng.random(len(known))
    handling = np.empty(len(known), dtype=object)
    for country, sender in SENDERS.items():
        own = (known["country"] == country).to_numpy()
        bounds = np.cumsum(list(sender.handling.values()))
        handling[own] = np.array(list(sender.handling), dtype=object)[np.searchsorted(bounds, chance[own]).clip(max=2)]
    return known.assign(
        evaluation_code=rng.choice(np.array(EVALUATIONS, dtype=object), len(known), p=EVALUATION_SHARE),
        handling_code=handling,
    )


def _respell(known: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    for column in ("shipper_name", "consignee_name"):
        known[column] = [respell(name, rng) if isinstance(name, str) else None for name in known[column]]
    return known


def _leave_out(known: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Blank what each sender does not share."""
    for group, columns in OPTIONAL.items():
        given = known["country"].map({country: sender.given[group] for country, sender in SENDERS.items()})
        kept = rng.random(len(known)) < given.to_numpy()
        for column in columns:
            known[column] = known[column].where(kept)
    return known


def _sending_day(known: pd.DataFrame, told: np.ndarray, spec: WorldSpec) -> np.ndarray:
    """Return the business day on which the sender's next file comes after it knows."""
    day = business_day(told, spec.cutoff_hour)
    weekday = (day + 3) % 7
    wait = np.zeros(len(day), dtype=np.int64)
    for country, sender in SENDERS.items():
        until = np.array([min((other - today) % 7 for other in sender.weekdays) for today in range(7)])
        wait = np.where(known["country"] == country, until[weekday], wait)
    return day + wait


def _corrections(known: pd.DataFrame, rng: np.random.Generator, spec: WorldSpec) -> pd.DataFrame:
    """Return second versions of some seizures: the load has been weighed again."""
    changed = known[rng.random(len(known)) < CORRECTED_SHARE].copy()
    changed["quantity_kg"] = (changed["quantity_kg"] * np.exp(rng.normal(0, 0.1, len(changed)))).round(1)
    days = changed["delivered_on"].to_numpy() + rng.integers(*CORRECTED_AFTER_DAYS, len(changed))
    told = days * DAY + (spec.cutoff_hour - 1) * HOUR
    return changed.assign(delivered_on=_sending_day(changed, told, spec), version=2)
