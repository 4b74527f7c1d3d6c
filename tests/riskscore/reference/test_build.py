"""Building the tables from published files, with the damage these files really have."""

from pathlib import Path

import pandas as pd
import pytest

from riskscore.errors import ReferenceDataError
from riskscore.reference import build
from riskscore.reference.build_places import locate_ports, read_harbours, read_locodes, read_terminals

LOCODES = """country,location,name,nameWoDiacritics,subdivision,status,function,iata,lat,lon,geocoded
NA,WVB,Walvis Bay,Walvis Bay,,QQ,1-------,,-22.9557607,14.5071125,true
DK,VES,\"""Vesterø Havn"," Læsø\""","\""Vestero Havn"," Laso\""",,1-------,57.29,10.92,true
BE,BRU,Brussel (Bruxelles),Brussel (Bruxelles),BRU,AI,1234----,,50.83,4.33,
BE,BRU,Bruxelles (Brussel),Bruxelles (Brussel),BRU,AI,1234----,,50.83,4.33,
CN,YTN,Yantian,Yantian,,AS,1-------,,26.85,119.86,
US,SHG,Shungnak,Shungnak,AK,AI,---4----,,66.88,-157.15,true
NL,RTM,Rotterdam,Rotterdam,ZH,AF,12345---,,51.91,4.5,
FR,CAN,Cannes,Cannes,,AI,--3-----,,,,
""".encode("latin-1")
HARBOURS = """Main Port Name,UN/LOCODE,Latitude,Longitude
Yantian,CN YTN,22.58,114.27
Cheboygan,US SHG,45.65,-84.47
Maurer, ,40.53,-74.25
Hamrun,GB ME"",1,1
"""
TERMINALS = """UNLOCODE,Alternative UNLOCODE,Coordinates
NLRTM,,"51.95, 4.0"
NLRTM,,"51.85, 4.2"
NLRTM,,
CNYTN,CNYTX,"22.5, 114.2"
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    files = {
        "un-locode/un-locode.csv": LOCODES,
        "world-port-index/UpdatedPub150.csv": HARBOURS.encode(),
        "smdg-terminals/smdg-terminals.csv": TERMINALS.encode(),
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_damaged_lines_are_repaired_and_their_positions_dropped(published: Path) -> None:
    places = read_locodes(published)
    assert places.loc["DKVES", ["name", "function", "position_from"]].to_list() == [
        "Vestero Havn, Laso",
        "1-------",
        "",
    ]
    assert pd.isna(places.loc["DKVES", "lat"])
    assert places.loc["NAWVB", ["country", "position_from"]].to_list() == ["NA", "looked_up"]
    assert places.index.is_unique
    assert places.loc["BEBRU", "name"] == "Brussel (Bruxelles)"
    assert places.loc["FRCAN", "position_from"] == ""


def test_a_port_gets_its_most_trusted_position(published: Path) -> None:
    ports = locate_ports(read_locodes(published), read_harbours(published), read_terminals(published))
    found = ports[["lat", "lon", "position_from", "terminal_count"]].apply(list, axis="columns").to_dict()
    assert found["NLRTM"] == [pytest.approx(51.9), pytest.approx(4.1), "terminal", 3]
    assert found["CNYTN"] == [22.5, 114.2, "terminal", 1]
    assert found["USSHG"] == [66.88, -157.15, "looked_up", 0]
    assert "FRCAN" not in found


def test_a_harbour_of_the_same_name_beats_a_listed_position_far_away(published: Path) -> None:
    no_terminals = read_terminals(published).iloc[:0]
    ports = locate_ports(read_locodes(published), read_harbours(published), no_terminals)
    assert ports.loc["CNYTN", ["lat", "position_from"]].to_list() == [22.58, "harbour"]


def test_a_missing_source_is_named(published: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"un-locode, .*iso6346"):
        build.read_tables(published)


def test_facts_of_a_source_come_from_its_text_file(tmp_path: Path) -> None:
    lines = ["repo: https://x.example", "commit: abc", "licence: MIT", "a line of another kind", "note: a: b"]
    (tmp_path / "SOURCE.txt").write_text("\n".join(lines))
    facts = {"origin": "https://x.example", "version": "abc", "licence": "MIT", "note": "a: b"}
    assert build.source_facts(tmp_path) == facts
