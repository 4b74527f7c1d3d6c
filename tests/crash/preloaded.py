"""Imported once by the process that workers are forked from: a worker that starts again pays for no import.

What runs threads (the lake, LightGBM) is imported here and not used: threads do not survive a fork.
"""

import os
from importlib import import_module
from pathlib import Path

from riskscore.settings import Settings
from riskscore.steps import HOMES
from riskscore.steps.code import code_version
from riskscore.steps.workspace import open_workspace
from riskscore.trailing.__main__ import main as load_loops
from tests.crash.worker import PROJECT

ALSO = (
    "great_expectations",
    "http.server",
    "lightgbm",
    "matplotlib.pyplot",
    "numba",
    "prometheus_client",
    "riskscore.learning.calibration",
    "riskscore.learning.plots",
    "riskscore.trailing.kernel",
    "sklearn.linear_model",
    "sklearn.metrics",
    "tests.crash.scheduler",
)
"""What steps import only where they use it."""

for module in (*(f"riskscore.steps.{home}" for home in sorted({*HOMES.values()})), *ALSO):
    import_module(module)
load_loops()
if PROJECT in os.environ:
    declared = open_workspace(Settings(project_dir=Path(os.environ[PROJECT]))).project
    _ = (declared.inbound, declared.internal, declared.outbound, declared.feature_sets, code_version(declared.root))
