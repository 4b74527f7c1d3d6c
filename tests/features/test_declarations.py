"""Declarations: known answers, rates as of the day against plain loops, and what is a copy of what."""

import random

import numpy as np
import pandas as pd
import pytest

from features import FEATURE_SETS, declarations
from riskscore.measures import Rate
from riskscore.store import History
from tests.features.facts import (
    RowsInMemory,
    as_of,
    day,
    declaration,
    declaration_outcome,
    features_on,
    row_cases,
    value_of,
)

DAYS = 8


@pytest.mark.parametrize(("feature", "given", "value"), row_cases("declarations"))
def test_known_answers(feature, given, value):
    assert value_of("declaration", feature, given) == pytest.approx(value, nan_ok=True)


def miniature(seed):
    """Some sixty invented declarations over DAYS days and, the day after, what was found on most of them."""
    chance = random.Random(seed)
    papers, outcomes = [], []
    for number in range(1, 61):
        declared_on = chance.randint(1, DAYS)
        papers.append(
            declaration(
                declared_on,
                number,
                hs6=chance.choice(["080390", "080310", "081190", "870323"]),
                origin_country=chance.choice(["EC", "CO"]),
                departure_country=chance.choice(["EC", "US"]),
                tax_rate=chance.choice([0.0, 8.0]),
                item_price_krw=chance.choice([100.0, 100.004, 250.5]),
                net_mass_kg=chance.choice([0.0, 50.0]),
            )
        )
        if number % 10:
            outcomes.append(declaration_outcome(declared_on + 1, number, level=chance.choice([0, 0, 1, 2])))
    return papers, outcomes


def plain_key(paper, parts):
    """The same entity as text made in plain Python."""
    texts = {**paper, "hs2": paper["hs6"][:2], "hs4": paper["hs6"][:4], "price": f"{paper['item_price_krw']:.2f}"}
    return tuple(str(texts[part]) for part in parts)


TUPLE = ("hs6", "origin_country", "departure_country", "tax_rate", "tax_type")
CHAINS = {
    "terms_fraud_rate_ever": (
        1,
        [(("hs2",), 10), (("hs4",), 5), (("hs6",), 3), (TUPLE[:2], 1), (TUPLE[:3], 1), (TUPLE, 1)],
    ),
    "hs6_price_route_critical_fraud_rate_ever": (
        2,
        [
            *[(("hs2",), 10), (("hs4",), 5), (("hs6",), 3), (("hs6", "price"), 0.5)],
            (("hs6", "origin_country", "departure_country", "price"), 0.3),
        ],
    ),
}
"""Rate -> lowest level that is a hit, and the chain of groups from the widest, each with its strength."""


def plain_rate(paper, checked, least, chain):
    """Smooth from the widest group to the narrowest, one check at a time."""
    rate = (sum(level >= least for _, level in checked) + 0.5) / (len(checked) + 1)
    for parts, strength in chain:
        alike = [level for other, level in checked if plain_key(other, parts) == plain_key(paper, parts)]
        rate = (sum(level >= least for level in alike) + strength * rate) / (len(alike) + strength)
    return rate


@pytest.mark.parametrize("feature", CHAINS)
def test_rates_equal_plain_loops_over_what_was_known(feature):
    papers, outcomes = miniature(seed=7)
    levels = {one["declaration_id"]: (one["known_day"], one["critical_fraud"]) for one in outcomes}
    days = [day(number) for number in range(1, DAYS + 1)]
    history = History(RowsInMemory(declaration=papers, declaration_outcome=outcomes), days[-1])
    found = FEATURE_SETS["declaration"].compute(history, days).set_index("declaration_id")[feature]
    least, chain = CHAINS[feature]
    for paper in papers:
        today = paper["known_day"]
        known = {one: level for one, (known_day, level) in levels.items() if known_day <= today}
        checked = [(other, known[other["declaration_id"]]) for other in papers if other["declaration_id"] in known]
        assert found[paper["declaration_id"]] == pytest.approx(plain_rate(paper, checked, least, chain), rel=1e-12)
    assert found.nunique() > 10


def test_a_rates_chain_is_the_declared_one():
    def chain(rate):
        return [] if rate is None else [*chain(rate.parent), (rate.by, rate.strength)]

    by = {one.by: one for one in declarations.rates("is_fraud") if isinstance(one, Rate)}
    assert chain(by["terms_price"]) == [
        *[("hs2", 10), ("hs4", 5), ("hs6", 3), ("hs6_origin", 1), ("hs6_route", 1), ("terms", 1)],
        *[("terms_unit_price", 0.5), ("terms_price", 0.3)],
    ]
    assert chain(by["terms_mass"]) == [("terms", 1), ("terms_mass", 0.3)]
    assert chain(by["mass_price"]) == [("mass_price", 0.3)]


def test_a_check_counts_from_the_day_its_result_is_known():
    papers = [declaration(1, 1), declaration(2, 2), declaration(3, 3)]
    lake = {"declaration": papers, "declaration_outcome": [declaration_outcome(3, 1, level=1)]}
    assert features_on(2, "declaration", **lake)["terms_price_checks_ever"].tolist() == [0]
    assert features_on(3, "declaration", **lake)["terms_price_checks_ever"].tolist() == [1]


@pytest.mark.parametrize(
    ("changed", "is_twin"),
    [
        ({}, True),
        ({"importer_id": "IMPORTER2", "office_id": "11", "net_mass_kg": 51.0}, True),
        ({"item_price_krw": 100_000.004}, True),
        ({"item_price_krw": 100_000.01}, False),
        ({"tax_rate": 8.5}, False),
        ({"departure_country": "US"}, False),
    ],
)
def test_a_twin_has_the_same_tuple_and_price(changed, is_twin):
    lake = {"declaration": [declaration(1, 1), declaration(5, 2, **changed)]}
    found = features_on(5, "declaration", **lake, declaration_outcome=[declaration_outcome(2, 1)])
    assert found["terms_price_checks_ever"].tolist() == [float(is_twin)]


def test_a_price_per_kg_without_mass_is_one_of_its_own_and_a_missing_part_leaves_the_entity_missing():
    papers = pd.DataFrame([declaration(1, 1, net_mass_kg=0.0), declaration(1, 2, item_price_krw=np.nan)])
    papers = papers.astype({"hs6": "str", "origin_country": "str", "departure_country": "str", "tax_type": "str"})
    found = declarations.with_entities(papers.assign(known_on=1))
    assert found["terms_unit_price"].tolist()[0] == "080390|EC|EC|8.00|A|none"
    assert found["mass_price"].tolist()[0] == "0.0|100000.00"
    gaps = found.iloc[1][["terms_unit_price", "terms_price", "hs6_price", "mass_price", "hs4_price"]]
    assert gaps.isna().all()
    assert found["terms_mass"].tolist()[1] == "080390|EC|EC|8.00|A|50.0"


def test_a_label_is_what_the_check_found():
    outcomes = [declaration_outcome(2, number, level=number) for number in range(3)]
    found = declarations.labels(as_of(5, declaration_outcome=outcomes)).set_index("declaration_id")
    assert found["is_fraud"].tolist() == [0, 1, 1]
    assert found["is_critical"].tolist() == [0, 0, 1]
    assert set(found["decided_on"]) == {as_of(2).number}


def test_a_day_without_declarations_has_no_rows():
    assert features_on(3, "declaration", declaration=[declaration(1)]).empty
