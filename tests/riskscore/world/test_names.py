import numpy as np
import pandas as pd
import pytest

from riskscore.entities import normalise_name
from riskscore.world import World
from riskscore.world.names import STEMS, company_names, vessel_names
from riskscore.world.tables import companies


@pytest.mark.parametrize("country", sorted(companies().index))
def test_every_company_name_says_that_it_is_invented(country: str) -> None:
    names = company_names(pd.Series([country] * 50), np.random.default_rng(1))
    invented = set(companies().loc[[country]].iloc[0]["invented"])
    assert all(name.split()[0] in set(STEMS) and name.split()[1] in invented for name in names)


def test_companies_of_a_country_have_different_names_even_when_words_run_out() -> None:
    count = 3 * len(STEMS) + 10
    assert pd.Series(company_names(pd.Series(["MY"] * count), np.random.default_rng(1))).is_unique


def test_parties_stay_different_when_their_names_are_normalised(world: World) -> None:
    normal = normalise_name(world.traders["name"]) + world.traders["country"]
    assert normal.is_unique


def test_ships_have_different_invented_names() -> None:
    names = pd.Series(vessel_names(20_000, np.random.default_rng(1)))
    assert names.is_unique
    assert names.str.startswith("INVENTED ").all()
