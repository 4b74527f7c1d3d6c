"""The policy: the shipped one holds, and a wrong key is told with its place."""

from importlib.resources import files
from pathlib import Path

import pytest

from riskscore.errors import MonitorPolicyError
from riskscore.monitoring import load_monitor_policy
from riskscore.monitoring.policy import Band

SHIPPED = (files("riskscore.monitoring") / "policy.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("volume: {warn: 0.5", "volume: {warn: 5.0", "volume"),
        ("freshness:", "fresh:", "fresh"),
        ("weeks: 8", "weeks: 0", "windows.weeks"),
        ("weeks: 8", "weeks: [", "policy.yaml"),
    ],
)
def test_a_wrong_policy_is_told_with_its_key(tmp_path: Path, written: str, instead: str, told: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SHIPPED.replace(written, instead))
    with pytest.raises(MonitorPolicyError, match=told):
        load_monitor_policy(path)


def test_on_a_bound_is_not_beyond_it() -> None:
    band = Band(warn=1, alarm=2)
    assert [band.level(value) for value in (0, 1, 1.1, 2, 2.1)] == ["ok", "ok", "warn", "warn", "alarm"]
    assert band.at_least(1.5) == Band(warn=1.5, alarm=2)
