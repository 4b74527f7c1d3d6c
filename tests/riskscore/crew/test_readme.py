"""The page about scale names settings, options and modules that are there."""

import re
from pathlib import Path

from riskscore.crew.on_dask import OnDask
from riskscore.learning.grow_on_dask import ROWS_A_WORKER
from riskscore.scoring.chunks import ROWS_TO_EXPLAIN, ROWS_TO_SCORE
from riskscore.settings import PREFIX, Settings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
README = (ROOT / "riskscore" / "crew" / "README.md").read_text(encoding="utf-8")


def test_every_setting_named_is_one() -> None:
    named = set(re.findall(rf"`{PREFIX}(\w+)`", PAGE))
    assert {"DASK", "DASK_CA_FILE", "DASK_CERT_FILE", "DASK_KEY_FILE", "JOBS"} <= named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_file_named_is_there() -> None:
    named = set(re.findall(r"`((?:docs|tests|riskscore)/[\w/.-]+)`", PAGE + README))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    modules = set(re.findall(r"^\| `(\w+\.py)` \|", README, flags=re.MULTILINE))
    assert modules == {path.name for path in (ROOT / "riskscore" / "crew").glob("*.py")} - {"__init__.py"}


def test_the_sizes_of_pieces_are_those_of_the_code() -> None:
    for rows in (OnDask.rows_a_piece, ROWS_TO_SCORE, ROWS_TO_EXPLAIN, ROWS_A_WORKER):
        assert f"{rows:,}" in PAGE
