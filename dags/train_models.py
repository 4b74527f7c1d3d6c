"""Train models: once Monday's queues are filled, learn from what inspections had found by that day's cut-off."""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import MODELS, QUEUES
from dags.partition import partition_day
from dags.schedule import FIRST_DAY, TRY_AGAIN, discreet
from riskscore import steps
from riskscore.settings import Settings

MONDAY = 0


@dag(
    schedule=PartitionedAssetTimetable(assets=QUEUES),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TRY_AGAIN,
    tags=["weekly", "models"],
)
def train_models() -> None:
    """Train every model that is due, one mapped task each; a model scores the days after the one it learned on."""

    @task
    @discreet
    def due() -> list[str]:
        """Return the models to train: on Mondays both, on other days none."""
        return ["container_risk", "voyage_risk"] if partition_day().weekday() == MONDAY else []

    @task(outlets=[MODELS])
    @discreet
    def train(model: str) -> str:
        """Train one model on outcomes as they were known; return its artefact's id."""
        return steps.train_model(Settings.load(), model, partition_day()).artefact_id

    train.expand(model=due())


train_models()
