"""A run without a day stops; what day it is comes from the settings or the clock."""

from datetime import UTC, date, datetime

import pytest

from riskscore.settings import Settings


@pytest.fixture
def partition(module):
    return module("partition")


@pytest.fixture
def day_of(partition, monkeypatch):
    """Return a function: the day of a run whose context is this."""

    def found(**context):
        monkeypatch.setattr(partition, "get_current_context", lambda: context)
        return partition.partition_day()

    return found


def test_the_partition_key_names_the_day(day_of):
    assert day_of(partition_key="2026-05-01") == date(2026, 5, 1)


def test_a_run_by_hand_has_its_day_from_the_form(day_of):
    assert day_of(partition_key=None, params={"day": "2026-05-01"}) == date(2026, 5, 1)
    assert day_of(partition_key="2026-05-01", params={"day": None}) == date(2026, 5, 1)


def test_a_run_that_names_two_days_fails(day_of):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match=r"2026-05-01.*2026-05-02"):
        day_of(partition_key="2026-05-01", params={"day": "2026-05-02"})


def test_the_day_is_handed_on_also_from_a_run_by_hand(partition, module, monkeypatch):
    from airflow.sdk.execution_time.context import OutletEventAccessors

    facts, outlets = module("assets").FACTS, OutletEventAccessors()
    context = {"partition_key": None, "params": {"day": "2026-05-01"}, "outlet_events": outlets}
    monkeypatch.setattr(partition, "get_current_context", lambda: context)
    partition.hand_on(facts, missing="port_calls")
    assert (outlets[facts].partition_keys, outlets[facts].extra) == ({"2026-05-01"}, {"missing": "port_calls"})


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"params": {"day": None}},
        {"params": {"day": "tomorrow"}},
        {"partition_key": None},
        {"partition_key": ""},
        {"partition_key": "20260501"},
        {"partition_key": "2026-W18-5"},
        {"partition_key": "2026-05-01T00:00:00"},
        {"partition_key": "2026-02-30"},
    ],
)
def test_a_run_that_names_no_day_fails_at_once_and_says_what_to_do(day_of, context):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match=r"names no day.*airflow backfill create --dag-id watch_drop"):
        day_of(**context)


def test_in_an_invented_world_it_is_the_day_the_settings_name(partition):
    settings = Settings.load({}, today="2026-05-04")
    assert partition.today(settings) == date(2026, 5, 4)
    assert partition.now(settings) == datetime(2026, 5, 4, 6, tzinfo=UTC)


def test_otherwise_it_is_the_real_day(partition):
    before = datetime.now(UTC)
    settings = Settings.load({})
    assert before <= partition.now(settings) <= datetime.now(UTC)
    assert before.date() <= partition.today(settings) <= datetime.now(UTC).date()
