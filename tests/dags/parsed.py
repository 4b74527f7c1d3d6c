"""Print what a DAG processor sees in dags/, as JSON: `python -W error -m tests.dags.parsed [COMMAND...]`.

Each COMMAND is an `airflow` command as a README gives it; one that the installed Airflow does not take ends this.
"""

import json
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "dags"
FROM, UNTIL = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)


def _task(task: Any) -> dict[str, Any]:
    given = task.partial_kwargs if task.is_mapped else {}
    return {
        "is_mapped": task.is_mapped,
        "upstream": sorted(task.upstream_task_ids),
        "retries": given.get("retries", task.retries),
        "gives_up_on": _fatal(given.get("retry_policy", task.retry_policy)),
        "minutes_allowed": given.get("execution_timeout", task.execution_timeout).total_seconds() / 60,
        "backs_off": given.get("retry_exponential_backoff", task.retry_exponential_backoff),
        "pool": given.get("pool", task.pool),
        "alerts": _named(given.get("on_failure_callback", task.on_failure_callback)),
        "trigger_rule": task.trigger_rule.value,
        "outlets": sorted(asset.name for asset in given.get("outlets", task.outlets)),
        "mode": getattr(task, "mode", None),
    }


def _fatal(policy: Any) -> list[str]:
    return [rule.exception.__qualname__ for rule in policy.rules if rule.action.value == "fail"]


def _named(callbacks: Any) -> list[str]:
    found = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    return [f"{one.__module__}.{one.__qualname__}" for one in found]


def _dag(dag: Any) -> dict[str, Any]:
    from airflow.serialization.serialized_objects import DagSerialization

    timetable = DagSerialization.from_dict(DagSerialization.to_dict(dag)).timetable
    return {
        "schedule": type(timetable).__name__,
        "wakes_on": sorted(key.name for key, _ in timetable.asset_condition.iter_assets()),
        "runs": _runs(timetable) if timetable.periodic else [],
        "doc": dag.doc_md,
        "deadlines": [
            [alert.callback.path, alert.callback.kwargs, alert.interval.total_seconds()] for alert in dag.deadline
        ],
        "seconds_allowed": dag.dagrun_timeout.total_seconds(),
        "form": {name: dag.params.get_param(name).schema for name in dag.params},
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "ends": dag.end_date and dag.end_date.date().isoformat(),
        "tasks": {task.task_id: _task(task) for task in dag.tasks},
    }


def _runs(timetable: Any) -> list[list[str]]:
    """Return the moment and the partition of each run that a scheduler makes from FROM to UNTIL."""
    infos = timetable.iter_partition_dagrun_infos(earliest=FROM, latest=UNTIL)
    return [[info.run_after.isoformat(), timetable._get_partition_info(info.run_after)[1]] for info in infos]


def main() -> None:
    """Parse, then print."""
    from airflow.cli.cli_parser import get_parser
    from airflow.dag_processing.dagbag import DagBag

    for command in sys.argv[1:]:
        get_parser().parse_args(shlex.split(command)[1:])
    bag = DagBag(FOLDER)
    seen = {
        "import_errors": bag.import_errors,
        "warnings": bag.captured_warnings,
        "files": sorted(Path(stat.file).name for stat in bag.dagbag_stats),
        "heavy": sorted({"pandas", "lightgbm", "great_expectations", "deltalake", "numpy"} & set(sys.modules)),
        "dags": {name: _dag(dag) for name, dag in bag.dags.items()},
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
