"""What the demo refuses before it begins."""

from pathlib import Path

import pytest

from riskscore import steps
from riskscore.errors import SettingsError
from riskscore.settings import Settings


def test_a_demo_fills_no_lake_but_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", lake=str(tmp_path / "elsewhere"))
    with pytest.raises(SettingsError, match="Unset RISKSCORE_LAKE"):
        steps.run_demo(settings, steps.demo_world(1, days=90, live_days=1, scale=0.1))
    assert list(tmp_path.iterdir()) == []
