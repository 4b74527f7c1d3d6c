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
