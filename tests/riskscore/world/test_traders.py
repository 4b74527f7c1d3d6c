import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.world.network import make_network
from riskscore.world.spec import WorldSpec
from riskscore.world.tables import companies, goods
from riskscore.world.traders import Traders, make_traders, pick, pick_within

SPEC = WorldSpec(days=60)


@pytest.fixture(scope="module")
def traders() -> Traders:
    return make_traders(SPEC, make_network(SPEC))


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=30), st.lists(st.integers(0, 6), max_size=30), st.integers(0, 99)
)
def test_a_member_of_the_wanted_group_is_picked(groups: list[int], wanted: list[int], seed: int) -> None:
    members, asked = np.array(groups), np.array(wanted, dtype=np.int64)
    picked = pick_within(members, asked, np.random.default_rng(seed))
    has_members = np.isin(asked, members)
    assert (members[picked[has_members]] == asked[has_members]).all()
    assert ((picked >= 0) & (picked < len(members))).all()


def test_weights_decide_how_often_a_position_is_picked() -> None:
    picked = pick(np.array([1.0, 0.0, 3.0]), 40_000, np.random.default_rng(1))
    assert np.bincount(picked, minlength=3) / 40_000 == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


def test_every_exporting_country_has_a_shipper(traders: Traders) -> None:
    shippers = traders.parties[traders.parties["role"] == "shipper"]
    assert set(shippers["country"]) == set(companies().query("share > 0").index)


def test_relations_ship_from_the_shippers_country_to_the_consignees_unit(traders: Traders) -> None:
    routes = make_network(SPEC).routes
    ways, parties, relations = routes.iloc[traders.relations["route"]], traders.parties, traders.relations
    assert (parties["country"].to_numpy()[relations["shipper"]] == ways["country"].to_numpy()).all()
    assert (parties["unit"].to_numpy()[relations["consignee"]] == ways["unit"].to_numpy()).all()


def test_shippers_deal_in_goods_of_their_country(traders: Traders) -> None:
    country = traders.parties["country"].to_numpy()[traders.relations["shipper"]]
    origins = goods()["origins"].to_numpy()[traders.relations["goods"]]
    assert all(code in offered for code, offered in zip(country, origins, strict=True))


def test_relations_live_differently(traders: Traders) -> None:
    kinds = traders.relations["kind"].value_counts(normalize=True)
    assert set(kinds.index) == {"regular", "starting", "ceased", "seasonal", "single"}
    assert kinds["regular"] > 0.5
