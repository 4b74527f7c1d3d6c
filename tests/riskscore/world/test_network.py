import pytest

from riskscore.geo import sea_distance_km
from riskscore.world.network import CONTAINERS_PER_COPY, KM_PER_DAY, Network, make_network
from riskscore.world.spec import UNITS, WorldSpec


@pytest.fixture(scope="module")
def network() -> Network:
    return make_network(WorldSpec())


def test_a_route_loads_and_discharges_where_its_service_calls(network: Network) -> None:
    for way in network.routes.itertuples():
        rotation = network.services["rotation"].iloc[way.service]
        last_hub = way.via.split()[-1] if way.via else way.port_of_loading
        assert rotation[way.load_call] == last_hub
        assert rotation[way.discharge_call] == UNITS[way.unit]
        assert way.load_call < way.discharge_call


def test_every_unit_gets_direct_and_transhipped_cargo(network: Network) -> None:
    kinds = network.routes.assign(is_direct=network.routes["via"] == "").groupby("unit")["is_direct"].nunique()
    assert kinds.to_dict() == {0: 2, 1: 2, 2: 2, 3: 2}


def test_sailing_days_follow_sea_distances(network: Network) -> None:
    service = network.services.iloc[0]
    ports = network.services["rotation"].explode().loc[[0]].reset_index(drop=True)
    legs = sea_distance_km(ports.iloc[:-1].reset_index(drop=True), ports.iloc[1:].reset_index(drop=True))
    assert service["sailing_days"][0] == 0
    assert service["sailing_days"][1:] == pytest.approx(legs.to_numpy() / KM_PER_DAY)


def test_a_larger_world_has_more_strings_with_names_of_their_own(network: Network) -> None:
    large = make_network(WorldSpec(containers_per_day=2 * CONTAINERS_PER_COPY))
    assert len(large.services) == 3 * len(network.services)
    assert large.services["service_code"].is_unique
