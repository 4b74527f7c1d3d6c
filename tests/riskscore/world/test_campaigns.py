import pandas as pd

from riskscore.world import World
from riskscore.world.campaigns import METHOD_SHARE, REGIONS
from riskscore.world.examine import SMUGGLING
from riskscore.world.tables import companies


def test_shares_add_up_and_regions_export() -> None:
    assert abs(sum(share for _, share, _ in REGIONS.values()) - 1) < 1e-9
    assert abs(sum(METHOD_SHARE.values()) - 1) < 1e-9
    home = {country for countries, _, _ in REGIONS.values() for country in countries}
    assert home <= set(companies().query("share > 0").index)


def test_all_four_methods_are_used(world: World) -> None:
    assert set(world.truth["method"].dropna()) == set(SMUGGLING)


def test_after_a_loss_a_group_comes_back_on_another_lane_with_other_companies(world: World) -> None:
    ordered = world.campaigns.sort_values(["group", "campaign"])
    moves = 0
    for _, own in ordered.groupby("group"):
        for (_, before), (_, after) in zip(own.iloc[:-1].iterrows(), own.iloc[1:].iterrows(), strict=True):
            moves += 1
            assert pd.notna(before["lost_on"])
            assert after["began_on"] > before["lost_on"]
            assert (after["place"], after["unit"]) != (before["place"], before["unit"])
            assert not set(after["consignees"]) & set(before["consignees"]) or not after["consignees"]
    assert moves >= 10


def test_a_campaign_loads_nothing_after_it_lost_a_load(world: World) -> None:
    loads = world.truth[world.truth["is_contraband"] & (world.truth["method"] != "rip_on_rip_off")].merge(
        world.campaigns[["campaign", "began_on", "lost_on"]], on="campaign"
    )
    first = world.consignments[world.consignments["version"] == 1].drop_duplicates(["voyage_id", "container_number"])
    loaded = loads.merge(first[["voyage_id", "container_number", "loaded_at"]], on=["voyage_id", "container_number"])
    lost = loaded[loaded["lost_on"].notna()]
    assert len(lost) > 50
    assert (lost["loaded_at"] < lost["lost_on"].dt.tz_localize("UTC")).all()


def test_dormant_companies_had_been_silent(world: World) -> None:
    dormant = world.campaigns[world.campaigns["method"] == "dormant_company"]
    first = world.consignments[world.consignments["version"] == 1]
    names = world.traders["name"].to_numpy()
    silences = []
    for _, campaign in dormant.iterrows():
        began = campaign["began_on"].tz_localize("UTC") - pd.Timedelta(days=1)
        for role in ("shipper", "consignee"):
            own = first[first[f"{role}_name"] == names[campaign[f"{role}s"][0]]]
            before, after = own[own["loaded_at"] < began], own[own["loaded_at"] >= began]
            if len(before) and len(after):
                silences.append(after["loaded_at"].min() - before["loaded_at"].max())
    assert silences
    assert min(silences) >= pd.Timedelta(days=38)


def test_front_companies_deal_in_goods_that_do_not_go_together(world: World) -> None:
    fronts = set(world.traders.loc[(world.traders["kind"] == "front") & (world.traders["role"] == "consignee"), "name"])
    first = world.consignments[world.consignments["version"] == 1]
    lines = first.groupby("consignee_name")["hs6"].agg(chapters=lambda codes: codes.str[:2].nunique(), rows="size")
    busy = lines[lines["rows"] >= 8]
    assert busy.loc[busy.index.isin(fronts), "chapters"].mean() > 2
