"""Build the places: UN/LOCODE repaired, its ports located by the better of several published positions."""

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from riskscore.reference.sphere import arc_km, unit_vectors

NOT_INLAND_KM = 50.0
"""A port farther than this from open water, no listed harbour and without a container terminal, is inland."""
DISAGREE_KM = 100.0
"""Two published positions of one port farther apart than this cannot both be right."""
FUNCTIONS = r"[-0-9B]{8}"


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV as text alone: `NA` stays Namibia, nothing is guessed, bytes that are not UTF-8 become U+FFFD."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", encoding_errors="replace")


def read_locodes(source: Path) -> pd.DataFrame:
    """Return every UN/LOCODE once: name, country, function, lat, lon and where the position is from."""
    listed = read_text_table(source / "un-locode" / "un-locode.csv").pipe(repair_split_names)
    listed["locode"] = listed["country"] + listed["location"]
    listed = listed.drop_duplicates("locode").set_index("locode").sort_index()
    return listed[["name", "country", "function", "lat", "lon", "position_from"]]


def repair_split_names(listed: pd.DataFrame) -> pd.DataFrame:
    """Join the names that were cut at their comma, and drop the positions looked up for such a half name."""
    cut = ~listed["function"].str.fullmatch(FUNCTIONS)
    halves = listed["subdivision"].str.strip(' "') + ", " + listed["status"].str.strip(' "')
    name = listed["nameWoDiacritics"].mask(cut, halves).str.replace("\ufffd", "").str.strip(' ,"')
    where = np.where(listed["geocoded"] == "true", "looked_up", "locode")
    return listed.assign(
        name=name,
        function=listed["function"].mask(cut, listed["iata"]),
        lat=pd.to_numeric(listed["lat"], errors="coerce").mask(cut),
        lon=pd.to_numeric(listed["lon"], errors="coerce").mask(cut),
        position_from=pd.Series(where, index=listed.index).mask(cut | (listed["lat"] == ""), ""),
    )


def read_harbours(source: Path) -> pd.DataFrame:
    """Return the World Port Index by locode: its name of the harbour and the harbour's position."""
    index = read_text_table(source / "world-port-index" / "UpdatedPub150.csv")
    index["locode"] = index["UN/LOCODE"].str.replace(" ", "")
    known = index[index["locode"].str.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}")].drop_duplicates("locode", keep=False)
    return pd.DataFrame(
        {
            "name": known["Main Port Name"].array,
            "lat": known["Latitude"].astype(float).array,
            "lon": known["Longitude"].astype(float).array,
        },
        index=known["locode"].array,
    )


def read_terminals(source: Path) -> pd.DataFrame:
    """Return SMDG's container terminals by locode, alternative ones too: their number and middle position."""
    listed = read_text_table(source / "smdg-terminals" / "smdg-terminals.csv")
    also = listed[listed["Alternative UNLOCODE"] != ""]
    listed = pd.concat([listed, also.assign(UNLOCODE=also["Alternative UNLOCODE"])], ignore_index=True)
    position = listed["Coordinates"].str.extract(r"^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$").astype(float)
    grouped = position.set_axis(["lat", "lon"], axis="columns").groupby(listed["UNLOCODE"])
    return grouped.median().assign(terminals=grouped.size())


def locate_ports(locodes: pd.DataFrame, harbours: pd.DataFrame, terminals: pd.DataFrame) -> pd.DataFrame:
    """Return every place with the port function or in a list of sea ports, with the most trusted position."""
    in_sea_list = locodes.index.isin(harbours.index.union(terminals.index))
    ports = locodes[locodes["function"].str.startswith("1") | in_sea_list].copy()
    ports["terminal_count"] = terminals["terminals"].reindex(ports.index).fillna(0).astype("int16")
    for position_from, offered in (("harbour", harbours), ("terminal", terminals)):
        there = offered.reindex(ports.index)
        better = there["lat"].notna()
        if position_from == "harbour":
            better &= believable(ports, there)
        ports.loc[better, ["lat", "lon"]] = there.loc[better, ["lat", "lon"]]
        ports.loc[better, "position_from"] = position_from
    return ports


def believable(ports: pd.DataFrame, harbours: pd.DataFrame) -> pd.Series:
    """Tell whether a harbour is the port its locode says: it lies near the listed position or has the same name."""
    same_name = first_word(ports["name"]) == first_word(harbours["name"].fillna(""))
    return same_name | (distance_km(ports, harbours) <= DISAGREE_KM)


def first_word(names: pd.Series) -> pd.Series:
    """Return the first word of each name without its case or signs, the part two lists agree on."""
    return names.str.casefold().str.extract(r"([a-z]+)", expand=False).fillna("")


def distance_km(left: pd.DataFrame, right: pd.DataFrame) -> pd.Series:
    """Return the distance between two aligned tables of positions, NaN where one is unknown."""
    chord = np.linalg.norm(unit_vectors(left["lat"], left["lon"]) - unit_vectors(right["lat"], right["lon"]), axis=1)
    return pd.Series(arc_km(chord), index=left.index)


def mark_seaports(ports: pd.DataFrame, source: Path, harbours: pd.Index) -> pd.DataFrame:
    """Add `is_seaport`: in the index of harbours, a port with a container terminal, or not known to lie inland."""
    land = geopandas.read_file(source / "land" / "land-50m.geojson")
    shore = shapely.get_coordinates(shapely.segmentize(land.boundary, 0.1))
    located = ports["lat"].notna()
    chord, _ = cKDTree(unit_vectors(shore[:, 1], shore[:, 0])).query(
        unit_vectors(ports.loc[located, "lat"], ports.loc[located, "lon"])
    )
    to_sea_km = pd.Series(0.0, index=ports.index)
    to_sea_km[located] = arc_km(chord)
    has_terminal = (ports["terminal_count"] > 0) & ports["function"].str.startswith("1")
    return ports.assign(is_seaport=ports.index.isin(harbours) | has_terminal | (to_sea_km <= NOT_INLAND_KM))
