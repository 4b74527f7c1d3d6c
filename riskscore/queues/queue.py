"""Fill one unit's queue of one day: what is mandatory, what is worth most, and a random share."""

import hashlib
from datetime import date

import numpy as np
import pandas as pd

from riskscore.errors import QueueError
from riskscore.queues.policy import UnitPolicy
from riskscore.queues.rules import rules_met
from riskscore.reference import container_types

MANDATORY, SCORE, RANDOM = "mandatory", "score", "random"
REASONS_TO_CHOOSE = (MANDATORY, SCORE, RANDOM)
"""Why a container stands in a queue, in the order of the list."""

KEY = ["voyage_id", "container_number"]
NEEDED = [*KEY, "probability", "raw", "container_type"]
BEST_FIRST = {"expected_value": False, "raw": False, "probability": False, "voyage_id": True, "container_number": True}
"""Columns that order candidates, and whether ascending; the last two make the order total."""

QUEUE_COLUMNS = {
    "position": "int64",
    "voyage_id": "str",
    "container_number": "str",
    "why": "str",
    "rule": "str",
    "expected_value": "float64",
    "selection_probability": "float64",
    "over_capacity": "bool",
}


def fill_queue(candidates: pd.DataFrame, policy: UnitPolicy, *, seed: int, unit: str, day: date) -> pd.DataFrame:
    """Return the queue of `unit` on `day`, one row a container, columns and types as in QUEUE_COLUMNS.

    `candidates`: voyage_id, container_number (together the key), probability (calibrated, 0 to 1), raw (the model's
    own score, for ties), container_type (ISO 6346) and every column that a mandatory rule names.

    Mandatory hits stand first, all of them, in the policy's order of rules; those past the capacity are marked
    `over_capacity` and `rule` holds the codes of every rule met. Of the places left, the random share is kept free
    before the score fills the rest by expected value (hours: probability x worth of a find - cost of opening). The
    random share is then drawn uniformly, without replacement, from all candidates not chosen so far;
    `selection_probability` is its places / those candidates, and 1 for the others. Row order never matters.

    Raises QueueError for missing columns, doubled keys, and a probability or raw score that is no number.
    """
    if candidates.empty:
        return _as_queue(pd.DataFrame(columns=list(QUEUE_COLUMNS)))
    _refuse_unusable(candidates, f"Queue of {unit} on {day}")
    ranked = _ranked(candidates, policy)
    met = rules_met(ranked, policy.rules)
    is_mandatory = met.any(axis=1)
    ranked = ranked[[*KEY, "expected_value"]]
    mandatory, free = _mandatory(ranked[is_mandatory], met[is_mandatory]), ranked[~is_mandatory]
    places = max(policy.capacity - len(mandatory), 0)
    random_places = min(policy.random_slots, places)
    by_score = free.head(places - random_places).assign(why=SCORE, rule="", selection_probability=1.0)
    drawn = _drawn(free.iloc[len(by_score) :], random_places, f"{seed}/{unit}/{day.isoformat()}")
    queue = pd.concat([mandatory, by_score, drawn], ignore_index=True)
    position = np.arange(1, len(queue) + 1)
    return _as_queue(queue.assign(position=position, over_capacity=position > policy.capacity))


def expected_value(candidates: pd.DataFrame, policy: UnitPolicy) -> pd.Series:
    """Return what opening each candidate is worth, in hours: probability x worth of a find - cost of opening.

    A container type that ISO 6346 does not know costs the usual hours.
    """
    group = container_types()["group"].reindex(candidates["container_type"]).map(policy.inspection_hours.by_type_group)
    hours = group.astype("float64").fillna(policy.inspection_hours.usual).to_numpy()
    return candidates["probability"].astype("float64") * policy.find_value_hours - hours


def _ranked(candidates: pd.DataFrame, policy: UnitPolicy) -> pd.DataFrame:
    numbers = {column: candidates[column].astype("float64") for column in ("probability", "raw")}
    valued = candidates.astype(dict.fromkeys(KEY, "str"))
    valued = valued.assign(**numbers, expected_value=expected_value(candidates, policy))
    return valued.sort_values(list(BEST_FIRST), ascending=list(BEST_FIRST.values()), ignore_index=True)


def _mandatory(hits: pd.DataFrame, met: pd.DataFrame) -> pd.DataFrame:
    """Order hits by the first rule they meet (ties as ranked) and name every rule they meet."""
    codes = met.columns.to_numpy(dtype=object)
    named = [" ".join(codes[row]) for row in met.to_numpy(dtype=bool)]
    urgency = met.to_numpy(dtype=bool).argmax(axis=1) if len(met) else []
    in_order = np.argsort(urgency, kind="stable")
    return hits.assign(why=MANDATORY, rule=named, selection_probability=1.0).iloc[in_order]


def _drawn(remaining: pd.DataFrame, places: int, draw: str) -> pd.DataFrame:
    """Draw `places` rows uniformly: those with the lowest tickets, whatever the row order or the process."""
    places = min(places, len(remaining))
    key = hashlib.blake2b(draw.encode()).digest()
    tickets = [_ticket(key, *ids) for ids in zip(*(remaining[column].tolist() for column in KEY), strict=True)]
    order = sorted(range(len(tickets)), key=tickets.__getitem__)[:places]
    probability = places / len(remaining) if places else 0.0
    return remaining.iloc[order].assign(why=RANDOM, rule="", selection_probability=probability)


def _ticket(key: bytes, voyage_id: str, container_number: str) -> bytes:
    """Return 16 bytes that nobody can foretell without the key; the length keeps the two ids apart."""
    ids = f"{len(voyage_id)}:{voyage_id}{container_number}"
    return hashlib.blake2b(ids.encode(), key=key, digest_size=16).digest()


def _refuse_unusable(candidates: pd.DataFrame, where: str) -> None:
    score_again = "Score the day again; if it stays, the scoring step has a defect."
    if missing := [column for column in NEEDED if column not in candidates]:
        raise QueueError(where=where, what="candidates lack column(s)", which=missing, then=score_again)
    probability = candidates["probability"].astype("float64")
    raw = candidates["raw"].astype("float64")
    faults = {
        "candidates without voyage or container": candidates[KEY].isna().any(axis=1),
        "candidates that stand there twice": candidates.duplicated(KEY, keep=False),
        "probability is no number from 0 to 1 of": ~probability.between(0, 1).fillna(False),
        "raw score is no finite number of": ~raw.abs().lt(np.inf).fillna(False),
    }
    for what, is_bad in faults.items():
        if is_bad.any():
            raise QueueError(where=where, what=what, which=_row_ids(candidates[is_bad]), then=score_again)


def _row_ids(rows: pd.DataFrame) -> list[str]:
    return sorted(f"{voyage_id}/{container}" for voyage_id, container in zip(*(rows[c] for c in KEY), strict=True))


def _as_queue(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reset_index(drop=True)[list(QUEUE_COLUMNS)].astype(QUEUE_COLUMNS)
