"""The shipped tables hold what the published files hold, and nobody can spoil them."""

import importlib.resources

import pytest

from riskscore import reference
from riskscore.errors import ReferenceDataError

LOCODES_PUBLISHED = 116_029 - 146
"""Lines of the published list less those that repeat a code under another spelling of the name."""


def test_every_published_locode_is_there_once() -> None:
    locodes = reference.locodes()
    assert len(locodes) == LOCODES_PUBLISHED
    assert locodes.index.is_unique
    assert locodes.index.str.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}").all()
    assert (locodes["country"] == locodes.index.str[:2]).all()
    assert locodes["function"].str.fullmatch(r"[-0-9B]{8}").all()


def test_namibia_is_a_country_not_a_missing_value() -> None:
    assert reference.countries().loc["NA", "name"] == "Namibia"
    assert reference.ports().loc["NAWVB", "country"] == "NA"
    assert (reference.locodes()["country"] == "NA").sum() == 47
    assert "NA" in reference.code_list("country")


@pytest.mark.parametrize("table", ["locodes", "ports", "countries", "container_types", "hs6_codes", "sources"])
def test_no_text_is_missing_or_damaged(table: str) -> None:
    text = getattr(reference, table)().select_dtypes("str")
    assert not text.isna().any(axis=None)
    assert not text.apply(lambda column: column.str.contains("\ufffd")).any(axis=None)


def test_names_cut_at_their_comma_are_whole_again() -> None:
    assert reference.locodes().loc["BSFPO", "name"] == "Freeport, Grand Bahama"
    assert reference.locodes().loc["BSFPO", "function"] == "1--4----"
    assert not reference.locodes()["name"].str.contains('"').any()


def test_countries_are_iso_3166_and_kosovo() -> None:
    countries = reference.countries()
    assert countries["is_iso3166"].sum() == 249
    assert countries.index[~countries["is_iso3166"]].to_list() == ["XK"]
    assert countries.loc["DE"].to_list() == ["DEU", "Germany", "Europe", "Western Europe", True]
    assert (countries["region"] != "").all()


def test_the_harmonized_system_has_the_subheadings_of_2022_with_chapter_and_section() -> None:
    goods = reference.hs6_codes()
    assert len(goods) == 5612
    assert (len(reference.hs_headings()), len(reference.hs_chapters())) == (1228, 96)
    assert not goods.isna().any(axis=None)
    bananas = goods.loc["080390"]
    assert (bananas["chapter"], bananas["section"], bananas["heading"]) == ("08", "II", "0803")
    assert "bananas" in bananas["description"]
    assert bananas["section_text"] == "Vegetable products"
    assert goods["section"].nunique() == 21
    assert "999999" not in goods.index


def test_container_types_are_every_size_with_every_type() -> None:
    types = reference.container_types()
    assert len(types) == 17 * 15 * (47 + 19)
    assert types.loc["22G1", "length_mm"] == 6068
    assert types.loc["45R1", ["height", "group_text"]].to_list() == ["2895 mm", "Thermal container"]


@pytest.mark.parametrize(
    ("locode", "lat", "lon"),
    [
        ("NLRTM", 51.95, 4.1),
        ("BEANR", 51.3, 4.3),
        ("DEHAM", 53.5, 9.9),
        ("ESVLC", 39.4, -0.3),
        ("CNYTN", 22.57, 114.27),
        ("CDMAT", -5.83, 13.44),
    ],
)
def test_container_ports_lie_where_they_are(locode: str, lat: float, lon: float) -> None:
    port = reference.ports().loc[locode]
    assert port["is_seaport"]
    assert port["terminal_count"] > 0
    assert (port["lat"], port["lon"]) == pytest.approx((lat, lon), abs=0.2)


def test_ports_have_a_position_on_earth_or_none() -> None:
    ports = reference.ports()
    assert ports["lat"].isna().equals(ports["lon"].isna())
    assert ((ports["position_from"] == "") == ports["lat"].isna()).all()
    assert ports["lat"].dropna().between(-90, 90).all()
    assert ports["lon"].dropna().between(-180, 180).all()
    assert ports.loc[ports["terminal_count"] > 0, "lat"].notna().all()
    assert set(ports["position_from"]) == {"terminal", "harbour", "locode", "looked_up", ""}


def test_river_ports_are_ports_but_not_seaports() -> None:
    ports = reference.ports()
    assert not ports.loc[["DEDUI", "CHBSL", "NLHEN"], "is_seaport"].any()
    assert ports.loc[["BRMAO", "USCHI"], "is_seaport"].all()


def test_code_lists_are_those_of_the_tables() -> None:
    sizes = {name: len(reference.code_list(name)) for name in ("locode", "hs6", "country", "container_type")}
    assert sizes == {"locode": LOCODES_PUBLISHED, "hs6": 5612, "country": 250, "container_type": 16_830}
    assert {"NLRTM", "NAWVB", "CNSHG"} <= reference.code_list("seaport") < reference.code_list("locode")


def test_an_unknown_code_list_names_those_there_are() -> None:
    with pytest.raises(ReferenceDataError, match="container_type, country, hs6, locode, seaport"):
        reference.code_list("ports")


def test_a_callers_change_does_not_reach_the_next_caller() -> None:
    spoilt = reference.ports()
    spoilt.loc["NLRTM", "name"] = "elsewhere"
    spoilt["country"] = "XX"
    assert reference.ports().loc["NLRTM", ["name", "country"]].to_list() == ["Rotterdam", "NL"]


def test_every_table_is_small_and_its_source_named_with_version_and_licence() -> None:
    tables = importlib.resources.files("riskscore.reference") / "tables"
    assert all(len(path.read_bytes()) < 2 * 2**20 for path in tables.iterdir())
    sources = reference.sources()
    assert set(sources.index) == {
        "un-locode",
        "world-port-index",
        "smdg-terminals",
        "country-codes",
        "harmonized-system",
        "iso6346",
        "land",
    }
    assert (sources[["origin", "version", "licence"]] != "").all(axis=None)


def test_the_page_of_sources_is_the_table_of_sources() -> None:
    page = (importlib.resources.files("riskscore.reference") / "SOURCES.md").read_text(encoding="utf-8")
    for source, facts in reference.sources().iterrows():
        assert f"| {' | '.join([str(source), *facts])} |" in page
