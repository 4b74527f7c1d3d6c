from riskscore.reference import code_list
from riskscore.world.spec import UNITS
from riskscore.world.tables import EMPTY_HS6, companies, consignee_homes, feeders, goods, goods_of, services


def test_goods_are_in_the_harmonized_system_once() -> None:
    assert set(goods()["hs6"]) <= code_list("hs6")
    assert goods()["hs6"].is_unique
    assert EMPTY_HS6 in set(goods()["hs6"])


def test_every_exporting_country_has_goods_and_a_code() -> None:
    exporters = companies().query("share > 0").index
    assert set(exporters) <= set(goods_of())
    assert set(companies().index) <= code_list("country")


def test_ports_are_seaports_and_homes_places() -> None:
    called_at = set(services()["rotation"].explode()) | set(feeders()["port"]) | set(feeders()["via"].explode())
    assert called_at <= code_list("seaport")
    assert set(consignee_homes()["places"].explode()) <= code_list("locode")


def test_every_unit_is_called_at_and_has_a_hinterland() -> None:
    assert set(UNITS) <= set(services()["rotation"].explode())
    assert set(consignee_homes()["unit"]) == set(range(len(UNITS)))
    assert set(consignee_homes()["country"]) <= set(companies().index)


def test_feeders_lead_to_a_service() -> None:
    assert set(feeders()["via"].str[-1]) <= set(services()["rotation"].explode())
