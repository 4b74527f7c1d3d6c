"""The operations guide: every place it names is there, and its commands do what they say on a small world's home."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.database import QuarantineRow
from tests.riskscore.steps.small_world import DAY, LAST_LEARNED, SPEC, SmallWorld, content, differences
from tests.written import ROOT, commands, run

PAGE = ROOT / "docs" / "operations.md"
LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")
UNITS = ("NLRTM", "BEANR", "DEHAM", "ESVLC")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """Return what headings of a page are called in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def variables(settings: Settings) -> dict[str, str]:
    told = {"home": settings.home, "project_dir": settings.project_dir, "today": settings.today}
    return {f"RISKSCORE_{name.upper()}": str(value) for name, value in told.items()} | {"DAY": str(DAY)}


def test_every_link_leads_to_a_heading_that_is_there() -> None:
    links = LINK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(links) > 10
    for file, heading in links:
        place = (PAGE.parent / file).resolve()
        assert place.exists(), file
        assert not heading or heading in anchors(place), f"{file}#{heading}"


def test_what_holds_the_guide_is_there() -> None:
    for held in re.findall(r"`(tests/[\w/.]+)`", PAGE.read_text(encoding="utf-8")):
        assert (ROOT / held).exists(), held


@pytest.mark.slow
def test_a_first_install_learns_from_a_history_and_runs_its_first_day(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", project_dir=small_world.folder / "project", today=DAY)
    shutil.copytree(small_world.drop, settings.drop)
    words = commands(PAGE.read_text(encoding="utf-8"), "First install on one machine")
    told = {"FIRST": str(SPEC.start), "LAST": str(LAST_LEARNED), "SCORED": "14", "UNIT": "NLRTM"}
    said = run(words, tmp_path, **variables(settings), **told)
    assert f"learned from {SPEC.start} to {LAST_LEARNED}" in said
    assert all(len(steps.queue_list(settings, unit, DAY).rows) for unit in UNITS)


@pytest.mark.slow
def test_a_day_that_is_rebuilt_comes_out_as_it_was(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("export_day", tmp_path)
    run(commands(read("riskscore/steps/README.md"), "Rebuild a day"), tmp_path, **variables(settings))
    assert differences(content(settings), small_world.left()) == []


@pytest.mark.slow
def test_a_row_in_quarantine_is_replayed(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("export_day", tmp_path)
    with steps.open_workspace(settings).transaction() as session:
        rows = list(session.query(QuarantineRow).filter(QuarantineRow.feed == "manifest"))
    row = next(one for one in rows if [breach["column"] for breach in one.breaches] == ["hs6"])
    words = commands(read("riskscore/steps/README.md"), "Replay a row in quarantine")
    run(words, tmp_path, ROW=str(row.id), COLUMN="hs6", VALUE="080390", **variables(settings))
    with steps.open_workspace(settings).transaction() as session:
        assert session.get_one(QuarantineRow, row.id).state == "fixed"


@pytest.mark.slow
def test_room_is_made_when_the_disk_fills_and_the_day_is_as_it_was(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("export_day", tmp_path)
    run(commands(read("riskscore/housekeeping/README.md"), "When the disk fills"), tmp_path, **variables(settings))
    for unit in UNITS:
        before = steps.queue_list(small_world.finished(), unit, DAY).rows
        assert steps.queue_list(settings, unit, DAY).rows.equals(before)


@pytest.mark.slow
def test_a_bundle_made_after_the_key_was_rotated_is_accepted_with_the_new_key_alone(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.copy("fill_queues", tmp_path)
    retired = settings.keys / "retired" / str(DAY) / "export.pub.pem"
    words = commands(read("riskscore/exchange/README.md"), "Rotate the signing key")
    run(words, tmp_path, PARTNER="ES", **variables(settings))
    (bundle,) = (path for path in (settings.exports / "ES").iterdir() if path.is_dir() and path.name[0] != ".")
    check = f"riskscore exports verify {bundle} --recipient ES --now {date.isoformat(DAY)} --key"
    assert "accepted" in run(f"{check} {steps.signing_keys(settings).public_path}", tmp_path)
    assert "riskscore" in run(f"! {check} {retired}", tmp_path)
