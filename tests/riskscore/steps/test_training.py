"""A model that is trained while another is in use scores only where the written rule lets it."""

import json
import re
import shutil

import pytest

from riskscore import steps
from riskscore.learning import newest_before
from tests.riskscore.steps.small_world import DAY, NEXT_DAY


@pytest.fixture
def settings(small_world, tmp_path):
    """The small world after its live day, in which a first container model is in use."""
    return small_world.copy("fill_queues", tmp_path)


def in_use(settings, day):
    return newest_before(settings.artefacts / "container_risk", day).name


def rule(settings, tmp_path, **changed):
    """Return settings whose project has another rule for the container model."""
    project = tmp_path / "project"
    shutil.copytree(settings.project_dir, project, symlinks=True)
    file = project / "models" / "container_risk" / "promotion.yaml"
    text = file.read_text()
    for name, value in changed.items():
        text = re.sub(rf"^{name}: \S+", f"{name}: {value}", text, flags=re.MULTILINE)
    file.write_text(text)
    return settings.model_copy(update={"project_dir": project})


@pytest.mark.parametrize(("least_gain", "is_promoted"), [("-1.0", True), ("1.0", False)])
def test_the_rule_decides_who_scores_the_next_day(settings, tmp_path, least_gain, is_promoted):
    champion = in_use(settings, DAY)
    ruled = rule(settings, tmp_path, least_gain=least_gain, least_finds=1, most_brier_ratio=1000.0)
    artefact, decision = steps.train_model(ruled, "container_risk", DAY)
    assert decision.comparison is not None, decision.why
    assert decision.is_promoted is is_promoted
    assert in_use(settings, NEXT_DAY) == (artefact.artefact_id if is_promoted else champion)
    assert in_use(settings, DAY) == champion, "a day that was scored keeps its model"
    kept = json.loads((settings.artefacts / "container_risk" / f"{DAY}.decision.json").read_text())
    assert (kept["champion"], kept["challenger"]) == (champion, artefact.artefact_id)


def test_challenging_again_gives_the_same(settings, tmp_path):
    ruled = rule(settings, tmp_path, least_gain="-1.0", least_finds=1, most_brier_ratio=1000.0)
    assert steps.train_model(ruled, "container_risk", DAY) == steps.train_model(ruled, "container_risk", DAY)


def test_what_an_earlier_challenge_promoted_is_withdrawn_where_it_is_no_longer_right(settings, tmp_path):
    champion = in_use(settings, DAY)
    generous = rule(settings, tmp_path / "one", least_gain="-1.0", least_finds=1, most_brier_ratio=1000.0)
    assert steps.train_model(generous, "container_risk", DAY).decision.is_promoted
    strict = rule(settings, tmp_path / "two", least_gain="1.0")
    steps.train_model(strict, "container_risk", DAY)
    assert in_use(settings, NEXT_DAY) == champion


def test_the_first_model_needs_no_rule(settings):
    for pointer in (settings.artefacts / "container_risk").glob("*.current"):
        pointer.unlink()
    artefact, decision = steps.train_model(settings, "container_risk", DAY)
    assert decision.is_promoted
    assert in_use(settings, NEXT_DAY) == artefact.artefact_id
