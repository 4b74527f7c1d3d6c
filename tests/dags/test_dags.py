"""What a scheduler sees in dags/: what wakes each DAG, what it hands on, and how it fails."""

import json
import re
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.settings import Settings

README = Path(__file__).resolve().parents[2] / "dags" / "README.md"
COLUMNS = ["DAG", "wakes on", "reads", "writes", "if it fails"]
NOT_DAGS = {"__init__", "alerts", "assets", "manual", "partition", "schedule"}
AIRFLOWS_OWN_LIMIT = 1024

WAKES_ON = {
    "watch_drop": [],
    "ingest": ["arrivals"],
    "score_daily": ["facts"],
    "export": ["queues"],
    "train_models": ["queues"],
    "monitor": ["queues"],
    "housekeeping": [],
}
HANDS_ON = {
    ("watch_drop", "wait_for_inputs"): ["arrivals"],
    ("ingest", "reconcile"): ["facts"],
    ("score_daily", "queue"): ["queues"],
    ("export", "bundle"): ["bundles"],
    ("train_models", "challenge"): ["models"],
    ("monitor", "look"): ["reports"],
}
FEEDS = steps.feeds(Settings.load({}))
TAKE_IN = {("ingest", f"{feed}.take_in"): f"feed_{feed}" for feed in FEEDS}
LONG = {("train_models", "challenge"): 240, ("housekeeping", "tidy"): 180}


def tasks(parsed):
    return {(name, task): one for name, dag in parsed["dags"].items() for task, one in dag["tasks"].items()}


def readme_table():
    """Return the rows of the README's table by DAG."""
    rows = [re.split(r"\s*\|\s*", line.strip("| \n")) for line in README.read_text().splitlines() if line[:1] == "|"]
    assert rows[0] == COLUMNS
    return {row[0].strip("`"): dict(zip(COLUMNS, row, strict=True)) for row in rows[2:]}


def test_every_file_parses_without_error_or_warning(parsed):
    assert parsed["import_errors"] == {}
    assert parsed["warnings"] == {}


def test_each_dag_lies_in_the_file_of_its_name(parsed):
    files = {path.stem for path in README.parent.glob("*.py")}
    assert set(parsed["dags"]) == files - NOT_DAGS


def test_parsing_waits_for_no_heavy_library(parsed):
    assert parsed["heavy"] == []


def test_assets_wake_the_dags_that_follow(parsed):
    assert {name: dag["wakes_on"] for name, dag in parsed["dags"].items()} == WAKES_ON
    assert {key: one["outlets"] for key, one in tasks(parsed).items() if one["outlets"]} == HANDS_ON
    assert {name: dag["schedule"] for name, dag in parsed["dags"].items()} == {
        name: "PartitionedAssetTimetable" if assets else "CronPartitionTimetable" for name, assets in WAKES_ON.items()
    }


@pytest.mark.parametrize("name", ["watch_drop", "housekeeping"])
def test_the_run_of_a_day_is_made_when_that_day_begins(parsed, name):
    """A backfill of three days makes three runs, the last day among them."""
    days = ["2026-05-01", "2026-05-02", "2026-05-03"]
    assert parsed["dags"][name]["runs"] == [[f"{day}T00:00:00+00:00", day] for day in days]


@pytest.mark.parametrize("name", ["watch_drop", "housekeeping"])
def test_in_an_invented_world_no_run_is_made_past_its_day(parsed, name):
    assert parsed["dags"][name]["ends"] == "2026-05-04"


def test_one_mapped_task_a_delivery_a_partner_a_model(parsed):
    mapped = {*TAKE_IN, ("export", "bundle"), ("train_models", "challenge")}
    assert {key for key, one in tasks(parsed).items() if one["is_mapped"]} == mapped


def test_each_feed_has_a_pool_of_its_own_and_heavy_tasks_share_one(parsed):
    pools = {key: one["pool"] for key, one in tasks(parsed).items() if one["pool"] != "default_pool"}
    assert {key: pools[key] for key in TAKE_IN} == TAKE_IN
    assert set(pools) - set(TAKE_IN) == {
        *[("score_daily", task) for task in ("features", "score", "queue")],
        *[("train_models", "challenge"), ("monitor", "look"), ("housekeeping", "tidy")],
    }
    made = json.loads((README.parent / "pools.json").read_text())
    assert set(made) == set(pools.values()), "a task whose pool is not made never runs"
    assert all(pool["slots"] > 0 for pool in made.values())


def test_a_day_of_thousands_of_deliveries_stays_below_airflows_own_limit(module):
    most = module("ingest").MOST_MAPPED
    assert most <= AIRFLOWS_OWN_LIMIT
    assert len(steps.batches([str(number) for number in range(20_000)], most=most)) <= most


def test_a_day_without_deliveries_is_reconciled_all_the_same(parsed):
    reconcile = parsed["dags"]["ingest"]["tasks"]["reconcile"]
    assert set(reconcile["upstream"]) == {task for _, task in TAKE_IN}
    assert reconcile["trigger_rule"] == "none_failed"


def test_nothing_is_said_to_be_there_before_it_is(parsed):
    assert parsed["dags"]["watch_drop"]["tasks"]["wait_for_inputs"]["mode"] == "reschedule"
    assert parsed["dags"]["score_daily"]["tasks"]["features"]["upstream"] == ["inputs"]


def test_every_task_is_tried_again_later_and_later_and_ends_some_time(parsed):
    for key, one in tasks(parsed).items():
        assert one["retries"] == 3, key
        assert one["backs_off"] == 2, key
        assert one["minutes_allowed"] == LONG.get(key, 60), key
        assert one["gives_up_on"] == ["RiskscoreError"], key
        assert one["alerts"] == ["dags.alerts.failed"], key


@pytest.mark.parametrize("name", WAKES_ON)
def test_days_are_lived_one_at_a_time_and_a_late_one_is_told(parsed, name):
    dag = parsed["dags"][name]
    assert (dag["max_active_runs"], dag["catchup"]) == (1, False)
    [(callback, told, seconds)] = dag["deadlines"]
    assert (callback, told) == ("dags.alerts.overdue", {"dag": name})
    assert 0 < seconds < dag["seconds_allowed"]
    assert dag["tags"]


@pytest.mark.parametrize("name", WAKES_ON)
def test_the_form_asks_for_the_day(parsed, name):
    assert parsed["dags"][name]["form"]["day"]["format"] == "date"


def test_the_readme_lists_every_dag_and_no_other(parsed):
    table = readme_table()
    assert set(table) == set(parsed["dags"])
    for name, row in table.items():
        assert all(row.values()), name
        for asset in parsed["dags"][name]["wakes_on"]:
            assert f"`{asset}`" in row["wakes on"]
        handed_on = [asset for task in parsed["dags"][name]["tasks"].values() for asset in task["outlets"]]
        assert all(f"`{asset}`" in row["writes"] for asset in handed_on)


@pytest.mark.parametrize("name", WAKES_ON)
def test_the_user_interface_shows_the_readmes_row(parsed, name):
    assert all(text in parsed["dags"][name]["doc"] for text in list(readme_table()[name].values())[1:])


def test_openlineage_understands_every_asset_once_it_is_told_where_to_send(module):
    from airflow.providers.openlineage.utils.utils import translate_airflow_asset

    assets = module("assets")
    for name in ("ARRIVALS", "FACTS", "QUEUES", "BUNDLES", "MODELS", "REPORTS"):
        found = translate_airflow_asset(getattr(assets, name), None)
        assert (found.namespace, found.name.strip("/")) == ("file://riskscore", name.lower()), name
