"""Feeds: promises kept and broken, much and little, clean and not."""

from datetime import date, timedelta

import pandas as pd
import pytest

from riskscore.monitoring import freshness, load_monitor_policy, refusals, volume

DAY = date(2026, 5, 4)
POLICY = load_monitor_policy()


def arrived(*rows: tuple[int, int], **counts: int) -> pd.DataFrame:
    """Return what a feed brought: (weeks ago, rows received)."""
    whole = {"deliveries": 4, "refused_deliveries": 0, "quarantined_rows": 0, **counts}
    found = [{"feed": "manifest", "known_day": DAY - timedelta(weeks=ago), "received_rows": n} for ago, n in rows]
    return pd.DataFrame(found, columns=["feed", "known_day", "received_rows"]).assign(**whole)


@pytest.mark.parametrize(
    ("age", "every", "level"),
    [(0, 1, "ok"), (1, 1, "ok"), (2, 1, "warn"), (3, 1, "alarm"), (7, 7, "ok"), (8, 7, "warn"), (15, 7, "alarm")],
)
def test_the_newest_fact_is_held_against_the_promise(age: int, every: int, level: str) -> None:
    (one,) = freshness({"manifest": every}, {"manifest": DAY - timedelta(days=age)}, DAY, POLICY)
    assert (one.place, one.level) == ("manifest", level)


def test_a_feed_that_never_brought_anything_is_an_alarm_and_one_that_promised_nothing_is_not_asked() -> None:
    (one,) = freshness({"manifest": 1}, {"kcs_outcomes": DAY}, DAY, POLICY)
    assert (one.place, one.level) == ("manifest", "alarm")
    assert one.then


@pytest.mark.parametrize(
    ("today", "level"), [(1_000, "ok"), (1_400, "ok"), (450, "warn"), (150, "alarm"), (0, "alarm"), (5_000, "alarm")]
)
def test_rows_are_held_against_the_same_weekday(today: int, level: str) -> None:
    before = [(1, 1_000), (2, 900), (3, 1_100), (4, 50)]
    (one,) = volume(arrived((0, today), *before), DAY, {"manifest": 1, "seizures_es": 7}, POLICY)
    assert one.level == level
    assert "median of 4" in one.what


def test_a_day_without_any_delivery_counts_as_none() -> None:
    (one,) = volume(arrived((1, 10), (2, 10), (3, 10)), DAY, {"manifest": 1}, POLICY)
    assert (one.level, one.value) == ("alarm", 1.0)


def test_too_few_weekdays_judge_nothing() -> None:
    (one,) = volume(arrived((0, 1), (1, 1_000), (2, 1_000)), DAY, {"manifest": 1}, POLICY)
    assert (one.level, one.value) == ("ok", None)


@pytest.mark.parametrize(
    ("aside", "refused", "levels"), [(0, 0, ["ok", "ok"]), (60, 1, ["warn", "warn"]), (200, 3, ["alarm", "alarm"])]
)
def test_rows_set_aside_and_deliveries_refused_are_shares_of_the_day(
    aside: int, refused: int, levels: list[str]
) -> None:
    found = refusals(arrived((0, 1_000), (1, 1_000), quarantined_rows=aside, refused_deliveries=refused), DAY, POLICY)
    assert [one.level for one in found] == levels


def test_a_delivery_refused_without_a_countable_row_is_seen() -> None:
    _, one = refusals(arrived((0, 0), deliveries=1, refused_deliveries=1), DAY, POLICY)
    assert one.level == "alarm"
