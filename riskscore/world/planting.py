"""How contraband gets into containers: consignments of the group's own, or a bag slipped into somebody else's."""

import numpy as np

from riskscore.world.arrays import Columns, Index
from riskscore.world.cargo import NOBODY
from riskscore.world.examine import CARGO, HONEST, SMUGGLING
from riskscore.world.groups import Load
from riskscore.world.ledger import Ledger
from riskscore.world.selection import tip

CLEAN_PER_LOADED = {"cover_load": 0.15, "front_company": 1.2, "dormant_company": 0.5}
"""Honest containers that such companies ship beside each loaded one, for the look of it."""
VAGUE_SHARE = {"cover_load": 0.32, "front_company": 0.25, "dormant_company": 0.25}
LIGHTER = {"cover_load": (-0.09, 0.12), "front_company": (-0.02, 0.10), "dormant_company": (-0.03, 0.10)}
"""Mean and spread of the declared weight against its norm (log)."""
CHEAPER = {"cover_load": (-0.30, 0.50), "front_company": (0.10, 0.50), "dormant_company": (-0.15, 0.50)}
"""Mean and spread of the declared value against its norm (log)."""
SAME_BILL = 0.4
LONG_KNOWN = 400.0


def plant(
    loads: list[Load], day: int, *, founded_from: int, first_bill: int, rng: np.random.Generator
) -> Columns | None:
    """Return the consignment rows of the groups' own companies on `day`, loaded and clean ones, or None."""
    own = [load for load in loads if load.campaign.companies.shippers and load.containers]
    if not own:
        return None
    parts = [_rows_of(load, day, founded_from, rng) for load in own]
    rows: Columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    opens = rows.pop("opens_bill")
    bill = np.cumsum(opens) - 1
    first = np.flatnonzero(opens)[bill]
    count = len(opens)
    return rows | {
        "bill": first_bill + bill,
        "line": np.arange(count) - first + 1,
        "is_empty": np.zeros(count, dtype=bool),
        "shares_with": np.full(count, NOBODY),
    }


def slip_in(
    loads: list[Load], ledger: Ledger, by_voyage: dict[int, Index], seed: int, *, rng: np.random.Generator
) -> None:
    """Mark the honest containers on the lane into which loads are slipped.

    Groups like refrigerated containers; nobody wonders that those are opened and closed again.
    """
    for load in loads:
        if load.campaign.companies.shippers or not load.containers:
            continue
        rows = by_voyage.get(load.voyage, np.empty(0, dtype=np.int64))
        fits = np.isin(ledger["route"][rows], load.campaign.routes) & (ledger["smuggling"][rows] == HONEST)
        rows = rows[fits & (ledger["shares_with"][rows] == NOBODY)]
        weight = np.where(ledger["cargo"][rows] == CARGO.index("reefer"), 3.0, 1.0)
        if len(rows):
            picked = rng.choice(rows, min(load.containers, len(rows)), replace=False, p=weight / weight.sum())
            ledger["smuggling"][picked] = SMUGGLING.index(load.campaign.method)
            ledger["campaign"][picked] = load.campaign.number
            ledger["suspicion"][picked] += tip(seed, picked)


def _rows_of(load: Load, day: int, founded_from: int, rng: np.random.Generator) -> Columns:
    """Return the rows of one load: clean ones among the loaded, on bills of one to a few containers."""
    campaign, method = load.campaign, load.campaign.method
    count = load.containers + int(rng.poisson(CLEAN_PER_LOADED[method] * load.containers))
    opens = np.append(True, rng.random(count - 1) >= SAME_BILL)
    bill = np.cumsum(opens) - 1
    consignee = rng.choice(campaign.companies.consignees, count)
    age = float(day - campaign.begins)
    loaded = rng.permutation(np.arange(count) < load.containers)
    return {
        "route": np.full(count, load.route),
        "voyage": np.full(count, load.voyage),
        "shipper": rng.choice(campaign.companies.shippers, count)[bill],
        "consignee": consignee[bill],
        "goods": rng.choice(campaign.companies.goods, count)[bill],
        "weight_shift": rng.normal(*LIGHTER[method], count),
        "value_shift": rng.normal(*CHEAPER[method], count),
        "is_vague": rng.random(count) < VAGUE_SHARE[method],
        "is_prepaid": rng.random(count) < 0.85,
        "pair_days": np.full(count, age),
        "consignee_days": np.where(consignee[bill] >= founded_from, age, LONG_KNOWN),
        "smuggling": np.where(loaded, SMUGGLING.index(method), HONEST),
        "campaign": np.where(loaded, campaign.number, -1),
        "opens_bill": opens,
    }
