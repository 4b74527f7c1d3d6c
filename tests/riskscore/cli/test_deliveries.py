"""Deliveries and rows set aside: what adds up, what is masked, what is put right and what is not."""

from pathlib import Path

import pytest

from riskscore import steps
from riskscore.contracts.masking import PERSONAL
from riskscore.settings import Settings
from riskscore.store.database import QuarantineRow
from tests.riskscore.cli.conftest import Command
from tests.riskscore.steps.arrivals import ledger, set_aside
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld

NAME = "Quindrobax Holdings"


def cells(printed: str) -> list[list[str]]:
    """Return the rows of a printed table, one list a line."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in printed.splitlines() if "│" in line]


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path) -> Settings:
    """A home of its own in which the live day is over."""
    return small_world.copy("export_day", tmp_path)


@pytest.fixture
def row(small_world: SmallWorld) -> QuarantineRow:
    """A manifest row with nothing wrong but its HS code."""
    return next(
        one
        for one in set_aside(small_world.finished())
        if one.feed == "manifest" and {breach["column"] for breach in one.breaches} == {"hs6"}
    )


def test_every_delivery_is_shown_and_adds_up(command: Command, lived: Settings) -> None:
    ran = command("deliveries", settings=lived)
    assert (ran.code, ran.err) == (0, "")
    shown = [line for line in cells(ran.out) if line[0]]
    assert [line[1] for line in shown] == [delivery.delivery_id for delivery in ledger(lived)]
    for received, accepted, quarantined, refused in (map(int, line[6:10]) for line in shown):
        assert received == accepted + quarantined + refused


def test_the_total_is_the_sum_of_its_lines(command: Command, lived: Settings) -> None:
    ran = command("deliveries", "--total", settings=lived)
    *lines, last = [[int(number) for number in line[2:]] for line in cells(ran.out)]
    assert [sum(column) for column in zip(*lines, strict=True)] == last
    assert last[0] == len(ledger(lived))
    assert last[1] == sum(last[2:])


def test_deliveries_are_shown_by_feed_state_and_day(command: Command, lived: Settings) -> None:
    of_feed = command("deliveries", "--feed", "port_calls", settings=lived).out
    assert {line[2] for line in cells(of_feed) if line[0]} == {"port_calls"}
    refused = [line for line in cells(command("deliveries", "--state", "refused", settings=lived).out) if line[0]]
    assert {line[5] for line in refused} == {"refused"}
    assert all(line[10] for line in refused), "each says why"
    since = command("deliveries", "--day", DAY, settings=lived).out
    assert {line[4] for line in cells(since) if line[0]} == {str(DAY)}
    assert command("deliveries", "--feed", "nonsense", settings=lived).out == "Deliveries: none\n"


def test_rows_set_aside_are_listed_with_rule_and_column_and_personal_values_masked(
    command: Command, lived: Settings
) -> None:
    ran = command("quarantine", "list", "--most", 10_000, settings=lived)
    assert (ran.code, ran.err) == (0, "")
    shown = cells(ran.out)
    rows = {str(one.id): one for one in set_aside(lived)}
    assert {line[0] for line in shown} == rows.keys()
    for row_id, feed, delivery, number, column, rule, _ in shown:
        row = rows[row_id]
        assert (feed, delivery, int(number)) == (row.feed, row.delivery_id, row.row_number)
        assert (column, rule) in {(breach["column"], breach["rule"]) for breach in row.breaches}
    personal = [line[6] for line in shown if line[4] in {"shipper_name", "consignee_name"}]
    assert personal
    assert set(personal) <= {PERSONAL, ""}


def test_rows_are_listed_by_delivery_and_up_to_a_number(command: Command, lived: Settings) -> None:
    last = set_aside(lived)[-1]
    of_one = command("quarantine", "list", "--delivery", last.delivery_id, settings=lived).out
    assert {line[2] for line in cells(of_one)} == {last.delivery_id}
    few = command("quarantine", "list", "--most", 2, settings=lived).out
    assert len({line[0] for line in cells(few)}) == 2
    assert command("quarantine", "list", "--delivery", "nonsense", settings=lived).out == "Quarantine: none\n"


def test_a_raw_line_is_shown_with_its_controls_written_out(command: Command, settings: Settings) -> None:
    with steps.open_workspace(settings).transaction() as session:
        session.get_one(QuarantineRow, 1).raw_line = "Şti,\x1b[2J,\u202e"
    ran = command("quarantine", "show", 1, settings=settings)
    assert (ran.code, ran.out) == (0, "Şti,\\x1b[2J,\\u202e\n")


def test_a_row_put_right_is_published_once(command: Command, settings: Settings, row: QuarantineRow) -> None:
    words = ("quarantine", "fix-and-replay", row.id, "--set", "hs6=080390")
    ran = command(*words, settings=settings)
    told = f"row {row.row_number} of delivery {row.delivery_id} published, known from {NEXT_DAY} on\n"
    assert (ran.code, ran.out) == (0, told)
    listed = command("quarantine", "list", "--delivery", row.delivery_id, settings=settings).out
    assert str(row.id) not in {line[0] for line in cells(listed)}
    again = command(*words, settings=settings)
    assert (again.code, again.out) == (2, "")
    assert f"row {row.id} was put right before" in again.err


def test_a_row_still_wrong_is_told_with_every_rule_and_stays(
    command: Command, lived: Settings, row: QuarantineRow
) -> None:
    fixes = ("--set", f"hs6={NAME}", "--set", f"shipper_name={NAME * 40}", "--set", "gross_weight_kg=-1")
    ran = command("quarantine", "fix-and-replay", row.id, *fixes, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    for part in ("is still wrong", "column hs6", "column shipper_name", "column gross_weight_kg", "(code_list)"):
        assert part in ran.err
    assert ".." not in ran.err
    assert NAME not in ran.err
    assert str(row.id) in command("quarantine", "list", "--delivery", row.delivery_id, settings=lived).out


@pytest.mark.parametrize(
    ("fixes", "why"),
    [
        (["hs6"], "--set number 1 is not column=value"),
        (["hs6=080390", f"consignee_name {NAME}"], "--set number 2 is not column=value"),
        ([f"={NAME}"], "--set number 1 is not column=value"),
        (["hs6=080390", "hs6=080391"], "--set number 2 names column hs6 again"),
        (["hs_code=080390"], "no column hs_code to repair. Columns are "),
    ],
)
def test_a_repair_that_cannot_be_read_is_refused_without_quoting_it(
    command: Command, lived: Settings, row: QuarantineRow, fixes: list[str], why: str
) -> None:
    words = [word for fix in fixes for word in ("--set", fix)]
    ran = command("quarantine", "fix-and-replay", row.id, *words, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert NAME not in ran.err


@pytest.mark.parametrize("words", [("show",), ("fix-and-replay", "--set", "hs6=080390")], ids=lambda words: words[0])
@pytest.mark.parametrize("absent", [10**9, 10**30, 0, "x"])
def test_a_row_there_is_none_of_is_refused(
    command: Command, lived: Settings, words: tuple[str, ...], absent: object
) -> None:
    ran = command("quarantine", *words, absent, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert "`riskscore quarantine list`" in ran.err or "Invalid value for 'row'" in ran.err


@pytest.mark.parametrize("most", [0, -1, 10**30, "x"])
def test_a_number_of_rows_that_is_none_is_refused(command: Command, lived: Settings, most: object) -> None:
    ran = command("quarantine", "list", "--most", most, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert "--most" in ran.err


def test_a_state_there_is_none_of_is_refused_with_those_there_are(command: Command, lived: Settings) -> None:
    ran = command("deliveries", "--state", "lost", settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert "'landed', 'published'" in ran.err


def test_findings_are_published_as_pages(command: Command, settings: Settings) -> None:
    ran = command("findings", settings=settings)
    assert ran.code == 0
    page = Path(ran.out.removeprefix("written: ").rstrip())
    assert page.is_relative_to(settings.findings)
    assert "manifest" in page.read_text(encoding="utf-8")


def test_an_empty_home_has_nothing_to_show_and_says_so(command: Command, lived: Settings, tmp_path: Path) -> None:
    empty = {"settings": lived, "home": tmp_path / "home"}
    assert command("deliveries", **empty).out == "Deliveries: none\n"
    assert command("quarantine", "list", **empty).out == "Quarantine: none\n"
    assert command("findings", **empty).code == 0
