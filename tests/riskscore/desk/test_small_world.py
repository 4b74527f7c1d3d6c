"""The desk over a whole world: pages, files, figures, and outcomes on their way to the next model."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from riskscore import steps
from riskscore.desk import (
    Desk,
    ItemKey,
    Officer,
    Role,
    View,
    act,
    audit_lines,
    container_page,
    day_list,
    days,
    export,
    feeds_page,
    figures,
    open_ends,
    parse_view,
    quarantine,
    search,
    voyage_list,
    voyage_page,
)
from riskscore.errors import BadInputError, NoSuchItemError, NotAllowedError, NotReadyError
from riskscore.queues.workflow import Claim, RecordOutcome, Release, SendForInspection
from riskscore.store.database import Delivery, QueueEvent, QueueItem
from riskscore.store.desk_records import OutcomeRecord
from tests.riskscore.desk.made_queue import Hands
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld, lake_rows

UNIT = "NLRTM"
ANNA, BOSS = Officer("anna", Role.OFFICER, UNIT), Officer("boss", Role.SUPERVISOR, UNIT)
ENGINEER, AUDITOR = Officer("engineer", Role.DATA_ENGINEER), Officer("auditor", Role.AUDITOR)


def desk_over(world: SmallWorld, place: Path, stage: str = "fill_queues") -> Desk:
    """Return a desk over a copy of the world, an hour after the cut-off of the live day."""
    settings = world.copy(stage, place)
    return Desk(settings, Hands(settings.cutoff(DAY) + timedelta(hours=1)))


def work_through(desk: Desk, keys: list[ItemKey], results: list[str]) -> None:
    """Claim, send and examine these items, an hour apart."""
    for number, (key, result) in enumerate(zip(keys, results, strict=True)):
        act(ANNA, desk, key, Claim(), token=f"claim-{number:04d}")
        if result == "container_left":
            act(ANNA, desk, key, Release("container_left"), token=f"let-go-{number:04d}")
            continue
        act(ANNA, desk, key, SendForInspection(), token=f"send-{number:04d}")
        found = {"substance": "cocaine", "quantity_kg": 12.5} if result == "contraband" else {}
        outcome = RecordOutcome("physical", result, desk.now() + timedelta(minutes=1), **found)  # type: ignore[arg-type] # of two kinds
        act(ANNA, desk, key, outcome, token=f"found-{number:04d}")


def test_pages_show_what_the_lake_and_the_database_know(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    page = day_list(ANNA, desk, UNIT, DAY, View())
    assert days(ANNA, desk, UNIT) == (DAY,)
    assert page.is_invented
    for row in page.rows[:5]:
        shown = container_page(ANNA, desk, row.key)
        assert shown.row == row
        assert shown.consignments
        assert all(one.parties[1].name for one in shown.consignments)
        assert [score.day for score in shown.scores] == [DAY]
        assert shown.scores[0].probability == pytest.approx(row.probability)
        assert len(shown.reasons) >= len(row.reasons)
        assert [abs(reason.push) for reason in shown.reasons] == sorted(
            (abs(reason.push) for reason in shown.reasons), reverse=True
        )
        assert {"discharge"} <= {stop.kind for stop in shown.route.stops}
        assert any(stop.lat is not None for stop in shown.route.stops)
        assert row.key in {one.key for one in search(ANNA, desk, shown.consignments[0].bill_of_lading)}
    (line, *_) = audit_lines(AUDITOR, desk, kind="read")
    assert (line.actor, line.unit) == ("anna", UNIT)
    assert page.rows[4].key.container_number in line.subject
    assert len(audit_lines(AUDITOR, desk, kind="read")) == 5
    with pytest.raises(NotAllowedError):
        audit_lines(ANNA, desk)
    with pytest.raises(NoSuchItemError):
        container_page(ANNA, desk, page.rows[0].key._replace(container_number="MSCU0000000"))


def test_seizures_are_linked_by_what_is_shared(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    seizures, papers = lake_rows(desk.settings, "seizure"), lake_rows(desk.settings, "consignment")
    with steps.open_workspace(desk.settings).transaction() as session:
        items = list(session.scalars(select(QueueItem).where(QueueItem.queue_day == DAY)))
    linked = 0
    for item in items:
        key = ItemKey(item.unit, DAY, item.voyage_id, item.container_number)
        mine = papers[(papers["voyage_id"] == item.voyage_id) & (papers["container_number"] == item.container_number)]
        shared = ("consignee_id", "shipper_id", "consignee_name_id", "shipper_name_id", "vessel_imo")
        is_linked = seizures["container_number"] == item.container_number
        for column in shared:
            is_linked |= seizures[column].isin(mine[column].dropna())
        wanted = set(zip(seizures["country"][is_linked], seizures["seizure_id"][is_linked], strict=True))
        if not wanted and linked:
            continue
        officer = Officer("anna", Role.OFFICER, item.unit)
        shown, audited = container_page(officer, desk, key), container_page(AUDITOR, desk, key)
        assert {(one.country, one.seizure_id) for one in shown.seizures} == wanted
        assert all(one.links and one.marked.originator for one in shown.seizures)
        open_to_all = [one for one in shown.seizures if one.marked.handling != "restricted"]
        assert list(audited.seizures) == open_to_all
        assert audited.withheld_seizures == len(wanted) - len(open_to_all)
        linked += len(wanted)
    assert linked


def test_voyages_and_their_containers(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    voyages = voyage_list(ANNA, desk, UNIT, DAY)
    assert [one.rank for one in voyages] == sorted(one.rank for one in voyages)
    page = voyage_page(ANNA, desk, UNIT, DAY, voyages[0].voyage_id)
    assert page.row == voyages[0]
    assert [one.probability for one in page.aboard] == sorted((one.probability for one in page.aboard), reverse=True)
    assert len(page.aboard) == page.row.container_count
    assert sum(one.key is not None for one in page.aboard) == page.row.listed_count
    assert sum(one.probability for one in page.aboard) == pytest.approx(page.row.expected_finds)
    assert UNIT in {stop.locode for stop in page.calls}
    assert all(one.meaning for one in page.conduct)
    with pytest.raises(NoSuchItemError, match="was not scored"):
        voyage_page(ANNA, desk, UNIT, DAY, "NOSUCH-1")
    with pytest.raises(NotReadyError):
        voyage_list(ANNA, desk, UNIT, NEXT_DAY)


def test_files_hold_exactly_what_is_shown(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    view = parse_view([("why", "score"), ("sort", "-eta")])
    rows = day_list(ANNA, desk, UNIT, DAY, view).rows
    wanted = [row.key.container_number for row in rows]
    made = {kind: export(ANNA, desk, UNIT, DAY, view, kind=kind) for kind in ("csv", "xlsx", "pdf")}
    table = list(csv.DictReader(io.StringIO(made["csv"].content.decode("utf-8-sig"))))
    assert [row["Container"] for row in table] == wanted
    sheet = load_workbook(io.BytesIO(made["xlsx"].content)).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=3, values_only=True)] == wanted
    assert made["pdf"].content.startswith(b"%PDF-")
    assert made["pdf"].content == export(ANNA, desk, UNIT, DAY, view, kind="pdf").content
    assert made["csv"].file_name == f"{UNIT}-{DAY}-part.csv"
    assert len(audit_lines(AUDITOR, desk, kind="export")) == 4
    with pytest.raises(BadInputError, match="docx is no kind of file"):
        export(ANNA, desk, UNIT, DAY, view, kind="docx")


def test_outcomes_reach_the_next_days_features_exactly_once(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    keys = [row.key for row in day_list(ANNA, desk, UNIT, DAY, View()).rows]
    results = ["contraband", "nothing", "inconclusive", "container_left"]
    work_through(desk, keys[1:5], results)
    again = RecordOutcome("physical", "nothing", desk.now())
    act(ANNA, desk, keys[3], again, token="laboratory-1")
    tomorrow = desk.settings.model_copy(update={"today": NEXT_DAY})
    steps.run_day(tomorrow, NEXT_DAY)
    facts = lake_rows(desk.settings, "inspection").set_index("inspection_id")
    mine = facts[facts.index.str.startswith("DESK-")].sort_values("row_number")
    found = dict(zip(mine["container_number"], mine["outcome"], strict=True))
    wanted = ["contraband", "nothing", "nothing", "not_examined"]
    assert found == {key.container_number: result for key, result in zip(keys[1:5], wanted, strict=True)}
    assert set(mine["known_day"]) == {NEXT_DAY}
    assert set(mine["decided_by"]) <= {"rule", "model", "random"}
    ledger = steps.delivery_rows(desk.settings, feed="inspections")
    told = ledger[ledger["file_name"].str.startswith("desk-")]
    assert told[["received_rows", "accepted_rows"]].to_numpy().tolist() == [[4, 4]]
    assert steps.land(tomorrow, NEXT_DAY) == []
    before = steps.open_workspace(desk.settings).history(NEXT_DAY).as_of(DAY).table("inspection")
    assert not before["inspection_id"].str.startswith("DESK-").any(), (
        "the day they were recorded on knows nothing of them"
    )
    features = steps.open_workspace(desk.settings).project.feature_sets["container"]
    as_of = steps.open_workspace(desk.settings).history(NEXT_DAY).as_of(NEXT_DAY)
    labels = features.grain.labels(as_of)
    for key, label in zip(keys[1:4], [1.0, 0.0, 0.0], strict=True):
        of_key = (labels["voyage_id"] == key.voyage_id) & (labels["container_number"] == key.container_number)
        assert labels.loc[of_key, "is_find"].tolist() == [label]


def test_what_is_killed_between_binding_and_writing_is_delivered_once(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from riskscore.steps import outcomes

    desk = desk_over(small_world, tmp_path)
    keys = [row.key for row in day_list(ANNA, desk, UNIT, DAY, View()).rows]
    work_through(desk, keys[:1], ["nothing"])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outcomes, "_put", killed)
        with pytest.raises(KeyboardInterrupt):
            steps.deliver_outcomes(desk.settings, DAY, NEXT_DAY)
    (first,) = steps.deliver_outcomes(desk.settings, DAY, NEXT_DAY)
    content = first.read_bytes()
    assert steps.deliver_outcomes(desk.settings, DAY, NEXT_DAY) == []
    first.unlink()
    with steps.open_workspace(desk.settings).transaction() as session:
        assert session.scalars(select(OutcomeRecord.file_name)).all() == [first.name]
        session.execute(outcomes.update(outcomes.OutcomeFile).values(is_written=False))
    assert steps.deliver_outcomes(desk.settings, DAY, NEXT_DAY) == [first]
    assert first.read_bytes() == content


def test_filling_the_queues_again_keeps_what_officers_did(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    before = {row.key: row for row in day_list(ANNA, desk, UNIT, DAY, View()).rows}
    keys = list(before)
    work_through(desk, keys[:2], ["nothing", "container_left"])
    act(ANNA, desk, keys[2], Claim(), token="claim-by-anna")
    worked = {row.key: row for row in day_list(ANNA, desk, UNIT, DAY, View()).rows}
    steps.fill_queues(desk.settings, DAY)
    assert {row.key: row for row in day_list(ANNA, desk, UNIT, DAY, View()).rows} == worked
    with steps.open_workspace(desk.settings).transaction() as session:
        stray = session.get_one(QueueItem, (DAY, UNIT, keys[2].voyage_id, keys[2].container_number))
        stray.voyage_id = "GONE-1"  # as if the refilled queue did not choose it any more
    steps.fill_queues(desk.settings, DAY)
    rows = day_list(ANNA, desk, UNIT, DAY, View()).rows
    assert rows[-1].key == keys[2]._replace(voyage_id="GONE-1")
    assert (rows[-1].state, rows[-1].holder) == ("claimed", "anna")
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert rows[2].key == keys[2]
    assert rows[2].state == "open"


def test_figures_count_what_was_found(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    rows = day_list(ANNA, desk, UNIT, DAY, View()).rows
    results = ["contraband" if row.why == "random" or row.position == 1 else "nothing" for row in rows]
    work_through(desk, [row.key for row in rows[:-1]], results[:-1])
    told = figures(BOSS, desk, UNIT, DAY, DAY)
    by_why = {one.why: one for one in told.hit_rates}
    drawn = [row for row in rows if row.why == "random"]
    assert sum(one.listed for one in told.hit_rates) == len(rows)
    assert sum(one.examined for one in told.hit_rates) == len(rows) - 1
    assert by_why["random"].stands_for == pytest.approx(sum(1 / row.selection_probability for row in drawn))
    assert len(told.missed) == sum(row.key != rows[-1].key for row in drawn)
    assert told.at_capacity[-1].hits == 1
    assert [(one.officer, one.done) for one in told.load] == [("anna", len(rows) - 1)]
    assert sum(one.open for one in told.ageing) == 1
    assert {one.key for one in told.open_ends} <= {rows[-1].key}
    assert open_ends(BOSS, desk, UNIT, DAY) == told.open_ends
    with pytest.raises(BadInputError, match="is no period"):
        figures(BOSS, desk, UNIT, NEXT_DAY, DAY)
    for caller, unit in [(ANNA, UNIT), (BOSS, "BEANR"), (ENGINEER, UNIT)]:
        with pytest.raises(NotAllowedError):
            figures(caller, desk, unit, DAY, DAY)
        with pytest.raises(NotAllowedError):
            open_ends(caller, desk, unit, DAY)


def test_the_data_page_says_what_came_and_what_was_set_aside(small_world: SmallWorld, tmp_path: Path) -> None:
    desk = desk_over(small_world, tmp_path)
    page = feeds_page(ENGINEER, desk)
    feeds = {one.feed: one for one in page.feeds}
    assert feeds["manifest"].days_since == 0
    assert feeds["kcs_outcomes"].last_day is None
    for one in page.feeds:
        assert one.received == one.accepted + one.quarantined + one.refused
    assert sum(one.rows for one in page.quarantine) > 0
    broken = page.quarantine[0]
    rows = quarantine(ENGINEER, desk, feed=broken.feed, rule=broken.rule)
    assert rows
    assert {(one.feed, one.rule) for one in rows} == {(broken.feed, broken.rule)}
    assert feeds_page(AUDITOR, desk) == page
    for caller in (ANNA, BOSS):
        with pytest.raises(NotAllowedError):
            feeds_page(caller, desk)
        with pytest.raises(NotAllowedError):
            quarantine(caller, desk)
    with steps.open_workspace(desk.settings).transaction() as session:
        assert session.scalar(select(Delivery.number).limit(1))
        assert session.scalar(select(QueueEvent.event_id).limit(1)) is None
