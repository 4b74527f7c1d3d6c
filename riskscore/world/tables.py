"""The hand-written tables behind the world: goods, services, feeders, companies, consignee homes."""

from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd

from riskscore.world.arrays import Index
from riskscore.world.spec import UNITS

SECTORS = {
    8: "fresh",
    24: "food",
    40: "material",
    49: "wood",
    67: "textile",
    83: "metal",
    90: "machine",
    99: "consumer",
}
"""Last HS chapter of each line of trade."""

EMPTY_HS6 = "860900"
"""Containers themselves: what an empty container is declared as."""


@cache
def goods() -> pd.DataFrame:
    """Return the kinds of goods: norms of weight per container and value per kg, packing, origins, sector."""
    table = _read("goods")
    sector = np.searchsorted(list(SECTORS), table["hs6"].str[:2].astype(int))
    return table.assign(sector=sector, origins=table["origins"].str.split())


@cache
def goods_of() -> dict[str, Index]:
    """Return by country the goods (positions in `goods()`) that it exports."""
    offers = goods()["origins"].explode().dropna()
    return {str(country): own.index.to_numpy() for country, own in offers.groupby(offers)}


@cache
def services() -> pd.DataFrame:
    """Return the liner services: code, carrier, weekday of the first call, share of the world's cargo, rotation."""
    table = _read("services")
    return table.assign(rotation=table["rotation"].str.split())


@cache
def feeders() -> pd.DataFrame:
    """Return feeder lines: port, hubs (the last one lies on a service), days until that one is left."""
    table = _read("feeders")
    return table.assign(via=table["via"].str.split())


@cache
def companies() -> pd.DataFrame:
    """Return by country its share of exports, invented words, words of trade and legal forms."""
    table = _read("companies").set_index("country")
    return table.assign(**{name: table[name].str.split("|") for name in ("invented", "trades", "legal_forms")})


@cache
def consignee_homes() -> pd.DataFrame:
    """Return where consignees of each unit sit: unit (number), country, share, places of final destination."""
    table = _read("consignee_homes")
    return table.assign(places=table["places"].str.split(), unit=table["unit"].map(UNITS.index))


def _read(name: str) -> pd.DataFrame:
    text = (files("riskscore.world") / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype={"hs6": "str"}, keep_default_na=False)
