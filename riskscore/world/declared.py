"""What is declared about the goods: text, packages, weight, value, seals."""

import numpy as np
import pandas as pd

from riskscore.world.arrays import Floats, Index, Texts
from riskscore.world.examine import SMUGGLING
from riskscore.world.tables import goods

VAGUE = np.array(
    ["GENERAL CARGO", "FREIGHT ALL KINDS", "SAID TO CONTAIN GOODS", "MIXED GOODS AS PER INVOICE", "CONSOLIDATED CARGO",
     "MERCHANDISE", "VARIOUS ARTICLES"],
    dtype=object,
)  # fmt: skip
DETAIL = np.array(
    ["", "", "", " ON PALLETS", " NET", " GRADE A", " FOR INDUSTRIAL USE", " IN {n} PACKAGES"], dtype=object
)
MAX_KG = 30_480.0
PACKING_SPREAD = 0.3
"""Every shipper packs in its own way (log)."""
NO_VALUE_SHARE = 0.08
NO_SEAL = {"honest": 0.015, "empty": 0.70, "rip_on_rip_off": 0.30}
SECOND_SEAL = {"honest": 0.08, "empty": 0.0, "rip_on_rip_off": 0.30}
"""A load slipped in leaves a missing seal or a second one, now and then."""


def declare(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return goods, packages, weight and value: norms of the goods, habits of the trader, and what smugglers change.

    Columns goods_description, hs6, package_count, package_kind, gross_weight_kg, value_usd, freight_terms,
    seal_numbers, is_empty, one row per row of the history.
    """
    table, good, count = goods(), rows["goods"].to_numpy(), len(rows)
    norm = {
        name: table[name].to_numpy()[good] for name in ("kg", "kg_sigma", "usd_per_kg", "usd_sigma", "kg_per_package")
    }
    share = _share_of_container(rows, rng)
    plain = norm["kg"] * np.exp(norm["kg_sigma"] * rng.normal(size=count)) * share
    weight = np.minimum(plain * np.exp(rows["weight_shift"]), MAX_KG).round(1)
    shipper = rows["shipper"].to_numpy()
    packing = norm["kg_per_package"] * np.exp(rng.normal(0, PACKING_SPREAD, shipper.max() + 1))[shipper]
    packages = np.maximum(1, np.round(plain * np.exp(0.5 * rows["weight_shift"]) / packing)).astype(np.int64)
    value = weight * norm["usd_per_kg"] * np.exp(norm["usd_sigma"] * rng.normal(size=count) + rows["value_shift"])
    no_value = (rng.random(count) < NO_VALUE_SHARE) | rows["is_empty"]
    return pd.DataFrame(
        {
            "goods_description": _goods_texts(rows, packages, rng),
            "hs6": table["hs6"].to_numpy()[good],
            "package_count": packages,
            "package_kind": table["package"].to_numpy()[good],
            "gross_weight_kg": weight.to_numpy(),
            "value_usd": value.round(2).where(~no_value).to_numpy(),
            "freight_terms": np.where(rows["is_prepaid"], "prepaid", "collect"),
            "seal_numbers": _seals(rows, rng),
            "is_empty": rows["is_empty"].to_numpy(),
        }
    )


def _share_of_container(rows: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Return 1, or how two consignments divide one container."""
    host = rows["shares_with"].to_numpy()
    second = np.flatnonzero(host >= 0)
    share = np.ones(len(rows))
    share[second] = rng.uniform(0.15, 0.6, len(second))
    share[host[second]] = 1 - share[second]
    return share


def _goods_texts(rows: pd.DataFrame, packages: Index, rng: np.random.Generator) -> Texts:
    table, good, count = goods(), rows["goods"].to_numpy(), len(rows)
    usual = np.where(rng.random(count) < 0.65, table["text"].to_numpy()[good], table["other_text"].to_numpy()[good])
    detail = np.where(rows["is_empty"], "", rng.choice(DETAIL, count))
    written = [
        a + b.replace("{n}", str(n)) if b else a for a, b, n in zip(usual, detail, packages.tolist(), strict=True)
    ]
    return np.where(rows["is_vague"], rng.choice(VAGUE, count), np.array(written, dtype=object))


def _seals(rows: pd.DataFrame, rng: np.random.Generator) -> Texts:
    """Return the seal numbers of each row, none to two."""
    slipped = rows["smuggling"].to_numpy() == SMUGGLING.index("rip_on_rip_off")
    kind = pd.Series(np.select([rows["is_empty"], slipped], ["empty", "rip_on_rip_off"], "honest"))
    chance, none, second = rng.random(len(rows)), kind.map(NO_SEAL).to_numpy(), kind.map(SECOND_SEAL).to_numpy()
    count = np.where(chance < none, 0, np.where(chance < none + second, 2, 1)).tolist()
    numbers = rng.integers(100_000, 1_000_000, (len(rows), 2)).tolist()
    return np.array(
        [" ".join(f"QS{seal}" for seal in pair[:n]) for pair, n in zip(numbers, count, strict=True)], dtype=object
    )
