"""The command."""

import pytest

from benchmarks.trailing import __main__ as command
from benchmarks.trailing.contestants import Contestant


@pytest.mark.slow
def test_a_small_race_prints_its_table(capsys, tmp_path):
    size = ["--consignments", "8000", "--days", "400", "--repeats", "2", "--folder", str(tmp_path)]
    command.main([*size, "--tasks", "day", "--only", "riskscore", "pandas"])
    page, told = capsys.readouterr()
    assert told.count("day: riskscore finished") == told.count("day: pandas finished") == 2
    assert "An invented stream of 8,000 consignments over 400 days" in page
    assert "Ratios are of this size, 8,000 consignments over 400 days" in page
    assert "python -m benchmarks.trailing --consignments 8000 --days 400 --repeats 2 --folder" in page
    assert str(tmp_path.parent) not in page
    assert "## One day" in page
    assert "| pandas | " in page
    assert "75 digests, " in page
    assert "DuckDB GROUP BY" not in page
    assert list(tmp_path.iterdir()) == []


def test_peers_that_are_not_installed_are_named_with_what_to_do(capsys, monkeypatch):
    monkeypatch.setattr(Contestant, "is_installed", property(lambda self: not self.needs))
    with pytest.raises(SystemExit):
        command.main([])
    told = capsys.readouterr().err
    assert "Not installed: duckdb, polars. Install the peers with `make peers`" in told
