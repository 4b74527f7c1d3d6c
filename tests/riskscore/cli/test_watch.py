"""The commands of those who keep it running."""

from pathlib import Path

from riskscore.settings import Settings
from tests.riskscore.cli.conftest import Command
from tests.riskscore.steps.small_world import DAY, SmallWorld


def test_monitor_says_what_is_wrong_and_where_the_page_is(
    command: Command, small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.copy("export_day", tmp_path)
    ran = command("monitor", "--day", DAY, settings=settings)
    assert ran.code == 0
    page = settings.reports / "monitor" / DAY.isoformat() / "index.html"
    assert f"written: {page}" in ran.out
    assert page.exists()
    assert "what next" in ran.out
    assert ran.out.count("\n") < command("monitor", "--day", DAY, "--all", settings=settings).out.count("\n")


def test_housekeeping_only_tells_unless_it_is_told_to(command: Command, tmp_path: Path) -> None:
    old = tmp_path / "reports" / "lists" / "NLRTM-2020-01-01.csv"
    old.parent.mkdir(parents=True)
    old.write_text("x")
    told = command("housekeeping", home=tmp_path, today=DAY)
    assert (told.code, old.exists(), "--apply does it" in told.out) == (0, True, True)
    done = command("housekeeping", "--apply", home=tmp_path, today=DAY)
    assert (done.code, old.exists(), "lists" in done.out) == (0, False, True)


def test_health_leaves_with_2_and_says_what_to_do(command: Command, tmp_path: Path, small_world: SmallWorld) -> None:
    ran = command("health", home=tmp_path / "nothing")
    assert ran.code == 2
    assert "Not as it must be:" in ran.err
    assert "NOT OK" in ran.out
    assert "what next" in ran.out
    assert command("health", settings=small_world.copy("export_day", tmp_path)).code == 0


def test_metrics_are_printed_and_written(command: Command, tmp_path: Path) -> None:
    ran = command("metrics", home=tmp_path)
    assert ran.code == 0
    assert ran.out == (tmp_path / "metrics" / "riskscore.prom").read_text()


def test_a_log_is_written_where_it_is_asked_for(command: Command, tmp_path: Path) -> None:
    ran = command("ingest", "--day", DAY, home=tmp_path, log="json")
    assert ran.code == 2
    assert '"event": "step failed"' in ran.err
    assert '"event"' not in command("ingest", "--day", DAY, home=tmp_path).out


def test_a_clock_that_stepped_back_is_refused(command: Command, lived: Settings) -> None:
    ran = command("run", "--day", "2026-01-10", settings=lived, today="2026-01-10")
    assert ran.code == 2
    assert "The clock: says 2026-01-10" in ran.err
