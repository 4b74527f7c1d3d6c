"""A run that is not done in time is told by the triggerer of a real Airflow, with what to do next."""

import json
import sys

import pytest

from riskscore.settings import Settings
from tests.dags.airflow_standalone import REPOSITORY, standalone, wait_until

DAY = "2026-05-01"


@pytest.mark.scheduler
def test_a_run_past_its_deadline_gives_an_alert_while_it_still_runs(tmp_path, module):
    told = tmp_path / "alert.json"
    keep = f"{sys.executable} -c \"import sys; open({str(told)!r}, 'w').write(sys.stdin.read())\""
    late = {
        "AIRFLOW__CORE__DAGS_FOLDER": REPOSITORY / "tests" / "dags" / "late",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "RISKSCORE_ALERT_COMMAND": keep,
    }
    settings = Settings.load({}, home=tmp_path / "home", today=DAY)
    with standalone(tmp_path / "airflow", settings, {"monitor"}, **late) as airflow:
        place = "/api/v2/dags/monitor/dagRuns"
        run = airflow.call("POST", place, {"logical_date": None, "conf": {"day": DAY}})["dag_run_id"]
        wait_until(lambda: told.exists() and told.stat().st_size, 90, "No alert came")
        assert airflow.call("GET", f"{place}/{run}")["state"] == "running"
    alert = json.loads(told.read_text())
    assert (alert["what"], alert["day"]) == ("monitor: not done in time.", DAY)
    assert alert["then"] == module("manual").entries()["monitor"].if_it_fails
