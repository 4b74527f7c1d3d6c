"""Train models: once Monday's queues are filled, learn from what inspections had found by that day's cut-off."""

from datetime import timedelta

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import MODELS, QUEUES
from dags.partition import is_by_hand, partition_day
from dags.schedule import COMPUTE, discreet, run_as
from riskscore import steps
from riskscore.settings import Settings

MONDAY = 0


@dag(
    schedule=PartitionedAssetTimetable(assets=QUEUES),
    tags=["weekly", "models"],
    **run_as("train_models", done_within=timedelta(hours=4)),
)
def train_models() -> None:
    """Train every model that is due, one mapped task each; one that wins by its rule scores the days after."""

    @task(inlets=[QUEUES])
    @discreet
    def due() -> list[str]:
        """Return the models to train: on Mondays, or where a person asks, both; on other days none."""
        is_due = partition_day().weekday() == MONDAY or is_by_hand()
        return ["container_risk", "voyage_risk"] if is_due else []

    @task(outlets=[MODELS], pool=COMPUTE, execution_timeout=timedelta(hours=4))
    @discreet
    def challenge(model: str) -> str:
        """Train one model, compare it with the one in use on the same later rows; return who scores from now on."""
        decision = steps.train_model(Settings.load(), model, partition_day()).decision
        return f"{model}: {decision.winner[:12]} scores. {decision.why}"

    challenge.expand(model=due())


train_models()
