"""One plain function per pipeline step; DAGs, the command line and tests call these and nothing below them.

A step's module is imported when the step is first used: a scheduler that only reads DAGs, or a command that only
prints help, does not wait for pandas and LightGBM.
"""

import sys
from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from riskscore.collecting import without_collecting

if TYPE_CHECKING:
    from riskscore.steps.alerting import alert as alert
    from riskscore.steps.beginning import learn_from_history as learn_from_history
    from riskscore.steps.building import build_features as build_features
    from riskscore.steps.calendar import days_between as days_between
    from riskscore.steps.calendar import is_past_cutoff as is_past_cutoff
    from riskscore.steps.contracted import feeds as feeds
    from riskscore.steps.database import database_roles as database_roles
    from riskscore.steps.database import database_state as database_state
    from riskscore.steps.database import downgrade_database as downgrade_database
    from riskscore.steps.database import make_database_roles as make_database_roles
    from riskscore.steps.database import upgrade_database as upgrade_database
    from riskscore.steps.days import run_day as run_day
    from riskscore.steps.demo import demo_world as demo_world
    from riskscore.steps.demo import run_demo as run_demo
    from riskscore.steps.explaining import why as why
    from riskscore.steps.exporting import export_day as export_day
    from riskscore.steps.exporting import partners as partners
    from riskscore.steps.exporting import signing_keys as signing_keys
    from riskscore.steps.exporting import verify as verify
    from riskscore.steps.findings import publish_findings as publish_findings
    from riskscore.steps.inputs import inputs_dropped as inputs_dropped
    from riskscore.steps.inputs import inputs_landed as inputs_landed
    from riskscore.steps.inputs import missing_feeds as missing_feeds
    from riskscore.steps.intake import take_in as take_in
    from riskscore.steps.kcs import bench_kcs as bench_kcs
    from riskscore.steps.kcs import by_metric as by_metric
    from riskscore.steps.keeping import keep_house as keep_house
    from riskscore.steps.landing import batches as batches
    from riskscore.steps.landing import land as land
    from riskscore.steps.landing import waiting as waiting
    from riskscore.steps.ledger import delivery_rows as delivery_rows
    from riskscore.steps.ledger import quarantine_by_rule as quarantine_by_rule
    from riskscore.steps.ledger import quarantined as quarantined
    from riskscore.steps.ledger import raw_line as raw_line
    from riskscore.steps.ledger import reconciled as reconciled
    from riskscore.steps.models import feature_catalogue as feature_catalogue
    from riskscore.steps.monitoring import monitor_day as monitor_day
    from riskscore.steps.monitoring import monitor_page as monitor_page
    from riskscore.steps.outcomes import deliver_outcomes as deliver_outcomes
    from riskscore.steps.queueing import fill_queues as fill_queues
    from riskscore.steps.queueing import queue_list as queue_list
    from riskscore.steps.repair import fix_and_replay as fix_and_replay
    from riskscore.steps.run_list import runs as runs
    from riskscore.steps.scoring import score_containers as score_containers
    from riskscore.steps.scoring import score_day as score_day
    from riskscore.steps.scoring import score_voyages as score_voyages
    from riskscore.steps.standing import health as health
    from riskscore.steps.standing import metrics_text as metrics_text
    from riskscore.steps.standing import reach as reach
    from riskscore.steps.standing import write_metrics as write_metrics
    from riskscore.steps.surroundings import require_clock as require_clock
    from riskscore.steps.training import train_model as train_model
    from riskscore.steps.voyages import voyage_list as voyage_list
    from riskscore.steps.workspace import open_workspace as open_workspace
    from riskscore.steps.workspace import require_crew as require_crew

HOMES = {
    "alert": "alerting",
    "batches": "landing",
    "bench_kcs": "kcs",
    "build_features": "building",
    "by_metric": "kcs",
    "database_roles": "database",
    "database_state": "database",
    "days_between": "calendar",
    "delivery_rows": "ledger",
    "deliver_outcomes": "outcomes",
    "demo_world": "demo",
    "downgrade_database": "database",
    "export_day": "exporting",
    "feature_catalogue": "models",
    "feeds": "contracted",
    "fill_queues": "queueing",
    "fix_and_replay": "repair",
    "health": "standing",
    "inputs_dropped": "inputs",
    "inputs_landed": "inputs",
    "is_past_cutoff": "calendar",
    "keep_house": "keeping",
    "land": "landing",
    "learn_from_history": "beginning",
    "make_database_roles": "database",
    "metrics_text": "standing",
    "missing_feeds": "inputs",
    "monitor_day": "monitoring",
    "monitor_page": "monitoring",
    "open_workspace": "workspace",
    "partners": "exporting",
    "publish_findings": "findings",
    "quarantine_by_rule": "ledger",
    "quarantined": "ledger",
    "queue_list": "queueing",
    "raw_line": "ledger",
    "reach": "standing",
    "reconciled": "ledger",
    "require_clock": "surroundings",
    "require_crew": "workspace",
    "run_day": "days",
    "run_demo": "demo",
    "runs": "run_list",
    "score_containers": "scoring",
    "score_day": "scoring",
    "score_voyages": "scoring",
    "signing_keys": "exporting",
    "take_in": "intake",
    "train_model": "training",
    "upgrade_database": "database",
    "verify": "exporting",
    "voyage_list": "voyages",
    "waiting": "landing",
    "why": "explaining",
    "write_metrics": "standing",
}
"""Where each step lives."""

__all__ = list(HOMES)


def __getattr__(name: str) -> object:
    """Import the module of a step on first use."""
    if name not in HOMES:
        raise AttributeError(f"riskscore.steps has no {name!r}")
    home = f"riskscore.steps.{HOMES[name]}"
    with nullcontext() if home in sys.modules else without_collecting():
        return getattr(import_module(home), name)
