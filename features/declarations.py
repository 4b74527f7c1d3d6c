"""The grain `declaration`: one import declaration, judged by what checks found on others like it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from riskscore.grain import Grain, Stream, family, row_feature
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

ROUTE = ("origin_country", "departure_country")
TAX = ("tax_rate", "tax_type")
TERMS = ("hs6", *ROUTE, *TAX)
MADE_OF = {
    "hs6_origin": ("hs6", "origin_country"),
    "hs6_route": ("hs6", *ROUTE),
    "terms": TERMS,
    "terms_unit_price": (*TERMS, "unit_price"),
    "terms_price": (*TERMS, "price"),
    "terms_mass": (*TERMS, "mass"),
    "hs6_price": ("hs6", "price"),
    "hs6_price_route": ("hs6", *ROUTE, "price"),
    "mass_price": ("mass", "price"),
    "hs4_price": ("hs4", "price"),
    "route": ROUTE,
    "route_tax": (*ROUTE, *TAX),
    "hs2_origin": ("hs2", "origin_country"),
}
"""The parts of every entity that is made of several; prices count to a hundredth, masses and unit prices to a tenth."""


def declared_today(as_of: AsOf) -> pd.DataFrame:
    """Return the declarations that became known today."""
    return with_entities(as_of.table("declaration", known_for=1))


def checks(as_of: AsOf) -> pd.DataFrame:
    """Every check of a declaration, with what was declared, on the day its result became known."""
    results = as_of.versions("declaration_outcome")
    found = results[[*KEY, "is_fraud", "critical_fraud", "known_on", "superseded_on"]]
    papers = with_entities(as_of.versions("declaration"))
    pairs = join_versions(found, papers, on=list(KEY))
    return pairs.assign(
        event_on=pairs["known_on"],
        is_fraud=pairs["is_fraud"].astype("float64"),
        is_critical_fraud=(pairs["critical_fraud"] == CRITICAL).astype("float64"),
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
    """Add the entities made of several columns; one is missing where any of its parts is."""
    unit_price = as_text(price_per_kg_krw.function(rows), "{:.1f}")
    parts = {
        "hs2": rows["hs6"].str[:2],
        "hs4": rows["hs6"].str[:4],
        **rows[["hs6", "origin_country", "departure_country", "tax_type"]],
        "tax_rate": as_text(rows["tax_rate"], "{:.2f}"),
        "mass": as_text(rows["net_mass_kg"], "{:.1f}"),
        "price": as_text(rows["item_price_krw"], "{:.2f}"),
        "unit_price": unit_price.mask(rows["net_mass_kg"] == 0, "none"),
    }
    texts = {name: pa.array(part, pa.string()) for name, part in parts.items()}
    made = {name: pc.binary_join_element_wise(*map(texts.get, of), "|") for name, of in MADE_OF.items()}
    entities: pd.DataFrame = pa.table({"hs2": texts["hs2"], "hs4": texts["hs4"], **made}).to_pandas()
    return pd.concat([rows.assign(event_on=rows["known_on"]), entities.set_index(rows.index)], axis=1)


def as_text(numbers: pd.Series, form: str) -> pd.Series:
    """Return numbers as text with a fixed number of decimals; missing ones stay missing."""
    return numbers.map(form.format, na_action="ignore").astype("str")


def rates(hit: str) -> list[Rate]:
    """Return the smoothed rates of `hit`, each drawn towards that of a wider group it is part of."""

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
    streams={"checks": Stream(checks, ("declaration_outcome", "declaration"), near=KEY)},
    labels=labels,
    entities=ENTITIES,
)

FAMILY = family(
    rates("is_fraud"),
    rates("is_critical_fraud"),
    *(Count(by, "checks", days=EVER) for by in COUNTED),
    price_per_kg_krw,
    net_mass_kg,
    item_price_krw,
    tax_rate_percent,
    hs6_number,
)
