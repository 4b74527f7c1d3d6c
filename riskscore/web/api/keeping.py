"""Calls of those who keep the data, the accounts and the audit."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from riskscore import desk
from riskscore.desk import Account, AuditLine, FeedsPage, Replayed
from riskscore.desk.feeds import SetAside
from riskscore.web.api.answers import Ended, OneTimePassword, problems
from riskscore.web.api.asked import AccountName, Cursor, Limit, Link, NewAccount, Repair
from riskscore.web.api.shapes import Page, cursor_at, page_of, place_of, shape, written
from riskscore.web.visit import GuardedVisit, KnownVisit

router = APIRouter(tags=["keeping"])
RowId = Annotated[int, Path(ge=1, le=2**31)]


@router.get("/feeds", response_model=shape(FeedsPage), responses=problems())
def feeds(visit: KnownVisit) -> Any:
    """Give feeds, newest deliveries, quarantine by rule, last runs and drift."""
    return written(FeedsPage, desk.feeds_page(visit.officer, visit.counter))


@router.get("/quarantine", response_model=Page[shape(SetAside)], responses=problems())  # type: ignore[misc]  # made at run time
def quarantine(
    visit: KnownVisit,
    feed: Annotated[str, Query(max_length=60)] = "",
    rule: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Any:
    """Give what is wrong with rows set aside, oldest first; values of personal columns are masked."""
    most = place_of(cursor) + limit + 1
    rows = desk.quarantine(visit.officer, visit.counter, feed=feed, rule=rule, most=most)
    return page_of(SetAside, rows, cursor=cursor, limit=limit)


@router.post("/quarantine/{row}/repair", response_model=shape(Replayed), responses=problems(404))
def repair(visit: GuardedVisit, row: RowId, repair: Repair) -> Any:
    """Put one row right and publish it as if it had come right."""
    return written(Replayed, desk.repair(visit.officer, visit.counter, row, dict(repair.values)))


@router.get("/accounts", response_model=Page[shape(Account)], responses=problems())  # type: ignore[misc]  # made at run time
def accounts(visit: KnownVisit, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Give all accounts by name."""
    return page_of(Account, desk.accounts(visit.officer, visit.counter), cursor=cursor, limit=limit)


@router.post("/accounts", response_model=OneTimePassword, status_code=201, responses=problems())
def add_account(visit: GuardedVisit, new: NewAccount) -> Any:
    """Make an account; its one-time password is told this once."""
    password = desk.add_account(visit.officer, visit.counter, name=new.name, role=new.role, unit=new.unit)
    return OneTimePassword(name=new.name, password=password)


@router.post("/accounts/{name}/reset-password", response_model=OneTimePassword, responses=problems(404))
def reset_password(visit: GuardedVisit, name: AccountName) -> Any:
    """Give an account a new one-time password, and end its sessions."""
    password = desk.reset_password(visit.officer, visit.counter, name)
    visit.request.app.state.last_seen.forget_account(name)
    return OneTimePassword(name=name, password=password)


@router.post("/accounts/{name}/disable", status_code=204, responses=problems(404))
def disable(visit: GuardedVisit, name: AccountName) -> None:
    """Let nobody log in to an account any more, and end its sessions."""
    desk.disable_account(visit.officer, visit.counter, name)
    visit.request.app.state.last_seen.forget_account(name)


@router.post("/accounts/{name}/end-sessions", response_model=Ended, responses=problems(404))
def end_sessions(visit: GuardedVisit, name: AccountName) -> Any:
    """End all sessions of an account."""
    ended = desk.revoke_sessions(visit.officer, visit.counter, name)
    visit.request.app.state.last_seen.forget_account(name)
    return Ended(sessions=ended)


@router.post("/accounts/{name}/link", status_code=204, responses=problems(404))
def link(visit: GuardedVisit, name: AccountName, link: Link) -> None:
    """Let whom an OpenID provider names log in to this account."""
    desk.link_subject(visit.officer, visit.counter, name, issuer=link.issuer, subject=link.subject)


@router.get("/audit", response_model=Page[shape(AuditLine)], responses=problems())  # type: ignore[misc]  # made at run time
def audit(
    visit: KnownVisit,
    actor: Annotated[str, Query(max_length=60)] = "",
    kind: Annotated[str, Query(max_length=30)] = "",
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Any:
    """Give the audit, newest first."""
    before = place_of(cursor) or None
    lines = desk.audit_lines(visit.officer, visit.counter, actor=actor, kind=kind, before=before, most=limit)
    following = cursor_at(lines[-1].number) if len(lines) == limit else None
    return {"items": [written(AuditLine, line) for line in lines], "next_cursor": following}
