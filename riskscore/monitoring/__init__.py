"""Is the pipeline and its model still to be trusted today? Pure functions over frames; the steps read and write."""

from riskscore.monitoring.drift import FILE, Reference, coverage_finding, drift_findings
from riskscore.monitoring.feeds import freshness, refusals, volume
from riskscore.monitoring.finding import Finding, as_frame, with_since, worst_first
from riskscore.monitoring.outcomes import calibration, label_delays, reliability
from riskscore.monitoring.page import Watched
from riskscore.monitoring.policy import LEVELS, MonitorPolicy, load_monitor_policy
from riskscore.monitoring.routes import displacement, displacement_findings
from riskscore.monitoring.tally import ROUTES, tally

__all__ = [
    "FILE",
    "LEVELS",
    "ROUTES",
    "Finding",
    "MonitorPolicy",
    "Reference",
    "Watched",
    "as_frame",
    "calibration",
    "coverage_finding",
    "displacement",
    "displacement_findings",
    "drift_findings",
    "freshness",
    "label_delays",
    "load_monitor_policy",
    "refusals",
    "reliability",
    "tally",
    "volume",
    "with_since",
    "worst_first",
]
