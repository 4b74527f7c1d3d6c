"""The DAGs on a real scheduler."""

import pytest

from tests.dags.standalone import DAGS, prove


@pytest.mark.scheduler
def test_one_day_goes_through_every_dag_and_a_second_time_changes_nothing(tmp_path, airflow_home):
    proof = prove(tmp_path)
    states = sorted((run.dag, run.day, run.state) for run in proof.runs)
    assert states == sorted((dag, str(proof.day), "success") for dag in DAGS * 2)
    assert min(proof.found.values()) > 0, proof.found
    assert proof.is_same_again
    assert proof.by_hand == {"with a day": "success", "without a day": "failed"}
