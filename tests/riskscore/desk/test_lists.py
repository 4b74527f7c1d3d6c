"""The day's list: what it shows, to whom, through which view."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from riskscore.desk import Desk, Officer, View, day_list, days, neighbours, parse_view, search, units
from riskscore.errors import BadInputError, NotAllowedError, NotReadyError, QueueError
from riskscore.queues.workflow import Claim
from tests.riskscore.desk.made_queue import ANNA, AUDITOR, BEN, ENGINEER, EVERYBODY, NOW, OTHER, TODAY, UNIT, key

PLAIN = View()


def shown(desk: Desk, query: str = "", caller: Officer = ANNA) -> list[int]:
    """Return the positions that a view shows, in its order."""
    pairs = [tuple(part.split("=", 1)) for part in query.split("&") if part]
    return [row.position for row in day_list(caller, desk, UNIT, TODAY, parse_view(pairs)).rows]  # type: ignore[arg-type] # of two each


def test_a_row_says_what_an_officer_needs(desk: Desk) -> None:
    page = day_list(ANNA, desk, UNIT, TODAY, PLAIN)
    row = page.rows[0]
    assert (row.key, row.position, row.vessel_name, row.vessel_imo) == (key(1), 1, "MSC VESSEL 1", "9000001")
    assert row.hours_left == -6.0
    assert row.has_arrived_unworked
    assert (row.route, row.hs6) == (("ECGYE", "PABLB", UNIT), "080390")
    assert row.goods == "goods number 1, not otherwise specified"
    assert (row.band, row.why, row.rules) == ("high", "mandatory", ("consignee_seized_30d",))
    assert row.rule_sentences == ("The consignee is named in a seizure reported in the last 30 days.",)
    assert [reason.raises for reason in row.reasons] == [True, False, True]
    assert row.reasons[0].phrase == "Meaning number 0: 1 kg, usually 5 kg (raises risk)"
    assert row.reasons[0].originators == ("BR", "ES")
    assert row.actions == ("claim", "note")
    assert (page.total, page.capacity, page.capacity_after, page.counts) == (8, 24, 8, {"open": 8})
    assert page.made_at == NOW
    assert [r.has_low_coverage for r in page.rows[:4]] == [False, False, True, False]


def test_unfinished_items_of_earlier_days_stand_above_the_list_and_finished_ones_do_not(desk: Desk) -> None:
    from riskscore.desk import act
    from riskscore.queues.workflow import Release

    before = TODAY - timedelta(days=1)
    act(ANNA, desk, key(2, day=before), Claim(), token="token-001")
    act(ANNA, desk, key(2, day=before), Release("no_capacity"), token="token-002")
    page = day_list(ANNA, desk, UNIT, TODAY, PLAIN)
    assert [row.key for row in page.carried_over] == [key(1, day=before), key(3, day=before)]
    assert page.carried_over_total == 2


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("sort=-position", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("sort=vessel", [3, 6, 1, 4, 7, 2, 5, 8]),
        ("sort=-loading", [1, 3, 5, 7, 2, 4, 6, 8]),
        ("why=random", [5]),
        ("why=random&why=mandatory", [1, 5, 6]),
        ("from=COCTG", [2, 4, 6, 8]),
        ("chapter=08&voyage=VOY1-W", [1, 7]),
        ("state=open&q=mscu 000000-3", [3]),
        ("q=bol-0000", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("q=BOL00005", [5]),
        ("q=9000002", [2, 5, 8]),
        ("q=msc vessel 0", [3, 6]),
        ("state=arrived_unworked", [1]),
        ("state=claimed", []),
        ("eta_from=2026-05-05T09:30&eta_until=2026-05-05T21:30", [6, 7, 8]),
        ("q=&why=", [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_a_view_shows_what_it_says(desk: Desk, query: str, positions: list[int]) -> None:
    assert shown(desk, query) == positions


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("colour", "red")], "A list has no filter colour."),
        ([("sort", "luck")], "sort: luck is not known."),
        ([("sort", "--eta")], "sort: -eta is not known."),
        ([("state", "lost")], "state: lost is not known."),
        ([("from", "nowhere")], "from: nowhere has another form. Write it like ECGYE."),
        ([("chapter", "8")], "chapter: 8 has another form."),
        ([("eta_from", "tomorrow")], "eta_from: tomorrow is no date and time."),
        ([("q", "x" * 61)], "q: the value is too long."),
        ([("holder", "Anna; DROP")], "holder: Anna; DROP has another form."),
    ],
)
def test_a_view_nobody_knows_is_refused_in_a_plain_sentence(pairs: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(BadInputError, match=said.replace(".", r"\.")) as refused:
        parse_view(pairs)
    assert refused.value.sentence.format(**refused.value.values) == str(refused.value)


def test_a_view_survives_the_address_bar() -> None:
    from urllib.parse import parse_qsl

    pairs = [
        ("sort", "-eta"),
        ("q", "a&b c"),
        ("state", "open"),
        ("state", "held"),
        ("chapter", "08"),
        ("holder", "anna"),
        ("eta_from", "2026-05-04T10:00:00+02:00"),
    ]
    view = parse_view(pairs)
    assert view.eta_from is not None
    assert view.eta_from.hour == 8
    assert parse_view(parse_qsl(view.query())) == view
    assert PLAIN.query() == ""


def test_the_capacity_line_lies_between_what_fits_and_what_does_not(desk: Desk) -> None:
    from tests.riskscore.desk.made_queue import fill

    later = TODAY + timedelta(days=1)
    fill(desk.settings, day=later, count=30)
    assert day_list(ANNA, desk, UNIT, later, PLAIN).capacity_after == 24
    assert day_list(ANNA, desk, UNIT, later, parse_view([("from", "COCTG")])).capacity_after == 12
    assert day_list(ANNA, desk, UNIT, later, parse_view([("sort", "eta")])).capacity_after is None


def test_neighbours_follow_the_view(desk: Desk) -> None:
    view = parse_view([("sort", "-position"), ("from", "ECGYE")])
    found = neighbours(ANNA, desk, key(3), view)
    assert (found.previous, found.next, found.place, found.of) == (key(5), key(1), 3, 4)
    ends = neighbours(ANNA, desk, key(1), view)
    assert (ends.previous, ends.next) == (key(3), None)
    assert neighbours(ANNA, desk, key(2), view).place == 0


def test_search_finds_exact_matches_first_then_the_newest(desk: Desk) -> None:
    found = search(ANNA, desk, "mscu-0000001")
    assert [one.key for one in found] == [key(1), key(1, day=TODAY - timedelta(days=1))]
    assert {one.kind for one in found} == {"container"}
    assert search(ANNA, desk, "BOL-00004")[0].key == key(4)
    assert search(ANNA, desk, "no such thing") == ()
    assert len(search(ANNA, desk, "MSC VESSEL")) == 11
    assert [one.key.unit for one in search(AUDITOR, desk, "MSCU0000004")] == [OTHER, UNIT]
    with pytest.raises(BadInputError, match="at least 3"):
        search(ANNA, desk, "m-s")


def test_what_is_not_there_is_said_plainly(desk: Desk) -> None:
    with pytest.raises(NotReadyError, match="needs the day's queue"):
        day_list(ANNA, desk, UNIT, TODAY + timedelta(days=9), PLAIN)
    with pytest.raises(QueueError, match="no such unit"):
        day_list(AUDITOR, desk, "XXXXX", TODAY, PLAIN)
    with pytest.raises(BadInputError, match="no letter or digit"):
        day_list(ANNA, desk, UNIT, TODAY, parse_view([("q", "--")]))


READS: dict[str, Callable[[Officer, Desk, str], Any]] = {
    "days": days,
    "day_list": lambda caller, desk, unit: day_list(caller, desk, unit, TODAY, PLAIN),
    "neighbours": lambda caller, desk, unit: neighbours(caller, desk, key(1, unit=unit), PLAIN),
}


@pytest.mark.parametrize("caller", EVERYBODY, ids=lambda one: one.name)
@pytest.mark.parametrize("unit", [UNIT, OTHER])
@pytest.mark.parametrize("read", READS)
def test_lists_are_read_by_those_of_the_unit_and_by_auditors(desk: Desk, caller: Officer, unit: str, read: str) -> None:
    if caller.unit == unit or caller == AUDITOR:
        assert READS[read](caller, desk, unit)
    else:
        with pytest.raises(NotAllowedError):
            READS[read](caller, desk, unit)


def test_units_and_search_know_their_bounds(desk: Desk) -> None:
    assert units(ANNA, desk) == (UNIT,)
    assert OTHER in units(AUDITOR, desk)
    assert {one.key.unit for one in search(BEN, desk, "MSCU")} == {UNIT}
    for read in (lambda: units(ENGINEER, desk), lambda: search(ENGINEER, desk, "MSCU")):
        with pytest.raises(NotAllowedError, match="not open to the role data_engineer"):
            read()


def test_whoever_has_a_one_time_password_sees_nothing(desk: Desk) -> None:
    with pytest.raises(NotAllowedError, match="Change the one-time password"):
        day_list(replace(ANNA, must_change_password=True), desk, UNIT, TODAY, PLAIN)
