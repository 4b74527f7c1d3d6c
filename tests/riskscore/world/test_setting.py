import numpy as np
import pytest

from riskscore.world.network import make_network
from riskscore.world.setting import SILENT_DAYS, Setting, found_consignee, found_shipper, make_setting, silent
from riskscore.world.spec import WorldSpec
from riskscore.world.tables import consignee_homes
from riskscore.world.traders import make_traders

SPEC = WorldSpec(containers_per_day=60)


@pytest.fixture
def setting() -> Setting:
    network = make_network(SPEC)
    return make_setting(network, make_traders(SPEC, network), {7: 0, 9: 30})


def test_a_route_passes_its_last_hub_or_its_port_of_loading(setting: Setting) -> None:
    names = {number: name for name, number in setting.places.items()}
    for place, (port, via) in zip(
        setting.route_place, setting.network.routes[["port_of_loading", "via"]].itertuples(index=False), strict=True
    ):
        assert names[place] == (via.split()[-1] if via else port)


def test_a_company_is_dormant_once_it_has_been_silent_long_enough(setting: Setting) -> None:
    assert silent(setting, SILENT_DAYS - 1) == []
    assert silent(setting, SILENT_DAYS) == [7]
    assert silent(setting, SILENT_DAYS + 30) == [7, 9]


def test_founded_companies_get_the_next_numbers(setting: Setting) -> None:
    number = found_shipper(setting, "EC", "cover")
    other = found_consignee(setting, 2, "front", np.random.default_rng(1))
    assert (number, other) == (len(setting.parties), len(setting.parties) + 1)
    homes = consignee_homes()
    assert setting.founded[1]["country"] in set(homes.loc[homes["unit"] == 2, "country"])
