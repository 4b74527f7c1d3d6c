import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from riskscore.world.files import content, put
from riskscore.world.raw_feeds import RawFeed


def feed(name: str, columns: dict[str, list[object]]) -> RawFeed:
    count = len(next(iter(columns.values())))
    return RawFeed(name, columns, {}, np.zeros(count, dtype=np.int64), [""] * count)


def test_csv_quotes_what_needs_it() -> None:
    file = content(feed("manifest", {"A": ["x, y", "two\nlines"], "B": ['say "hi"', ""]}), slice(0, 2))
    rows = list(csv.reader(io.StringIO(file.decode(), newline="")))
    assert rows == [["A", "B"], ["x, y", 'say "hi"'], ["two\nlines", ""]]


def test_only_the_rows_asked_for_are_in_the_file() -> None:
    assert content(feed("port_calls", {"A": ["1", "2", "3"]}), slice(1, 2)) == b"A\n2\n"


def test_spanish_files_are_latin_1_with_semicolons() -> None:
    assert content(feed("seizures_es", {"A": ["COCAÍNA"], "B": ["1,5"]}), slice(0, 1)) == b"A;B\nCOCA\xcdNA;1,5\n"


def test_json_lines_nest_and_hollow_objects_are_null() -> None:
    columns: dict[str, list[object]] = {"id": ["1", "2"], "carga.ncm": ["0803.90", None], "partes.a.nome": [None, "X"]}
    lines = content(feed("seizures_br", columns), slice(0, 2)).decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"aviso": "dados inventados", "id": "1", "carga": {"ncm": "0803.90"}, "partes": None},
        {"aviso": "dados inventados", "id": "2", "carga": None, "partes": {"a": {"nome": "X"}}},
    ]


def test_workbooks_have_a_title_above_the_header_and_the_same_bytes_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    columns: dict[str, list[object]] = {"Case Number": ["US-1"], "Weight (lb)": [12.5]}
    file = content(feed("seizures_us", columns), slice(0, 1))
    rows = list(load_workbook(io.BytesIO(file))["Seizures"].iter_rows(values_only=True))
    assert str(rows[0][0]).startswith("INVENTED DATA")
    assert rows[1:] == [("Case Number", "Weight (lb)"), ("US-1", 12.5)]
    later = time.localtime(2_000_000_000)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    time.sleep(1.01)
    assert content(feed("seizures_us", columns), slice(0, 1)) == file


def test_a_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.csv"
    put(path, b"one")
    put(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.csv"]
