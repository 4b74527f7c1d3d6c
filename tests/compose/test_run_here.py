"""Every command of docker-compose.yml runs, and a day goes through the DAGs on the Celery worker."""

import pytest

from tests.compose.run_here import DAGS, Proof, prove


@pytest.mark.scheduler
def test_the_file_runs_here_and_carries_a_day(folder):
    proof = prove(folder, Proof())
    assert sorted((run.dag, run.state) for run in proof.runs) == sorted((dag, "success") for dag in DAGS)
    assert min(proof.found.values()) > 0, proof.found
