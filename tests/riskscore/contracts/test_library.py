"""How Great Expectations is imported: without what no contract needs, and without a trace in what others import."""

import subprocess
import sys

IMPORTED = """
import gc, sys
from riskscore.contracts.library import library
library()
assert gc.isenabled()
print(sum(name.startswith("scipy.stats.") for name in sys.modules))
from scipy import stats
from sklearn.linear_model import LogisticRegression
print(stats.norm.cdf(0), sum(name.startswith("scipy.stats.") for name in sys.modules) > 0)
"""


def test_statistics_wait_until_somebody_asks_for_them():
    said = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["0", "0.5 True"]


PLOTS = """
import sys
from riskscore.contracts.library import library
library()
print("altair" in sys.modules, "boto3" in sys.modules, "botocore" in sys.modules)
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as plotting
import altair
print(plotting.alt.Chart is altair.Chart, sys.modules["altair"] is altair)
import boto3.session
print(boto3.session.__name__)
"""


def test_what_draws_plots_waits_too_and_nothing_stays_hidden():
    said = subprocess.run([sys.executable, "-c", PLOTS], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["False False False", "True True", "boto3.session"]


BEFORE = """
import altair, boto3, sys
from riskscore.contracts.library import library
library()
print(sys.modules["altair"] is altair, sys.modules["boto3"] is boto3)
"""


def test_what_was_imported_before_is_left_as_it_is():
    said = subprocess.run([sys.executable, "-c", BEFORE], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["True True"]
