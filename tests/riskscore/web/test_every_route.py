"""Every address of the desk, for every role and unit: a new one fails here until somebody says who may use it."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from riskscore.desk import Right
from riskscore.desk.officer import OF_ONE_UNIT, RIGHTS, Role
from tests.riskscore.desk.made_queue import OTHER, TODAY, UNIT, key
from tests.riskscore.web.site import PEOPLE, Site, csrf_in

Address = tuple[str, str]
ANYBODY, KNOWN = "anybody", "whoever is logged in"
ITEM = "/lists/{unit}/{day}/{voyage_id}/{container_number}"
UNITS, ACCOUNT = "/api/v1/units/{unit}", "/api/v1/accounts/{name}"
API_ITEM = UNITS + "/days/{day}/items/{voyage_id}/{container_number}"

WHO: Mapping[Address, Right | str] = {
    ("GET", "/health"): ANYBODY,
    ("GET", "/login"): ANYBODY,
    ("POST", "/login"): ANYBODY,
    ("POST", "/logout"): ANYBODY,
    ("POST", "/language"): ANYBODY,
    ("GET", "/oidc/start"): ANYBODY,
    ("GET", "/oidc/back"): ANYBODY,
    ("GET", "/api/v1/openapi.json"): ANYBODY,
    ("POST", "/api/v1/sessions"): ANYBODY,
    ("GET", "/"): KNOWN,
    ("GET", "/account"): KNOWN,
    ("GET", "/account/password"): KNOWN,
    ("POST", "/account/password"): KNOWN,
    ("DELETE", "/api/v1/sessions/current"): KNOWN,
    ("GET", "/api/v1/me"): KNOWN,
    ("PUT", "/api/v1/me/password"): KNOWN,
    ("PUT", "/api/v1/me/language"): KNOWN,
    ("GET", "/lists"): Right.READ_CARGO,
    ("GET", "/lists/{unit}/{day}"): Right.READ_CARGO,
    ("GET", "/lists/{unit}/{day}/print"): Right.READ_CARGO,
    ("GET", "/lists/{unit}/{day}/files/{kind}"): Right.READ_CARGO,
    ("GET", ITEM): Right.READ_CARGO,
    ("GET", ITEM + "/photographs/{name}"): Right.READ_CARGO,
    ("POST", ITEM + "/photographs"): Right.WORK,
    ("POST", ITEM + "/{action}"): Right.WORK,
    ("GET", "/voyages"): Right.READ_CARGO,
    ("GET", "/voyages/{unit}/{day}"): Right.READ_CARGO,
    ("GET", "/voyages/{unit}/{day}/{voyage_id}"): Right.READ_CARGO,
    ("GET", "/search"): Right.READ_CARGO,
    ("GET", "/referrals"): Right.READ_CARGO,
    ("GET", "/referrals/{unit}"): Right.READ_CARGO,
    ("GET", "/figures"): Right.READ_FIGURES,
    ("GET", "/figures/{unit}"): Right.READ_FIGURES,
    ("GET", "/data"): Right.READ_FEEDS,
    ("GET", "/data/quarantine"): Right.READ_FEEDS,
    ("GET", "/data/quarantine/{row}"): Right.READ_FEEDS,
    ("POST", "/data/quarantine/{row}"): Right.REPAIR,
    ("GET", "/accounts"): Right.MANAGE_ACCOUNTS,
    ("POST", "/accounts"): Right.MANAGE_ACCOUNTS,
    ("POST", "/accounts/{name}/{change}"): Right.MANAGE_ACCOUNTS,
    ("GET", "/audit"): Right.READ_AUDIT,
    ("GET", "/api/v1/units"): Right.READ_CARGO,
    ("GET", UNITS + "/days"): Right.READ_CARGO,
    ("GET", UNITS + "/days/{day}/items"): Right.READ_CARGO,
    ("GET", API_ITEM): Right.READ_CARGO,
    ("POST", API_ITEM + "/actions"): Right.WORK,
    ("GET", UNITS + "/days/{day}/voyages"): Right.READ_CARGO,
    ("GET", UNITS + "/days/{day}/voyages/{voyage_id}"): Right.READ_CARGO,
    ("GET", "/api/v1/search"): Right.READ_CARGO,
    ("GET", UNITS + "/referrals"): Right.READ_CARGO,
    ("GET", UNITS + "/figures"): Right.READ_FIGURES,
    ("GET", UNITS + "/open-ends"): Right.READ_FIGURES,
    ("GET", "/api/v1/feeds"): Right.READ_FEEDS,
    ("GET", "/api/v1/quarantine"): Right.READ_FEEDS,
    ("POST", "/api/v1/quarantine/{row}/repair"): Right.REPAIR,
    ("GET", "/api/v1/accounts"): Right.MANAGE_ACCOUNTS,
    ("POST", "/api/v1/accounts"): Right.MANAGE_ACCOUNTS,
    ("POST", ACCOUNT + "/reset-password"): Right.MANAGE_ACCOUNTS,
    ("POST", ACCOUNT + "/disable"): Right.MANAGE_ACCOUNTS,
    ("POST", ACCOUNT + "/end-sessions"): Right.MANAGE_ACCOUNTS,
    ("POST", ACCOUNT + "/link"): Right.MANAGE_ACCOUNTS,
    ("GET", "/api/v1/audit"): Right.READ_AUDIT,
}
"""Each address, and who may use it; one with a unit opens to those of that unit, and to roles that belong to none."""
QUERIES = {"/search": {"q": "MSCU"}, "/api/v1/search": {"q": "MSCU"}, UNITS + "/open-ends": {"until": str(TODAY)}} | {
    path: {"first": str(TODAY), "last": str(TODAY)} for path in ("/figures/{unit}", UNITS + "/figures")
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    API_ITEM + "/actions": {"action": "note", "note": "seen", "token": "one-token-of-many"},
    "/api/v1/quarantine/{row}/repair": {"values": {"hs6": "080390"}},
    "/api/v1/accounts": {"name": "x", "role": "officer", "unit": ""},
    ACCOUNT + "/link": {"issuer": "i", "subject": "s"},
    "/api/v1/me/language": {"language": "en"},
    "/api/v1/me/password": {"old": "x" * 12, "new": "y" * 12},
    "/api/v1/sessions": {"name": "nobody", "password": "nothing"},
}
FORM = {"token": "one-token-of-others", "note": "seen", "name": "?", "set-hs6": "080390"}


def addresses(site: Site) -> set[Address]:
    """Return every method and path of the application, shipped files left out."""
    return {
        (method, route.path)
        for route in site.app.routes
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD" and hasattr(route, "path")
    }


def ask(client: TestClient, address: Address, unit: str, csrf: str) -> httpx.Response:
    """Use an address, with all that it asks for."""
    method, path = address
    item = key(1, unit=unit)
    values = {**item._asdict(), "kind": "csv", "row": "1", "action": "note", "change": "disable"}
    values["name"] = "0" * 64 if "photographs" in path else "nobody-here"
    where, given = path.format(**values), dict[str, Any](params=QUERIES.get(path, {}))
    if path.startswith("/api/"):
        given |= {"headers": {"x-csrf-token": csrf}, "json": BODIES.get(path)} if method != "GET" else {}
    elif method == "POST":
        given |= {"data": {**FORM, "csrf": csrf}}
    return client.request(method, where, **given)


def test_somebody_has_decided_about_every_address(site: Site) -> None:
    assert addresses(site) == set(WHO)


@pytest.mark.parametrize("unit", [UNIT, OTHER])
@pytest.mark.parametrize("name", PEOPLE)
def test_every_address_opens_to_those_who_may_and_to_nobody_else(site: Site, name: str, unit: str) -> None:
    role, own = Role(PEOPLE[name][0]), PEOPLE[name][1]
    browser, wrong = site.browser(name), []
    csrf = csrf_in(browser.get("/account").text)
    for address, right in WHO.items():
        if not isinstance(right, Right):
            continue
        is_theirs = role not in OF_ONE_UNIT or own == unit or "{unit}" not in address[1]
        may = right in RIGHTS[role] and is_theirs
        status = ask(browser, address, unit, csrf).status_code
        if (status == 403) == may or status in {401, 405, 500, 503}:
            wrong.append((*address, right.value, status))
    assert wrong == []


def test_nobody_gets_in_without_logging_in(site: Site) -> None:
    stranger, wrong = site.browser(), []
    csrf = csrf_in(stranger.get("/login").text)
    for address, right in WHO.items():
        answer = ask(stranger, address, UNIT, csrf)
        to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
        is_out = answer.status_code == 401 or to_login
        if right != ANYBODY and not is_out:
            wrong.append((*address, answer.status_code))
        assert key(2).container_number not in answer.text
    assert wrong == []


@pytest.mark.parametrize("name", ["anna", "engineer"])
def test_no_form_and_no_call_does_anything_without_its_token(site: Site, name: str) -> None:
    browser, wrong = site.browser(name), []
    for address in sorted(WHO):
        if address[0] == "GET" or address == ("POST", "/api/v1/sessions"):
            continue
        status = ask(browser, address, UNIT, "0" * 64).status_code
        if status != 403:
            wrong.append((*address, status))
    assert wrong == []
