"""JSON Lines: one line is one row, whatever stands in it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import UnknownFieldError, UnreadableDeliveryError
from riskscore.sources.json_lines import read_json_lines
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(
    feed="trial",
    used={"id": "number", "cargo.hs": "hs6", "cargo.owner.name": "owner_name"},
    ignored={"notice": "the same in every row", "cargo.print": "form layout"},
    constants={"country": "BR"},
)
GOOD = '{"id":"a","cargo":{"hs":"010121","owner":{"name":"Inventada"}}}'


@pytest.fixture
def read(tmp_path: Path):
    def read(*lines: str | bytes) -> Parsed:
        path = tmp_path / "sent.jsonl"
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
        return read_json_lines(path, LAYOUT)

    return read


HOSTILE = {
    "no JSON": ("{'id': 1}", "is not JSON: Expecting property name enclosed in double quotes at character 2"),
    "half a line": ('{"id":"a"', "is not JSON: Expecting ',' delimiter at character 10"),
    "two objects": ('{"id":"a"}{"id":"b"}', "is not JSON: Extra data at character 11"),
    "a list": ("[1,2]", "is not a JSON object"),
    "a number": ("7", "is not a JSON object"),
    "a key twice": ('{"id":"a","id":"b"}', "says a key twice"),
    "a nested key twice": ('{"id":"a","cargo":{"hs":"1","hs":"2"}}', "says a key twice"),
    "NaN": ('{"id":NaN}', "holds NaN, which is not JSON"),
    "Infinity": ('{"id":-Infinity}', "holds -Infinity, which is not JSON"),
    "a list for a value": ('{"id":["a"]}', "id is not a single value"),
    "an object for a value": ('{"id":{"a":"b"}}', "id is not a single value"),
    "a value for an object": ('{"id":"a","cargo":"x"}', "cargo is not an object"),
    "nesting without end": ('{"id":' + "[" * 50_000, "nests too deep"),
    "a long line": (json.dumps({"id": "x" * 1_000_000}), "longer than 100,000 characters"),
    "a long value": (json.dumps({"id": "x" * 10_001}), "id is longer than 10,000 characters"),
    "NUL": ('{"id":"a\0"}', "holds a NUL character"),
    "an escaped NUL": (r'{"id":"a\u0000"}', "id holds a NUL character"),
    "half a surrogate pair": (r'{"id":"a\ud83d"}', "id is not valid Unicode"),
}


@pytest.mark.parametrize(("bad", "fault"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_line_is_set_aside_and_its_neighbours_stay(read, bad: str, fault: str) -> None:
    parsed = read(GOOD, bad, GOOD)
    assert parsed.faults == {1: fault}
    assert parsed.raw_lines == [GOOD, bad, GOOD]
    assert parsed.rows.loc[1].tolist() == ["", "", "", ""]
    assert parsed.rows.loc[[0, 2]].to_numpy().tolist() == [["a", "010121", "Inventada", "BR"]] * 2


def test_bytes_of_another_encoding_spoil_their_own_line(read) -> None:
    parsed = read(b'{"id":"\xd1"}', GOOD)
    assert parsed.faults == {0: "is not valid Unicode"}
    assert parsed.raw_lines[0] == r'{"id":"\xd1"}'


def test_missing_null_and_absent_groups_are_all_missing(read) -> None:
    parsed = read('{"id":null}', '{"cargo":null}', '{"cargo":{"owner":null}}', "{}")
    assert (parsed.rows.drop(columns="country") == "").all(axis=None)
    assert parsed.faults == {}


def test_numbers_keep_the_digits_they_were_sent_with(read) -> None:
    parsed = read(
        '{"id":0.10}', '{"id":12345678901234567890123}', '{"id":1E3}', '{"id":true}', f'{{"id":{"9" * 5_000}}}'
    )
    assert parsed.rows["number"].tolist() == ["0.10", "12345678901234567890123", "1E3", "true", "9" * 5_000]


def test_ignored_fields_are_left_out_and_blank_lines_are_no_rows(read) -> None:
    parsed = read("", '{"notice":["any"],"id":"a","cargo":{"print":"A4"}}'.replace('["any"]', '"any"'), "  ", "")
    assert parsed.rows.to_numpy().tolist() == [["a", "", "", "BR"]]


UNDECIDED = {
    "a field": ('{"id":"a","weight":1}', "weight"),
    "a nested field": ('{"cargo":{"owner":{"tax":1}}}', "cargo.owner.tax"),
    "a whole group": ('{"crew":{"name":"GHOST"}}', "crew"),
    "a dotted name that only looks nested": ('{"cargo.hs":"1"}', r"\(cargo.hs\)"),
    "a name that is none": (json.dumps({"GHOST " * 20: 1}), r"\(not a field name\)"),
}


@pytest.mark.parametrize(("line", "field"), UNDECIDED.values(), ids=UNDECIDED.keys())
def test_an_undecided_field_refuses_the_delivery(read, line: str, field: str) -> None:
    with pytest.raises(UnknownFieldError, match=rf"trial, row 2: unknown field\(s\) {field}\.") as refusal:
        read(GOOD, line)
    assert "GHOST" not in str(refusal.value)


def test_many_undecided_fields_are_counted_not_listed(read) -> None:
    with pytest.raises(UnknownFieldError, match=r"\(and 980 more\)"):
        read(json.dumps({f"f{number:04}": 1 for number in range(1_000)}))


def test_an_empty_file_is_refused(read) -> None:
    with pytest.raises(UnreadableDeliveryError, match="it is empty"):
        read("", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "cargo", "hs", "owner"]), inner),
    max_leaves=6,
)


@given(line=st.text(max_size=30) | JSON.map(json.dumps) | st.binary(max_size=30))
def test_no_line_breaks_its_neighbour(tmp_path_factory: pytest.TempPathFactory, line: str | bytes) -> None:
    sent = line if isinstance(line, bytes) else line.encode("utf-8", "replace")
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(sent.replace(b"\n", b" ") + b"\n" + GOOD.encode())
    try:
        parsed = read_json_lines(path, LAYOUT)
    except UnknownFieldError:
        return
    assert parsed.rows.iloc[-1].tolist() == ["a", "010121", "Inventada", "BR"]
    assert len(parsed.rows) == len(parsed.raw_lines)
