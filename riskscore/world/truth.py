"""What really is in every container; sealed, for tests and for judging a queue afterwards."""

import numpy as np
import pandas as pd

from riskscore.world.chance import draw, draw_normal
from riskscore.world.clock import timestamps
from riskscore.world.examine import CARGO, HONEST, SMUGGLING
from riskscore.world.spec import UNITS, WorldSpec

MEDIAN_KG = {"cocaine": 320.0, "heroin": 110.0, "cannabis_resin": 900.0, "cigarettes": 6_500.0}
SLIPPED_IN_FACTOR = 0.4
"""A load slipped in fits into some bags."""
SPREAD = 0.7
STRUCTURE_SHARE, OTHER_SHARE = 0.08, 0.05


def make_truth(
    spec: WorldSpec, rows: pd.DataFrame, consignments: pd.DataFrame, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per container and voyage, sorted by them.

    Columns: voyage_id, container_number, unit, cargo, arrived_at, thing (first line's row in the history),
    is_contraband, and for contraband only method, group, campaign, substance, quantity_kg, concealment.
    """
    first = consignments[(consignments["version"] == 1) & (rows["shares_with"].to_numpy()[consignments["thing"]] < 0)]
    thing = first["thing"].to_numpy()
    here = rows.iloc[thing].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "voyage_id": first["voyage_id"].to_numpy(),
            "container_number": first["container_number"].to_numpy(),
            "unit": np.array(UNITS, dtype=object)[here["unit"]],
            "cargo": np.array(CARGO, dtype=object)[here["cargo"]],
            "arrived_at": timestamps(here["arrived_at"].to_numpy()),
            "thing": thing,
            "is_contraband": here["smuggling"].to_numpy() != HONEST,
        }
    )
    loaded = table["is_contraband"].to_numpy()
    hidden = hidden_goods(spec, here[loaded], thing[loaded], campaigns).set_index(table.index[loaded])
    return table.join(hidden).sort_values(["voyage_id", "container_number"], ignore_index=True)


def hidden_goods(spec: WorldSpec, here: pd.DataFrame, thing: np.ndarray, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Return method, group, campaign, substance, quantity_kg and concealment of rows that carry contraband."""
    campaign = campaigns.iloc[here["campaign"]].reset_index(drop=True)
    slipped = campaign["method"] == "rip_on_rip_off"
    median = campaign["substance"].map(MEDIAN_KG).to_numpy() * np.where(slipped, SLIPPED_IN_FACTOR, 1.0)
    chance = draw(spec.seed, "concealment", thing)
    elsewhere = np.select(
        [chance < STRUCTURE_SHARE, chance < STRUCTURE_SHARE + OTHER_SHARE], ["structure", "other"], "cover_load"
    )
    return pd.DataFrame(
        {
            "method": np.array(SMUGGLING, dtype=object)[here["smuggling"]],
            "group": campaign["group"],
            "campaign": campaign["campaign"],
            "substance": campaign["substance"],
            "quantity_kg": (median * np.exp(SPREAD * draw_normal(spec.seed, "quantity", thing))).round(1),
            "concealment": np.where(slipped, "rip_on_rip_off", elsewhere),
        }
    )
