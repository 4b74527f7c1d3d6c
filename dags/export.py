"""Export: once the day's queues are filled, hand each partner what its agreement allows."""

from datetime import timedelta

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import BUNDLES, QUEUES
from dags.partition import partition_day, today
from dags.schedule import discreet, run_as
from riskscore import steps
from riskscore.settings import Settings


@dag(
    schedule=PartitionedAssetTimetable(assets=QUEUES),
    tags=["daily", "partners"],
    **run_as("export", done_within=timedelta(hours=1)),
)
def export() -> None:
    """Sign one bundle a partner, one mapped task each; one whose agreement is not in force today fails, alone."""

    @task(inlets=[QUEUES])
    @discreet
    def partners() -> list[str]:
        """Return the codes of the partners with an agreement."""
        return steps.partners(Settings.load())

    @task(outlets=[BUNDLES], max_active_tis_per_dagrun=1)
    @discreet
    def bundle(partner: str) -> str:
        """Publish the day's bundle for one partner; return its folder's name."""
        settings = Settings.load()
        return steps.export_day(settings, partner, partition_day(), today=today(settings)).folder.name

    bundle.expand(partner=partners())


export()
