"""Commands that run steps: what they print where, and what stops them."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.queues import load_policy
from riskscore.settings import Settings
from riskscore.steps.calendar import Report
from tests.riskscore.cli.conftest import Command
from tests.riskscore.steps.arrivals import ledger, put
from tests.riskscore.steps.small_world import DAY, FIRST_MODEL, NEXT_DAY, SmallWorld, content, differences


@pytest.fixture
def fresh(small_world: SmallWorld, tmp_path: Path) -> Settings:
    """A home of the small world's project to which nothing was sent."""
    return Settings(home=tmp_path / "home", project_dir=small_world.folder / "project", today=DAY)


@pytest.mark.slow
def test_the_day_in_three_commands_leaves_what_its_steps_leave(
    command: Command, small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.copy("learned", tmp_path)
    ingested, built, scored = (
        command(step, "--day", DAY, settings=settings) for step in ("ingest", "features", "score")
    )
    assert (ingested.code, built.code, scored.code) == (0, 0, 0)
    assert re.fullmatch(r"7 deliveries, (\d+) rows received = \d+ accepted \+ \d+ quarantined .*\n", ingested.out)
    assert re.fullmatch(rf"features of \d+ containers; closed: {DAY}\n", built.out)
    listed = {unit: len(steps.queue_list(settings, unit, DAY).rows) for unit in load_policy().units}
    assert scored.out == f"{DAY}: " + ", ".join(f"{unit} {items}" for unit, items in listed.items()) + "\n"
    assert differences(content(settings), content(small_world.settings("fill_queues"))) == []


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_goes_to_standard_error_and_results_never(
    command: Command, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    def run_day(_: Settings, day: date, *, report: Report) -> dict[str, int]:
        report("land", 0, 2)
        report("land", 2, 2)
        return {"NLRTM": day.day}

    monkeypatch.setitem(vars(steps), "run_day", run_day)
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
    ran = command("run", "--day", DAY, "--until", NEXT_DAY, today=NEXT_DAY)
    assert (ran.code, ran.out) == (0, f"{DAY}: NLRTM {DAY.day}\n{NEXT_DAY}: NLRTM {NEXT_DAY.day}\n")
    assert "2/2" in ran.err
    assert "NLRTM" not in ran.err


def test_nothing_sent_is_told_with_the_folder_that_was_looked_in(command: Command, fresh: Settings) -> None:
    fresh.drop.mkdir(parents=True)
    ran = command("ingest", "--day", DAY, settings=fresh)
    assert (ran.code, ran.out) == (0, f"nothing new in {fresh.drop} for days up to {DAY}\n")


@pytest.mark.parametrize("words", [("features",), ("run",), ("train", "container_risk")], ids=" ".join)
def test_a_day_still_to_come_is_neither_closed_nor_learned_from(
    command: Command, small_world: SmallWorld, tmp_path: Path, words: tuple[str, ...]
) -> None:
    settings = small_world.copy("fill_queues", tmp_path)
    ran = command(*words, "--day", NEXT_DAY, settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert f"{NEXT_DAY} is still to come" in ran.err
    put(settings, b"late", day=NEXT_DAY)
    steps.land(settings, NEXT_DAY)
    assert ledger(settings)[-1].known_day == NEXT_DAY


@pytest.mark.parametrize("step", ["ingest", "features", "score", "run"])
def test_the_last_day_before_the_first_is_refused_and_nothing_is_made(
    command: Command, fresh: Settings, step: str
) -> None:
    ran = command(step, "--day", DAY, "--until", DAY - timedelta(days=1), settings=fresh)
    assert (ran.code, ran.out) == (2, "")
    assert "Give the earlier day first" in ran.err
    assert not fresh.home.exists()


@pytest.mark.parametrize(
    ("words", "then"),
    [
        (("score",), f"riskscore train container_risk --day {DAY - timedelta(days=1)}"),
        (("run",), f"riskscore train container_risk --day {DAY - timedelta(days=1)}"),
        (("train", "container_risk"), f"riskscore features --day FIRST --until {DAY}"),
        (("exports", "create", "--partner", "ES"), f"riskscore run --day {DAY}"),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_a_step_too_early_names_the_next_move(
    command: Command, fresh: Settings, words: tuple[str, ...], then: str
) -> None:
    fresh.drop.mkdir(parents=True)
    ran = command(*words, "--day", DAY, settings=fresh)
    assert (ran.code, ran.out) == (2, "")
    assert f"Run `{then}`" in ran.err


def test_training_tells_what_it_reached_and_where_the_card_is(
    command: Command, small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.copy("learned", tmp_path)
    ran = command("train", "container_risk", "--day", FIRST_MODEL, settings=settings)
    assert ran.code == 0
    assert "AUC 0." in ran.out
    card = Path(ran.out.partition("card in ")[2].splitlines()[0])
    assert "promoted: It was held against no other." in ran.out
    assert card.is_relative_to(settings.home)
    assert card.read_text(encoding="utf-8").startswith("#")


@pytest.mark.parametrize("model", ["nonsense", "../models/container_risk", "", "."])
def test_a_model_there_is_none_of_is_refused_with_those_there_are(
    command: Command, fresh: Settings, model: str
) -> None:
    ran = command("train", model, "--day", DAY, settings=fresh)
    assert (ran.code, ran.out) == (2, "")
    assert f"No model {model!r}; there are container_risk, voyage_risk." in ran.err


def test_the_catalogue_has_a_sentence_for_every_feature(command: Command, fresh: Settings) -> None:
    ran = command("catalogue", "voyage", "--markdown", settings=fresh)
    assert ran.code == 0
    sentences = steps.feature_catalogue(fresh, "voyage")
    assert ran.out.splitlines()[4:] == [f"| `{name}` | {sentence} |" for name, sentence in sentences.items()]
    table = command("catalogue", "voyage", settings=fresh).out
    assert all(name in table and sentence in table for name, sentence in sentences.items())


def test_a_grain_there_is_none_of_is_refused_with_those_there_are(command: Command, fresh: Settings) -> None:
    ran = command("catalogue", "ship", settings=fresh)
    assert (ran.code, ran.out) == (2, "")
    assert "No grain 'ship'; there are container, voyage, declaration" in ran.err
