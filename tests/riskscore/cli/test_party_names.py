"""Whatever parties are called and wherever a sender writes it, no command tells it in a log or an error."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.database import QuarantineRow
from tests.riskscore.cli.conftest import Command, Ran
from tests.riskscore.steps.arrivals import ledger, put, set_aside, some_manifest
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld

STEM = "Quindrobax"
HOSTILE = [
    f"{STEM} Holdings",
    f"={STEM}&HYPERLINK(1)",
    f"[bold]{STEM}[/bold] \x1b[2J",
    f"'; DROP TABLE {STEM}; --",
    f"{STEM} " * 400,
    f"{{{STEM}}} %s %({STEM})s",
]
SPOILT = ["HS6", "POL", "GROSS_WEIGHT_KG", "PACKAGES", "CONTAINER_NO", "BOOKED_AT", "SHIPPER_COUNTRY"]
"""Columns in which a sender puts a name instead of what belongs there."""


def manifest(world: SmallWorld, names: list[str]) -> bytes:
    """Return a manifest with a hostile name as both parties of some rows, and in a wrong column of a few."""
    header, *lines = some_manifest(world, range(45)).decode().splitlines()
    columns = header.split(",")
    rows = []
    for number, line in enumerate(lines):
        row = dict(zip(columns, line.split(","), strict=True)) | {"BL_NUMBER": f"QXXX{number:08d}"}
        if number < len(names):
            row |= dict.fromkeys(["SHIPPER", "CONSIGNEE"], names[number])
        elif number < len(names) + len(SPOILT):
            row[SPOILT[number - len(names)]] = names[0]
        rows.append(",".join('"{}"'.format(row[name].replace('"', '""')) for name in columns))
    return "\r\n".join([header, *rows, ""]).encode()


def spoilt_files(world: SmallWorld, names: list[str]) -> Iterable[tuple[str, str, bytes]]:
    """Yield feed, name and content of files with names where they do not belong."""
    header = some_manifest(world).splitlines()[0]
    yield "manifest", "parties.csv", manifest(world, names)
    yield "manifest", "no_header.csv", b",".join([names[0].encode()] * header.count(b",")) + b"\r\n"
    yield "manifest", "cut_off.csv", some_manifest(world).rstrip() + f',"{names[0]}'.encode()
    sent = next(iter(sorted(world.drop.glob("*/inspections/*.jsonl")))).read_text(encoding="utf-8").splitlines()[0]
    strange = [json.dumps(dict.fromkeys(json.loads(sent), name)) for name in names]
    yield "inspections", "strange.jsonl", "\n".join([*strange, f'{{"{names[0]}": ', '"\\ud800"', ""]).encode()


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path) -> Settings:
    """A home to which names were sent in every place."""
    settings = small_world.copy("learned", tmp_path)
    for feed, name, content in spoilt_files(small_world, HOSTILE):
        put(settings, content, name, feed=feed)
    return settings


@pytest.fixture
def ran(command: Command, settings: Settings, caplog: pytest.LogCaptureFixture) -> dict[str, Ran]:
    """Every command of the day and of what comes after, good and bad, by its words."""
    caplog.set_level(logging.DEBUG)
    words = ["ingest --day {0}", "run --day {0}", "deliveries", "deliveries --total", "quarantine list --most 9999"]
    words += ["findings", "exports create --partner ES --day {0}", "exports create --partner US --day {1}"]
    words += ["queue --unit NLRTM --date {0}", "voyages --unit NLRTM --date {0}", "queue --unit NLRTM --date {1}"]
    done = {line: command(*line.format(DAY, NEXT_DAY).split(), settings=settings) for line in words}
    for row in set_aside(settings)[-4:]:
        for fix in (f"hs6={HOSTILE[0]}", f"{HOSTILE[0]}", f"consignee_name={HOSTILE[4]}"):
            line = f"quarantine fix-and-replay {row.id} --set"
            done[f"{line} {fix[:20]}"] = command(*line.split(), fix, settings=settings)
    return done


@pytest.mark.slow
def test_no_name_is_told_but_by_the_command_that_shows_a_row_as_it_was_sent(
    ran: dict[str, Ran],
    command: Command,
    settings: Settings,
    small_world: SmallWorld,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert {one.code for one in ran.values()} == {0, 2}
    (sent,) = (delivery for delivery in ledger(settings) if delivery.file_name == "parties.csv")
    assert (sent.state, sent.quarantined_rows >= len(SPOILT)) == ("published", True)
    stems = {name.split()[0].casefold() for name in small_world.party_names} | {STEM.casefold()}
    assert len(stems) > 1000
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    told = {"log": logged} | {f"error of {line}": one.err for line, one in ran.items()}
    told |= {f"output of {line}": one.out for line, one in ran.items() if not line.startswith(("queue", "voyages"))}
    for where, text in told.items():
        words = set("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())
        assert not words & stems, where
    lists = "".join(one.out for line, one in ran.items() if line.startswith(("queue", "voyages")))
    assert [name for name in (*small_world.party_names, STEM) if name in lists] == []
    assert not [delivery.delivery_id for delivery in ledger(settings) if STEM in delivery.reason]
    row = next(one for one in set_aside(settings) if STEM in one.raw_line)
    assert STEM in command("quarantine", "show", row.id, settings=settings).out


def test_an_error_of_the_database_does_not_quote_the_row(settings: Settings) -> None:
    row = {"delivery_id": "d", "row_number": 1, "feed": "manifest", "breaches": [], "cells": {"shipper_name": STEM}}
    with pytest.raises(IntegrityError) as error, steps.open_workspace(settings).transaction() as session:
        session.add_all([QuarantineRow(raw_line=STEM, **row), QuarantineRow(raw_line=STEM, **row)])
    assert STEM not in str(error.value)
