"""What a scheduler sees in dags/: what wakes each DAG, what it hands on, and how it fails."""

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "dags" / "README.md"
COLUMNS = ["DAG", "wakes on", "reads", "writes", "if it fails"]

WAKES_ON = {"ingest": [], "score_daily": ["facts"], "export": ["queues"], "train_models": ["queues"]}
HANDS_ON = {
    ("ingest", "reconcile"): ["facts"],
    ("score_daily", "queue"): ["queues"],
    ("export", "bundle"): ["bundles"],
    ("train_models", "train"): ["models"],
}
ONE_EACH = {("ingest", "take_in"), ("export", "bundle"), ("train_models", "train")}


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
    assert set(parsed["dags"]) == files - {"__init__", "assets", "partition", "schedule"}


def test_parsing_waits_for_no_heavy_library(parsed):
    assert parsed["heavy"] == []


def test_assets_wake_the_dags_that_follow(parsed):
    assert {name: dag["wakes_on"] for name, dag in parsed["dags"].items()} == WAKES_ON
    assert {key: one["outlets"] for key, one in tasks(parsed).items() if one["outlets"]} == HANDS_ON
    assert {name: dag["schedule"] for name, dag in parsed["dags"].items()} == {
        name: "PartitionedAssetTimetable" if assets else "CronPartitionTimetable" for name, assets in WAKES_ON.items()
    }


def test_the_run_of_a_day_is_made_when_that_day_begins(parsed):
    """A backfill of three days makes three runs, the last day among them."""
    days = ["2026-05-01", "2026-05-02", "2026-05-03"]
    assert parsed["dags"]["ingest"]["runs"] == [[f"{day}T00:00:00+00:00", day] for day in days]


def test_in_an_invented_world_no_run_is_made_past_its_day(parsed):
    assert parsed["dags"]["ingest"]["ends"] == "2026-05-04"


def test_one_mapped_task_a_delivery_a_partner_a_model(parsed):
    assert {key for key, one in tasks(parsed).items() if one["is_mapped"]} == ONE_EACH


def test_a_day_without_deliveries_is_reconciled_all_the_same(parsed):
    reconcile = parsed["dags"]["ingest"]["tasks"]["reconcile"]
    assert reconcile["upstream"] == ["take_in"]
    assert reconcile["trigger_rule"] == "none_failed"


def test_nothing_is_landed_before_the_cut_off(parsed):
    ingest = parsed["dags"]["ingest"]["tasks"]
    assert ingest["land"]["upstream"] == ["wait_for_cutoff"]
    assert ingest["wait_for_cutoff"]["mode"] == "reschedule"


def test_every_task_is_tried_again_and_ends_some_time(parsed):
    for key, one in tasks(parsed).items():
        assert one["retries"] == 2, key
        assert one["minutes_allowed"] == 60, key
        assert one["gives_up_on"] == ["RiskscoreError"], key


@pytest.mark.parametrize("name", WAKES_ON)
def test_days_are_lived_one_at_a_time_and_each_dag_says_what_it_does(parsed, name):
    dag = parsed["dags"][name]
    assert (dag["max_active_runs"], dag["catchup"]) == (1, False)
    assert len(dag["doc"]) > 40
    assert dag["tags"]


def test_the_readme_lists_every_dag_and_no_other(parsed):
    table = readme_table()
    assert set(table) == set(parsed["dags"])
    for name, row in table.items():
        assert all(row.values()), name
        for asset in parsed["dags"][name]["wakes_on"]:
            assert f"`{asset}`" in row["wakes on"]
        handed_on = [asset for task in parsed["dags"][name]["tasks"].values() for asset in task["outlets"]]
        assert all(f"`{asset}`" in row["writes"] for asset in handed_on)
