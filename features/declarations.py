"""The grain `declaration`: one import declaration, judged by what checks found on others like it."""

import numpy as np
import pandas as pd

from riskscore.featureset import Grain, family, row_feature
from riskscore.measures import EVER, Count, Rate
from riskscore.store.asof import AsOf, join_versions

KEY = ("declaration_id",)
CRITICAL = 2
"""Critical fraud level that stands for danger to the public, drugs included."""

ENTITIES = {
    "hs2": "HS chapter",
    "hs4": "HS heading",
    "hs6": "HS code",
    "hs6_origin": "HS code and country of origin",
    "hs6_route": "HS code, country of origin and country of departure",
    "terms": "HS code, route, tax rate and tax type",
    "terms_unit_price": "HS code, route, tax terms and price per kg (to a tenth)",
    "terms_price": "HS code, route, tax terms and price",
    "terms_mass": "HS code, route, tax terms and net mass",
    "hs6_price": "HS code and price",
    "hs6_price_route": "HS code, price and route",
    "mass_price": "net mass and price",
    "hs4_price": "HS heading and price",
    "origin_country": "country of origin",
    "route": "country of origin and country of departure",
    "route_tax": "route, tax rate and tax type",
    "hs2_origin": "HS chapter and country of origin",
    "importer_id": "importer",
}


def declared_today(as_of: AsOf) -> pd.DataFrame:
    """Return the declarations that became known today."""
    known = as_of.table("declaration")
    return with_entities(known[known["known_on"] == as_of.number])


def checks(as_of: AsOf) -> pd.DataFrame:
    """Every check of a declaration whose result is known, with what was declared, on the day it was declared."""
    results = as_of.versions("declaration_outcome")
    found = results[[*KEY, "is_fraud", "critical_fraud", "known_on", "superseded_on"]]
    papers = with_entities(as_of.versions("declaration"))
    pairs = join_versions(found, papers, on=list(KEY))
    return pairs.assign(
        event_on=pairs["known_on"],
        is_fraud=pairs["is_fraud"].astype("float64"),
        is_critical=(pairs["critical_fraud"] == CRITICAL).astype("float64"),
    )


def labels(as_of: AsOf) -> pd.DataFrame:
    """Checked declarations: `is_fraud` and `is_critical` as known at the cut-off."""
    known = as_of.table("declaration_outcome")
    return known.assign(
        decided_on=known["known_on"],
        is_fraud=known["is_fraud"].astype("float64"),
        is_critical=(known["critical_fraud"] == CRITICAL).astype("float64"),
    )[[*KEY, "decided_on", "is_fraud", "is_critical"]]


def with_entities(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the entities made of several columns; prices to a hundredth, masses to a tenth, as text."""
    price = rows["item_price_krw"].map("{:.2f}".format)
    mass = rows["net_mass_kg"].map("{:.1f}".format)
    unit_price = price_per_kg_krw.function(rows).map("{:.1f}".format)
    origin, departure = rows["origin_country"], rows["departure_country"]
    tax = rows["tax_rate"].map("{:.2f}".format).str.cat(rows["tax_type"], sep="|")
    route = origin.str.cat(departure, sep="|")
    hs6_route = rows["hs6"].str.cat(route, sep="|")
    terms = hs6_route.str.cat(tax, sep="|")
    return rows.assign(
        event_on=rows["known_on"],
        hs2=rows["hs6"].str[:2],
        hs4=rows["hs6"].str[:4],
        hs6_origin=rows["hs6"].str.cat(origin, sep="|"),
        hs6_route=hs6_route,
        terms=terms,
        terms_unit_price=terms.str.cat(unit_price, sep="|"),
        terms_price=terms.str.cat(price, sep="|"),
        terms_mass=terms.str.cat(mass, sep="|"),
        hs6_price=rows["hs6"].str.cat(price, sep="|"),
        hs6_price_route=hs6_route.str.cat(price, sep="|"),
        mass_price=mass.str.cat(price, sep="|"),
        hs4_price=rows["hs6"].str[:4].str.cat(price, sep="|"),
        route=route,
        route_tax=route.str.cat(tax, sep="|"),
        hs2_origin=rows["hs6"].str[:2].str.cat(origin, sep="|"),
    )


def rates(hit: str) -> list[Rate]:
    """Return the smoothed rates of `hit`, each drawn towards that of the wider group it is part of."""

    def rate(by: str, strength: float, parent: Rate | None = None) -> Rate:
        return Rate(by, "checks", hit=hit, days=EVER, strength=strength, parent=parent)

    hs2, hs4_alone = rate("hs2", 10), rate("hs4", 5)
    hs4 = rate("hs4", 5, hs2)
    hs6 = rate("hs6", 3, hs4)
    hs6_origin = rate("hs6_origin", 1, hs6)
    hs6_route = rate("hs6_route", 1, hs6_origin)
    terms = rate("terms", 1, hs6_route)
    terms_unit_price = rate("terms_unit_price", 0.5, terms)
    hs6_price = rate("hs6_price", 0.5, hs6)
    origin = rate("origin_country", 10)
    route = rate("route", 10, origin)
    return [
        rate("terms_price", 0.3, terms_unit_price),
        rate("terms_mass", 0.3, rate("terms", 1)),
        rate("hs6_price_route", 0.3, hs6_price),
        rate("mass_price", 0.3),
        rate("hs4_price", 0.3, hs4_alone),
        terms_unit_price,
        terms,
        hs6_origin,
        hs6_route,
        hs6,
        rate("hs2_origin", 2, rate("hs2", 5)),
        rate("route_tax", 5, route),
        route,
        rate("importer_id", 5),
    ]


COUNTED = ("terms_price", "terms_mass", "hs6_price_route", "mass_price", "terms_unit_price", "terms", "hs6")


@row_feature
def price_per_kg_krw(rows: pd.DataFrame) -> pd.Series:
    """Declared price per kg of net mass, in Korean won."""
    return rows["item_price_krw"] / rows["net_mass_kg"].where(rows["net_mass_kg"] > 0)


@row_feature
def net_mass_kg(rows: pd.DataFrame) -> pd.Series:
    """Declared net mass, in kg."""
    return rows["net_mass_kg"]


@row_feature
def item_price_krw(rows: pd.DataFrame) -> pd.Series:
    """Declared price, in Korean won."""
    return rows["item_price_krw"]


@row_feature
def tax_rate_percent(rows: pd.DataFrame) -> pd.Series:
    """Tax rate applied, in per cent."""
    return rows["tax_rate"]


@row_feature
def hs6_number(rows: pd.DataFrame) -> pd.Series:
    """The HS code as a number: near numbers are like goods."""
    return rows["hs6"].astype(np.float64)


GRAIN = Grain(
    name="declaration",
    key=KEY,
    population=declared_today,
    streams={"checks": checks},
    labels=labels,
    entities=ENTITIES,
)

FAMILY = family(
    rates("is_fraud"),
    rates("is_critical"),
    *(Count(by, "checks", days=EVER) for by in COUNTED),
    price_per_kg_krw,
    net_mass_kg,
    item_price_krw,
    tax_rate_percent,
    hs6_number,
)
