"""Calls that work on a container."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from riskscore import desk
from riskscore.desk import Done, ItemKey
from riskscore.web.actions import action_of
from riskscore.web.api.answers import problems
from riskscore.web.api.asked import ContainerNumber, Doing, Unit, VoyageId
from riskscore.web.api.cargo import ITEM
from riskscore.web.api.shapes import shape, written
from riskscore.web.visit import GuardedVisit

router = APIRouter(tags=["work"])


@router.post(f"{ITEM}/actions", operation_id="act_on_item", response_model=shape(Done), responses=problems(404, 409))
def act(
    visit: GuardedVisit, unit: Unit, day: date, voyage_id: VoyageId, container_number: ContainerNumber, doing: Doing
) -> Any:
    """Do one action on a container; 409 where somebody was quicker or its state does not allow it."""
    key = ItemKey(unit, day, voyage_id, container_number)
    action = action_of(doing.action, doing.fields())
    done = desk.act(visit.officer, visit.counter, key, action, token=doing.token, version=doing.version)
    return written(Done, done)
