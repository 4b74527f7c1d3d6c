"""Sea distances: never shorter than the great circle, the same both ways, as searoute finds them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import searoute

from riskscore import reference
from riskscore.geo import detour_ratio, great_circle_km, sea_distance_km
from riskscore.geo.distance_files import keep_pairs, pairs_file, read_pairs, shipped_matrix
from riskscore.geo.sea_distance import pairs_km

FERRY_PORTS = ("GBDVR", "NLIJM")
"""Two seaports without container terminals: their distance is not shipped."""


def sea_km(origin: str | None, destination: str | None, cache: Path | None = None) -> float:
    return float(
        sea_distance_km(pd.Series([origin], dtype="str"), pd.Series([destination], dtype="str"), cache=cache)[0]
    )


@pytest.mark.parametrize(
    ("origin", "destination", "low", "high"),
    [
        ("CNSGH", "NLRTM", 18_500, 20_500),
        ("BRSSZ", "ESVLC", 8_500, 9_500),
        ("ECGYE", "BEANR", 10_000, 11_000),
        ("NLRTM", "USNYC", 5_900, 6_600),
        ("BEANR", "DEHAM", 600, 800),
        ("ESVLC", "EGPSD", 2_800, 3_400),
    ],
)
def test_well_known_voyages_have_their_length(origin: str, destination: str, low: float, high: float) -> None:
    assert low < sea_km(origin, destination) < high


def test_the_shipped_table_is_symmetric_and_never_shorter_than_the_great_circle() -> None:
    locodes, matrix = shipped_matrix()
    places = reference.ports().loc[locodes]
    lat, lon = places["lat"].to_numpy()[:, np.newaxis], places["lon"].to_numpy()[:, np.newaxis]
    assert len(locodes) > 700
    assert {"NLRTM", "BEANR", "DEHAM", "ESVLC", "CNSGH", "SGSIN", "BRSSZ", "ECGYE", "COCTG", "USNYC"} <= set(locodes)
    assert (matrix == matrix.T).all()
    assert (np.diag(matrix) == 0).all()
    assert (matrix + 1e-6 >= great_circle_km(lat, lon, lat.T, lon.T)).all()
    assert matrix.max() < 30_000


def test_the_shipped_table_is_what_the_network_gives_today() -> None:
    locodes, matrix = shipped_matrix()
    generator = np.random.default_rng(1)
    row, column = np.sort(generator.integers(0, len(locodes), (2, 50)), axis=0)
    pairs = pd.DataFrame({"origin": locodes[row], "destination": locodes[column]})
    assert pairs_km(pairs).tolist() == matrix[row, column].tolist()


@pytest.mark.parametrize(("origin", "destination"), [("CNSGH", "NLRTM"), ("AUMEL", "DEHAM"), ("USLAX", "NLRTM")])
def test_the_network_gives_searoutes_length_and_the_way_to_its_ends(origin: str, destination: str) -> None:
    places = reference.ports().loc[[origin, destination], ["lon", "lat"]]
    begin, end = (place.to_list() for _, place in places.iterrows())
    way = searoute.searoute(begin, end)
    first, *_, last = way["geometry"]["coordinates"]
    access = great_circle_km(begin[1], begin[0], first[1], first[0]) + great_circle_km(end[1], end[0], last[1], last[0])
    assert sea_km(origin, destination) == pytest.approx(way["properties"]["length"] + float(access), rel=1e-3, abs=2)


def test_unknown_inland_and_missing_places_have_no_distance() -> None:
    assert all(np.isnan(sea_km(place, "NLRTM")) for place in ("XXXXX", "CHBSL", None, "", "nlrtm"))
    assert np.isnan(sea_km("NLRTM", "XXXXX"))


def test_a_port_is_at_no_distance_from_itself_shipped_or_not() -> None:
    assert sea_km("NLRTM", "NLRTM") == 0
    assert sea_km("GBDVR", "GBDVR") == 0
    assert sea_km("CNSGH", "CNSHG") == 0


def test_pairs_outside_the_table_are_computed_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, back = sea_km(*FERRY_PORTS, cache=tmp_path / "new"), sea_km(*FERRY_PORTS[::-1], cache=tmp_path / "new")
    assert 260 < there == back < 340
    assert read_pairs(tmp_path / "new").to_numpy().tolist() == [[*FERRY_PORTS, there]]
    monkeypatch.setattr("riskscore.geo.sea_distance.pairs_km", pytest.fail)
    assert sea_km(*FERRY_PORTS, cache=tmp_path / "new") == there
    assert [path.name for path in (tmp_path / "new").iterdir()] == [pairs_file(tmp_path).name]


def test_new_pairs_join_the_kept_ones(tmp_path: Path) -> None:
    sea_km("GBDVR", "NLIJM", cache=tmp_path)
    sea_km("GBDVR", "NLRTM", cache=tmp_path)
    assert read_pairs(tmp_path)["destination"].to_list() == ["NLIJM", "NLRTM"]


def test_a_damaged_cache_is_computed_again(tmp_path: Path) -> None:
    pairs_file(tmp_path).write_bytes(b"PAR1 cut short")
    assert sea_km(*FERRY_PORTS, cache=tmp_path) > 0
    assert len(read_pairs(tmp_path)) == 1


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pd.DataFrame({"origin": ["A"], "destination": ["B"], "km": [1.0]})
    keep_pairs(tmp_path, kept)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        keep_pairs(tmp_path, pd.concat([kept, kept]))
    assert len(read_pairs(tmp_path)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_distances_keep_the_callers_index_and_read_rows_by_place() -> None:
    origin = pd.Series(["NLRTM", "BEANR"], index=[7, 3])
    destination = pd.Series(["USNYC", "USNYC"], index=[1, 2])
    found = sea_distance_km(origin, destination)
    assert found.index.to_list() == [7, 3]
    assert found.notna().all()


def detours(paths: list[tuple[str | None, str | None, str | None]]) -> list[float]:
    columns = pd.DataFrame(paths, columns=["origin", "via", "destination"], dtype="str")
    return detour_ratio(columns["origin"], columns["via"], columns["destination"]).to_list()


def test_a_detour_is_its_legs_over_the_direct_way() -> None:
    one = (sea_km("ECGYE", "NLRTM") + sea_km("NLRTM", "BEANR")) / sea_km("ECGYE", "BEANR")
    two = (sea_km("ECGYE", "PABLB") + sea_km("PABLB", "NLRTM") + sea_km("NLRTM", "BEANR")) / sea_km("ECGYE", "BEANR")
    found = detours([("ECGYE", "NLRTM", "BEANR"), ("ECGYE", " PABLB  NLRTM ", "BEANR"), ("ECGYE", "NLRTM", "BEANR")])
    assert found == pytest.approx([one, two, one])


def test_no_transhipment_is_no_detour() -> None:
    assert detours([("CNSGH", None, "NLRTM"), ("CNSGH", "", "NLRTM"), ("CNSGH", " ", "NLRTM")]) == [1, 1, 1]


def test_a_detour_with_an_unknown_leg_or_no_direct_way_is_unknown() -> None:
    paths = [("BRSSZ", "XXXXX", "NLRTM"), (None, None, "NLRTM"), ("NLRTM", "BEANR", None), ("NLRTM", "BEANR", "NLRTM")]
    assert all(np.isnan(detours(paths)))


def test_detours_keep_the_callers_index() -> None:
    ports = pd.Series(["CNSGH", "NLRTM"], index=["b", "a"])
    found = detour_ratio(ports, pd.Series([None, None], index=[1, 2], dtype="str"), ports[::-1].reset_index(drop=True))
    assert found.to_dict() == {"b": 1.0, "a": 1.0}
    assert detours([]) == []


def test_a_detour_through_any_port_is_never_shorter_beyond_rounding() -> None:
    locodes, _ = shipped_matrix()
    calls = np.random.default_rng(3).choice(locodes.to_numpy(), (300, 3))
    ratio = pd.Series(detours([tuple(path) for path in calls if len(set(path)) == 3])).dropna()
    assert (ratio > 0.99).all()
    assert (ratio > 1.2).mean() > 0.3
