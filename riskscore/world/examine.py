"""What an examination shows: how a unit looks into a container, and how often it sees what is there."""

import numpy as np
import pandas as pd

from riskscore.world.arrays import Flags, Index
from riskscore.world.chance import draw
from riskscore.world.tables import goods

METHODS = np.array(["xray", "physical", "dog", "documents"], dtype=object)
SMUGGLING = ("cover_load", "rip_on_rip_off", "front_company", "dormant_company")
HONEST = -1

NONE = np.array(None, dtype=object)

CARGO = ("reefer", "dense", "light")
USED_FOR = np.array([[0.45, 0.25, 0.30, 0.0], [0.10, 0.65, 0.20, 0.05], [0.75, 0.15, 0.06, 0.04]])
"""How often each kind of cargo is examined by each method; steel and stone stop X-rays."""
SEEN = np.array(
    [[0.72, 0.88, 0.74, 0.72], [0.95, 0.97, 0.95, 0.95], [0.80, 0.90, 0.78, 0.80], [0.06, 0.02, 0.15, 0.12]]
)
"""Probability that a method (row) finds what a smuggling method (column) hid."""
NOT_EXAMINED_SHARE = 0.05
INCONCLUSIVE_SHARE = 0.03
REASONS = np.array(["container_left", "no_capacity", "equipment_failure"], dtype=object)
DENSE_KG = 22_500


def cargo_kind(good: Index) -> Index:
    """Return the kind of cargo (position in CARGO) of each good."""
    table = goods()
    is_reefer, is_dense = (table["container"] == "reefer").to_numpy(), (table["kg"] >= DENSE_KG).to_numpy()
    return np.select([is_reefer, is_dense], [0, 1], 2)[good]


def finds(seed: int, things: Index, cargo: Index, smuggling: Index) -> Flags:
    """Tell whether examining each thing brings contraband to light, the same whoever asks.

    `things` are row numbers of the world, `cargo` positions in CARGO, `smuggling` positions in SMUGGLING or HONEST.
    """
    sees = draw(seed, "sees", things) < SEEN[_method(seed, things, cargo), smuggling]
    clear = draw(seed, "happens", things) >= NOT_EXAMINED_SHARE + INCONCLUSIVE_SHARE
    return np.asarray((smuggling != HONEST) & sees & clear)


def examine(seed: int, things: Index, cargo: Index, smuggling: Index) -> pd.DataFrame:
    """Return method, outcome, reason_code and later_outcome (the laboratory's answer to an inconclusive one)."""
    chance = draw(seed, "happens", things)
    missed = chance < NOT_EXAMINED_SHARE
    unclear = ~missed & (chance < NOT_EXAMINED_SHARE + INCONCLUSIVE_SHARE)
    found = finds(seed, things, cargo, smuggling)
    reason = REASONS[(draw(seed, "reason", things) * len(REASONS)).astype(int)]
    outcome = np.select([missed, unclear, found], ["not_examined", "inconclusive", "contraband"], "nothing")
    return pd.DataFrame(
        {
            "method": np.where(missed, NONE, METHODS[_method(seed, things, cargo)]),
            "outcome": outcome.astype(object),
            "reason_code": np.where(missed, reason, NONE),
            "later_outcome": np.where(
                unclear, np.where(smuggling != HONEST, "contraband", "nothing").astype(object), NONE
            ),
        }
    )


def _method(seed: int, things: Index, cargo: Index) -> Index:
    shares = USED_FOR[cargo].cumsum(axis=1)
    return np.asarray((draw(seed, "method", things)[:, None] >= shares[:, :-1]).sum(axis=1))
