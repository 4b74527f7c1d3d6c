"""Export: once the day's queues are filled, hand each partner what its agreement allows."""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import BUNDLES, QUEUES
from dags.partition import FIRST_DAY, partition_day
from riskscore import steps
from riskscore.settings import Settings


@dag(schedule=PartitionedAssetTimetable(assets=QUEUES), start_date=FIRST_DAY, catchup=False, tags=["exchange"])
def export() -> None:
    """Sign one bundle a partner, one mapped task each; a partner without an agreement in force gets none."""

    @task
    def partners() -> list[str]:
        return steps.partners(Settings.load())

    @task(outlets=[BUNDLES])
    def bundle(partner: str) -> str:
        day = partition_day()
        return steps.export_day(Settings.load(), partner, day, today=day).folder.name

    bundle.expand(partner=partners())


export()
