import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

from riskscore.sources import PARSERS
from riskscore.world import AnswerKey, World, make_world, write_deliveries
from riskscore.world.clock import to_date
from riskscore.world.partner_feeds import BR, ES, US
from riskscore.world.raw_feeds import INSPECTIONS, MANIFEST, PORT_CALLS

README = (Path(__file__).parents[3] / "riskscore" / "world" / "README.md").read_text(encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_spec_gives_the_same_bytes(tiny: World, tmp_path: Path) -> None:
    for name, world in (("one", tiny), ("two", make_world(tiny.spec))):
        write_deliveries(world, tmp_path / name / "drop")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert len(digests(tmp_path / "one")) > 60


def test_files_lie_by_day_and_feed_and_say_that_they_are_invented(answers: AnswerKey, drop: Path) -> None:
    name = re.compile(r"(\d{4}-\d\d-\d\d)/(\w+)/\2_INVENTED(_Q[A-Z]{2})?_\1_[12]\.(csv|jsonl|xlsx)")
    for path in drop.rglob("*"):
        if path.is_file() and path.name != "WORLD.txt":
            assert name.fullmatch(str(path.relative_to(drop)))
    assert "INVENTED" in (drop / "WORLD.txt").read_text(encoding="utf-8")


def test_the_answers_lie_outside_the_drop_folder(answers: AnswerKey, drop: Path) -> None:
    assert answers.folder.parent == drop.parent
    assert {path.name for path in answers.folder.iterdir()} == {"truth.parquet", "dirt.jsonl", "world.json"}


@pytest.mark.parametrize("feed", ["manifest", "port_calls", "inspections", "seizures_es", "seizures_br", "seizures_us"])
def test_every_row_is_written_once_and_can_be_read(answers: AnswerKey, drop: Path, feed: str) -> None:
    files = sorted(drop.glob(f"*/{feed}/*_1.*"))
    assert sum(len(PARSERS[feed](path).raw_lines) for path in files) == answers.rows[feed]


def test_a_row_lies_in_the_folder_of_its_day(world: World, answers: AnswerKey, drop: Path) -> None:
    day = world.consignments["delivered_on"].iloc[len(world.consignments) // 2]
    told = world.consignments[world.consignments["delivered_on"] == day]
    files = drop.glob(f"{to_date(day).isoformat()}/manifest/*_1.csv")
    rows = pd.concat([PARSERS["manifest"](path).rows for path in files])
    assert len(rows) == len(told)
    assert set(rows["bill_of_lading"]) - {""} >= set(told["bill_of_lading"].sample(50, random_state=1)) - {""}


def test_progress_ends_with_everything_done(tiny: World, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_deliveries(tiny, tmp_path / "drop", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("names", [MANIFEST, PORT_CALLS, INSPECTIONS, ES, BR, US])
def test_the_readme_names_every_raw_column(names: dict[str, str]) -> None:
    missing = [name for name in names if name.split(".")[-1] not in README]
    assert not missing
