"""Work on items: who may do what in which state, one at a time, once each, and everything on record."""

import contextlib
import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from riskscore.desk import Desk, ItemKey, Officer, View, act, day_list, officers_of, referrals
from riskscore.errors import BadInputError, NoSuchItemError, NotAllowedError, TakenError
from riskscore.queues.workflow import (
    ACTIONS,
    MOVES,
    STATES,
    Action,
    AddPhotograph,
    Claim,
    GiveBack,
    HandOver,
    Hold,
    Note,
    RecordOutcome,
    Refer,
    Release,
    Reopen,
    SendForInspection,
)
from riskscore.settings import Settings
from riskscore.store.database import QueueEvent, QueueItem, engine_of, transaction
from riskscore.store.desk_records import AccountRecord, OutcomeRecord
from tests.riskscore.desk.made_queue import (
    ANNA,
    AUDITOR,
    BEN,
    BOSS,
    EVERYBODY,
    NOW,
    OTHER,
    STRANGER,
    TODAY,
    UNIT,
    Hands,
    fill,
    key,
)

FOUND = RecordOutcome(
    "physical", "contraband", NOW, substance="cocaine", quantity_kg=48.5, concealment="rip_on_rip_off",
    seal_numbers=("NL 123456",), note="behind the doors",
)  # fmt: skip
EXAMPLES: dict[str, Action] = {
    "claim": Claim(),
    "give_back": GiveBack(),
    "hold": Hold("papers asked for"),
    "release": Release("documents_in_order"),
    "send_for_inspection": SendForInspection("xray"),
    "record_outcome": FOUND,
    "add_photograph": AddPhotograph("0" * 64),
    "refer": Refer(OTHER, "their_case"),
    "hand_over": HandOver("ben"),
    "reopen": Reopen("released by mistake"),
    "note": Note("seen"),
}
WAYS: dict[str, Sequence[str]] = {
    "open": (),
    "claimed": ("claim",),
    "held": ("claim", "hold"),
    "inspection": ("claim", "send_for_inspection"),
    "examined": ("claim", "send_for_inspection", "record_outcome"),
    "released": ("claim", "release"),
    "referred": ("claim", "refer"),
}
"""How an item comes into each state, by the officer anna."""

_tokens = iter(f"token-{number:06d}" for number in range(1_000_000))


def do(desk: Desk, caller: Officer, *actions: str | Action, item: ItemKey | None = None) -> None:
    """Do actions one after the other, each with a token of its own."""
    for action in actions:
        act(caller, desk, item or key(), EXAMPLES[action] if isinstance(action, str) else action, token=next(_tokens))


def standing(desk: Desk, item: ItemKey | None = None) -> tuple[str, str, int]:
    """Return state, holder and version of an item."""
    one = item or key()
    with transaction(desk.settings.database) as session:
        found = session.get_one(QueueItem, (one.day, one.unit, one.voyage_id, one.container_number))
        return found.state, found.holder, found.version


def events(desk: Desk) -> list[QueueEvent]:
    """Return every event in order."""
    with transaction(desk.settings.database) as session:
        return list(session.scalars(select(QueueEvent).order_by(QueueEvent.event_id)))


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """A desk whose unit has the accounts anna, ben and boss, and the other unit one."""
    with transaction(desk.settings.database) as session:
        for name, unit in [("anna", UNIT), ("ben", UNIT), ("stranger", OTHER)]:
            session.add(AccountRecord(name=name, role="officer", unit=unit, password_hash="-", created_at=NOW))
    return desk


def test_every_action_has_an_example_and_every_state_a_way() -> None:
    assert set(EXAMPLES) == set(ACTIONS)
    assert set(WAYS) == set(STATES)
    assert {MOVES[type(action)].action: name for name, action in EXAMPLES.items()} == {name: name for name in EXAMPLES}


@pytest.mark.parametrize("caller", [ANNA, BEN, BOSS], ids=lambda one: one.name)
def test_the_buttons_shown_are_the_actions_that_work(staffed: Desk, caller: Officer) -> None:
    day = TODAY + timedelta(days=5)
    fill(staffed.settings, day=day, count=len(STATES) * len(ACTIONS))
    cases = [(state, action) for state in STATES for action in ACTIONS]
    for number, (state, _) in enumerate(cases, start=1):
        do(staffed, ANNA, *WAYS[state], item=key(number, day=day))
    offered = {row.key: row.actions for row in day_list(caller, staffed, UNIT, day, View()).rows}
    for number, (state, action) in enumerate(cases, start=1):
        item = key(number, day=day)
        before = standing(staffed, item)
        assert before[0] == state
        if action in offered[item]:
            do(staffed, caller, action, item=item)
            became = MOVES[type(EXAMPLES[action])].becomes or state
            assert (standing(staffed, item)[0], standing(staffed, item)[2]) == (became, before[2] + 1)
        else:
            with pytest.raises((TakenError, NotAllowedError)):
                do(staffed, caller, action, item=item)
            assert standing(staffed, item) == before


@pytest.mark.parametrize("caller", EVERYBODY, ids=lambda one: one.name)
def test_only_the_units_own_officers_work(staffed: Desk, caller: Officer) -> None:
    day = TODAY + timedelta(days=5)
    for unit in (UNIT, OTHER):
        fill(staffed.settings, unit=unit, day=day, count=len(ACTIONS))
        for number, action in enumerate(ACTIONS, start=1):
            item, is_supervisor = key(number, unit=unit, day=day), caller.role == "supervisor"
            if caller.unit == unit and (is_supervisor or not MOVES[type(EXAMPLES[action])].by_supervisor):
                with contextlib.suppress(TakenError, BadInputError):  # the right is there; the state may not be
                    do(staffed, caller, action, item=item)
            else:
                with pytest.raises(NotAllowedError):
                    do(staffed, caller, action, item=item)
                assert standing(staffed, item) == ("open", "", 0)


def test_a_whole_case_is_on_record(desk: Desk) -> None:
    do(desk, ANNA, "claim", "hold", "send_for_inspection")
    desk.clock.now = NOW + timedelta(hours=3)  # type: ignore[attr-defined] # a clock with hands
    do(desk, ANNA, replace(FOUND, examined_at=NOW + timedelta(hours=2)))
    seen = [(one.action, one.actor, one.state_after, one.holder_after, one.version_after) for one in events(desk)]
    assert seen == [
        ("claim", "anna", "claimed", "anna", 1),
        ("hold", "anna", "held", "anna", 2),
        ("send_for_inspection", "anna", "inspection", "anna", 3),
        ("record_outcome", "anna", "examined", "anna", 4),
    ]
    assert json.loads(events(desk)[-1].detail)["seal_numbers"] == "NL 123456"
    with transaction(desk.settings.database) as session:
        outcome = session.scalars(select(OutcomeRecord)).one()
    assert (outcome.result, outcome.substance, outcome.quantity_kg) == ("contraband", "cocaine", 48.5)
    assert (outcome.decided_at, outcome.decided_by) == (NOW, "rule")
    assert outcome.examined_at == NOW + timedelta(hours=2)


def test_the_same_token_does_nothing_twice(desk: Desk) -> None:
    first = act(ANNA, desk, key(), Claim(), token="form-00001")
    again = act(ANNA, desk, key(), Claim(), token="form-00001")
    assert again == replace(first, was_done_before=True)
    assert len(events(desk)) == 1
    with pytest.raises(BadInputError, match="used for something else"):
        act(ANNA, desk, key(2), Claim(), token="form-00001")
    assert act(BEN, desk, key(2), Claim(), token="form-00001").holder == "ben"


def test_a_page_that_is_out_of_date_is_told_so(desk: Desk) -> None:
    do(desk, ANNA, "claim", "note")
    with pytest.raises(TakenError, match="changed this item after you opened it"):
        act(ANNA, desk, key(), Hold("wait"), token="form-00002", version=1)
    assert act(ANNA, desk, key(), Hold("wait"), token="form-00002", version=2).version == 3


def test_who_is_too_late_is_told_who_has_it(desk: Desk) -> None:
    do(desk, ANNA, "claim")
    with pytest.raises(TakenError, match=r"anna has this item: it is claimed\."):
        do(desk, BEN, "claim")
    with pytest.raises(TakenError, match=r"anna has this item\. Ask anna"):
        do(desk, BEN, "release")
    do(desk, ANNA, "release")
    with pytest.raises(TakenError, match="The item is released: “record_outcome” is not possible then"):
        do(desk, ANNA, FOUND)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Hold(" "), "the note is empty"),
        (Note("x" * 2_001), "has 2001 characters"),
        (Release("bored"), "bored is no reason to release"),
        (Refer("Paris", "their_case"), "Paris is no unit"),
        (Refer(OTHER, "luck"), "luck is no reason to refer"),
        (Refer(UNIT, "their_case"), f"cannot be passed to {UNIT}"),
        (Refer("XXAAA", "their_case"), "cannot be passed to XXAAA"),
        (AddPhotograph("../../etc/passwd"), "no photograph that is kept here"),
        (SendForInspection("magic"), "magic is no method"),
        (replace(FOUND, result="gold"), "gold is no result"),
        (replace(FOUND, substance=""), "- is no substance"),
        (replace(FOUND, quantity_kg=None), "needs a quantity"),
        (replace(FOUND, quantity_kg=float("nan")), "needs a quantity"),
        (replace(FOUND, quantity_kg=-1.0), "needs a quantity"),
        (replace(FOUND, result="nothing"), "belong to contraband"),
        (replace(FOUND, concealment="pocket"), "pocket is no concealment"),
        (replace(FOUND, seal_numbers=("a;b",)), "a;b is no seal number"),
        (replace(FOUND, seal_numbers=("A1",) * 13), "More than 12"),
        (replace(FOUND, examined_at=NOW + timedelta(hours=1)), "has not come yet"),
        (replace(FOUND, examined_at=datetime(2026, 5, 4, 9)), "no time zone"),  # noqa: DTZ001 that is what is tested
        (replace(FOUND, examined_at=NOW - timedelta(days=1)), "before the decision to examine"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(desk: Desk, action: Action, said: str) -> None:
    do(desk, ANNA, "claim")
    if isinstance(action, RecordOutcome):
        do(desk, ANNA, "send_for_inspection")
    before = standing(desk)
    with pytest.raises(BadInputError, match=said):
        do(desk, ANNA, action)
    assert standing(desk) == before


def test_what_does_not_exist_is_said(desk: Desk) -> None:
    with pytest.raises(NoSuchItemError, match="has no container MSCU0000099"):
        do(desk, ANNA, "claim", item=key(99))
    with pytest.raises(BadInputError, match="no usable token"):
        act(ANNA, desk, key(), Claim(), token="x")


def test_a_supervisor_hands_over_to_officers_of_the_unit_only(staffed: Desk) -> None:
    do(staffed, ANNA, "claim")
    assert officers_of(BOSS, staffed, UNIT) == ("anna", "ben")
    with pytest.raises(BadInputError, match="stranger is no officer of NLRTM"):
        do(staffed, BOSS, HandOver("stranger"))
    do(staffed, BOSS, HandOver("ben"))
    assert standing(staffed)[:2] == ("claimed", "ben")
    do(staffed, BEN, "release")


def test_a_referral_reaches_the_other_unit_and_nobody_else(desk: Desk) -> None:
    do(desk, ANNA, "claim", Refer(OTHER, "goes_on_to_their_port", "please look"))
    (passed,) = referrals(STRANGER, desk, OTHER)
    assert (passed.key, passed.reason, passed.note, passed.actor) == (
        key(),
        "goes_on_to_their_port",
        "please look",
        "anna",
    )
    assert referrals(ANNA, desk, UNIT) == ()
    assert referrals(AUDITOR, desk, OTHER) == (passed,)
    with pytest.raises(NotAllowedError):
        referrals(ANNA, desk, OTHER)
    with pytest.raises(NotAllowedError):
        day_list(STRANGER, desk, UNIT, TODAY, View())


def race(settings: Settings, name: str, number: int, start: Callable[[], object]) -> str:
    """Claim every item of the list as one officer, and return the numbers of those got."""
    officer, desk = Officer(name, ANNA.role, UNIT), Desk(settings, Hands())
    got = []
    start()
    for item in range(1, 9):
        try:
            act(officer, desk, key(item), Claim(), token=f"race-{name}-{number}-{item}")
            got.append(str(item))
        except TakenError:
            continue
    return f"{name} {' '.join(got)}"


def _in_process(settings: Settings, name: str, barrier: object, answers: object) -> None:
    answers.put(race(settings, name, 0, barrier.wait))  # type: ignore[attr-defined] # a barrier and a queue of multiprocessing


def test_of_many_threads_one_gets_each_item(desk: Desk) -> None:
    from threading import Barrier

    barrier = Barrier(6)
    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(race, desk.settings, f"officer{n}", n, barrier.wait) for n in range(6)]
        got = [one.result() for one in running]
    assert sorted(item for answer in got for item in answer.split()[1:]) == sorted(map(str, range(1, 9)))
    assert len(events(desk)) == 8
    holders = {answer.split()[0]: answer.split()[1:] for answer in got}
    for row in day_list(ANNA, desk, UNIT, TODAY, View()).rows:
        assert str(row.position) in holders[row.holder]


def test_of_two_processes_one_gets_each_item(desk: Desk) -> None:
    engine_of(desk.settings.database).dispose()
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(2), context.Queue()
    workers = [
        context.Process(target=_in_process, args=(desk.settings, f"officer{n}", barrier, answers)) for n in range(2)
    ]
    for worker in workers:
        worker.start()
    got = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert sorted(item for answer in got for item in answer.split()[1:]) == sorted(map(str, range(1, 9)))
    assert len(events(desk)) == 8


def test_one_form_sent_at_once_by_many_threads_is_one_action(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: act(ANNA, desk, key(), Claim(), token="one-form-1"), range(6)))
    assert {one.version for one in done} == {1}
    assert sum(not one.was_done_before for one in done) == 1
    assert len(events(desk)) == 1


def test_times_are_kept_as_utc(desk: Desk) -> None:
    do(desk, ANNA, "claim")
    assert events(desk)[0].happened_at.replace(tzinfo=UTC) == NOW
    assert isinstance(TODAY, date)
