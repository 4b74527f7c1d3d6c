import pandas as pd
import pytest

from riskscore.entities import party_id
from riskscore.reference import code_list, valid_container_numbers, valid_imo_numbers
from riskscore.world import World
from riskscore.world.clock import to_date
from riskscore.world.seizures import OPTIONAL, SENDERS


@pytest.fixture(scope="module")
def known(world: World) -> pd.DataFrame:
    told = pd.to_datetime([to_date(day) for day in world.seizures["delivered_on"]])
    return world.seizures.assign(told=told.tz_localize("UTC"))


def test_three_countries_tell_and_late(known: pd.DataFrame) -> None:
    assert set(known["country"]) == {"ES", "BR", "US"}
    lag = (known["told"] - known["seized_at"]).dt.days
    assert lag.min() >= 0
    assert 5 <= lag.median() <= 21
    assert lag.max() <= 90


def test_files_come_on_the_senders_weekdays(known: pd.DataFrame) -> None:
    for country, own in known.groupby("country"):
        assert set(own["told"].dt.day_of_week) <= set(SENDERS[str(country)].weekdays)


def test_senders_leave_different_things_out(known: pd.DataFrame) -> None:
    given = known.groupby("country")["container_number"].agg(lambda numbers: numbers.notna().mean())
    assert given["ES"] > given["US"]
    for columns in OPTIONAL.values():
        assert known[columns].isna().any().all()
    assert (
        known[["seizure_id", "seized_at", "substance", "quantity_kg", "evaluation_code", "handling_code"]]
        .notna()
        .all(axis=None)
    )


def test_what_is_given_is_valid(known: pd.DataFrame) -> None:
    assert valid_container_numbers(known["container_number"].dropna()).all()
    assert valid_imo_numbers(known["vessel_imo"].dropna()).all()
    assert set(known["cover_hs6"].dropna()) <= code_list("hs6")
    assert set(known["port"].dropna()) | set(known["port_of_loading"].dropna()) <= code_list("locode")
    assert (known["quantity_kg"] > 0).all()


def test_a_correction_has_the_number_of_what_it_corrects(known: pd.DataFrame) -> None:
    second = known[known["version"] == 2]
    first = known[known["version"] == 1].set_index("seizure_id")
    assert not first.index.duplicated().any()
    again = second[second["seizure_id"].isin(first.index)]
    assert len(again)
    assert (again["delivered_on"].to_numpy() > first.loc[again["seizure_id"], "delivered_on"].to_numpy()).all()


def test_spain_tells_of_its_own_finds_until_the_live_days(world: World, known: pd.DataFrame) -> None:
    found = world.inspections[(world.inspections["unit"] == "ESVLC") & (world.inspections["outcome"] == "contraband")]
    told = set(known.loc[known["port"] == "ESVLC", "container_number"].dropna())
    assert told & set(found["container_number"])


def test_some_parties_are_named_without_their_country(known: pd.DataFrame) -> None:
    for role in ("shipper", "consignee"):
        named = known[known[f"{role}_name"].notna()]
        untold = named[f"{role}_country"].isna().groupby(named["country"]).mean()
        assert 0 < untold["ES"] < untold["US"] < 0.7
        assert known.loc[known[f"{role}_name"].isna(), f"{role}_country"].isna().all()


def test_it_is_known_who_it_really_was(world: World, known: pd.DataFrame) -> None:
    for role in ("shipper", "consignee"):
        told = known[known[f"{role}_name"].notna() & known[f"{role}_country"].notna()]
        same = party_id(told[f"{role}_name"], told[f"{role}_country"]) == told[f"true_{role}_id"]
        assert 0.8 < same.mean() < 1
        ours = party_id(world.traders["name"], world.traders["country"])
        assert 0.3 < told[f"true_{role}_id"].isin(ours).mean() < 1


def test_partners_name_containers_that_came_to_us_and_others(world: World, known: pd.DataFrame) -> None:
    numbers = known["container_number"].dropna()
    ours = numbers.isin(world.truth.loc[world.truth["is_contraband"], "container_number"])
    assert 0.05 < ours.mean() < 0.95


def test_names_of_our_traders_come_respelled(world: World, known: pd.DataFrame) -> None:
    names = known["shipper_name"].dropna()
    assert 0 < names.isin(world.traders["name"]).mean() < 0.9
