"""How units chose before there was a model: a few rules, officers' hunches, and a small random share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskscore.world.arrays import Columns, Floats, Index
from riskscore.world.chance import draw, draw_normal
from riskscore.world.ledger import Ledger
from riskscore.world.network import Network
from riskscore.world.tables import goods

RANDOM_SHARE = 0.10
WATCHED = {
    "EC": 1.0, "CO": 1.0, "BR": 0.7, "PA": 0.8, "CR": 0.6, "PE": 0.6, "DO": 0.7, "GT": 0.4, "HN": 0.4, "PK": 0.5,
    "MA": 0.5, "NG": 0.3,
}  # fmt: skip
"""Countries of loading that officers look at more closely, and how much."""
HUNCH_SPREAD = 1.1
TIP_SHARE = 0.05
"""Share of contraband that somebody tells a unit about."""
TIP = 2.2
FRESH_DAYS = 45
"""A find is remembered this long against its parties and its place."""
FRESH_PARTY, FRESH_PLACE = 1.9, 0.45
DECIDED_BY = np.array(["random", "rule", "officer"], dtype=object)


@dataclass(frozen=True)
class Memory:
    """The day of the last known find per party and per place of loading or transhipment; updated as finds come in."""

    party: Floats
    place: Floats


@dataclass(frozen=True)
class Choice:
    """Which rows one unit stops, why (position in DECIDED_BY), and the logged probability of the random ones."""

    rows: Index
    by: Index
    probability: Floats


def new_memory(parties: int, places: int) -> Memory:
    """Return a memory without finds."""
    return Memory(np.full(parties, -np.inf), np.full(places, -np.inf))


def suspicion(seed: int, things: Index, rows: Columns, network: Network) -> Floats:
    """Return the part of an officer's suspicion that lies in the row itself, hunch included."""
    watched = network.routes["country"].map(WATCHED).fillna(0.0).to_numpy(dtype=np.float64)
    is_reefer = (goods()["container"] == "reefer").to_numpy()
    score = (
        0.9 * watched[rows["route"]] * (1 + 0.3 * is_reefer[rows["goods"]])
        + 0.5 * rows["is_vague"]
        + 0.6 * (rows["pair_days"] < 30)
        + 0.4 * (rows["consignee_days"] < 45)
        + 0.4 * (np.abs(rows["weight_shift"]) > 0.2)
        + 0.3 * (np.abs(rows["value_shift"]) > 0.5)
        - 1.5 * rows["is_empty"]
        + HUNCH_SPREAD * draw_normal(seed, "hunch", things)
    )
    return np.asarray(score + tip(seed, things) * (rows["smuggling"] >= 0), dtype=np.float64)


def tip(seed: int, things: Index) -> Floats:
    """Return how much suspicion a tip would add to each thing if it carried contraband, mostly none."""
    return np.where(draw(seed, "tip", things) < TIP_SHARE, TIP, 0.0)


def choose(ledger: Ledger, pool: Index, memory: Memory, day: int, *, capacity: int, rng: np.random.Generator) -> Choice:
    """Return which rows of one unit's pool are stopped on `day`: a random share, then the most suspicious ones."""
    party = np.maximum(memory.party[ledger["shipper"][pool]], memory.party[ledger["consignee"][pool]])
    known_party = day - party <= FRESH_DAYS
    known_place = day - memory.place[ledger["place"][pool]] <= FRESH_DAYS
    total = ledger["suspicion"][pool] + FRESH_PARTY * known_party + FRESH_PLACE * known_place
    count = min(int(rng.binomial(capacity, RANDOM_SHARE)), len(pool))
    at_random = np.sort(rng.choice(len(pool), count, replace=False))
    ranked = np.argsort(-total, kind="stable")
    best = ranked[~np.isin(ranked, at_random)][: capacity - count]
    rule = known_party[best] | ((ledger["pair_days"][pool[best]] < 30) & ledger["is_vague"][pool[best]])
    return Choice(
        pool[np.concatenate([at_random, best])],
        np.concatenate([np.zeros(count, dtype=np.int64), np.where(rule, 1, 2)]),
        np.concatenate([np.full(count, count / max(1, len(pool))), np.full(len(best), np.nan)]),
    )


def stop_table(stops: list[tuple[int, int, Choice]]) -> pd.DataFrame:
    """Return all choices as rows: thing, unit (number), day, decided_by, selection_probability."""
    sizes = [len(choice.rows) for _, _, choice in stops]
    return pd.DataFrame(
        {
            "thing": np.concatenate([choice.rows for _, _, choice in stops]),
            "unit": np.repeat([unit for unit, _, _ in stops], sizes),
            "day": np.repeat([day for _, day, _ in stops], sizes),
            "decided_by": DECIDED_BY[np.concatenate([choice.by for _, _, choice in stops])],
            "selection_probability": np.concatenate([choice.probability for _, _, choice in stops]),
        }
    )
