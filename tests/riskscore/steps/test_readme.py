"""The README of the room names every step, and none that is not there."""

import re
from pathlib import Path

from riskscore import steps

README = (Path(steps.__file__).parent / "README.md").read_text(encoding="utf-8")
IN_TABLE = re.findall(r"^\| `(\w+)` \|", README, flags=re.MULTILINE)


def test_every_step_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", README))
    assert steps.HOMES.keys() - named == set()


def test_the_table_holds_steps_that_write() -> None:
    assert set(IN_TABLE) <= steps.HOMES.keys()
    assert {"land", "take_in", "build_features", "score_day", "fill_queues", "export_day"} <= set(IN_TABLE)
    assert len(IN_TABLE) == len(set(IN_TABLE))
