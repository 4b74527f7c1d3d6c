"""The targeting unit's desk without its pages: what officers, supervisors and data engineers see and do, by right."""

from riskscore.desk.accounts import (
    Account,
    accounts,
    add_account,
    disable_account,
    first_account,
    link_subject,
    reset_password,
    revoke_sessions,
)
from riskscore.desk.audit import AuditLine, audit_lines
from riskscore.desk.case import ContainerPage
from riskscore.desk.container import container_page
from riskscore.desk.door import Desk, desk_clock
from riskscore.desk.exporting import Tongue, export
from riskscore.desk.feeds import FeedsPage, Replayed, feeds_page, quarantine, repair
from riskscore.desk.figures import Figures, figures, open_ends
from riskscore.desk.items import Choices, DayPage, Exported, Found, ItemKey, ListRow, Neighbours, ShownReason
from riskscore.desk.lists import day_list, days, neighbours, search, units
from riskscore.desk.officer import Officer, Right, Role, may
from riskscore.desk.photographs import add_photograph, photograph
from riskscore.desk.sessions import (
    SessionGiven,
    change_password,
    choose_language,
    log_in,
    log_in_by_subject,
    log_out,
    officer_of,
)
from riskscore.desk.view import SORTS, View, parse_view
from riskscore.desk.voyage import VoyagePage, VoyageRow, voyage_list, voyage_page
from riskscore.desk.work import Done, Referral, act, officers_of, referrals

__all__ = [
    "SORTS",
    "Account",
    "AuditLine",
    "Choices",
    "ContainerPage",
    "DayPage",
    "Desk",
    "Done",
    "Exported",
    "FeedsPage",
    "Figures",
    "Found",
    "ItemKey",
    "ListRow",
    "Neighbours",
    "Officer",
    "Referral",
    "Replayed",
    "Right",
    "Role",
    "SessionGiven",
    "ShownReason",
    "Tongue",
    "View",
    "VoyagePage",
    "VoyageRow",
    "accounts",
    "act",
    "add_account",
    "add_photograph",
    "audit_lines",
    "change_password",
    "choose_language",
    "container_page",
    "day_list",
    "days",
    "desk_clock",
    "disable_account",
    "export",
    "feeds_page",
    "figures",
    "first_account",
    "link_subject",
    "log_in",
    "log_in_by_subject",
    "log_out",
    "may",
    "neighbours",
    "officer_of",
    "officers_of",
    "open_ends",
    "parse_view",
    "photograph",
    "quarantine",
    "referrals",
    "repair",
    "reset_password",
    "revoke_sessions",
    "search",
    "units",
    "voyage_list",
    "voyage_page",
]
