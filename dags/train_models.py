"""Train models: every Monday, learn from what inspections had found by the day's cut-off."""

from airflow.sdk import CronPartitionTimetable, dag, task

from dags.assets import MODELS
from dags.partition import FIRST_DAY, partition_day
from riskscore import steps
from riskscore.settings import Settings


@dag(
    schedule=CronPartitionTimetable("0 0 * * 1", timezone="UTC", run_offset=0, key_format="%Y-%m-%d"),
    start_date=FIRST_DAY,
    catchup=False,
    tags=["models"],
)
def train_models() -> None:
    """Train the container model, then the voyage model; each scores the days after the one it was trained on."""

    @task.sensor(poke_interval=60, timeout=12 * 3600, mode="reschedule")
    def wait_for_cutoff() -> bool:
        return steps.is_past_cutoff(Settings.load(), partition_day())

    @task(outlets=[MODELS])
    def train(model: str) -> str:
        return steps.train_model(Settings.load(), model, partition_day()).artefact_id

    wait_for_cutoff() >> train.expand(model=["container_risk", "voyage_risk"])


train_models()
