"""Coming in, staying in and being put out; forms of ours and of nobody else."""

import re
from dataclasses import replace

import pytest

from riskscore import desk
from riskscore.desk import Officer
from riskscore.settings import Settings
from riskscore.web.visit import way_back
from tests.riskscore.desk.made_queue import TODAY, UNIT, key
from tests.riskscore.web.site import PASSWORD, Site, csrf_in, words

OWN = f"/lists/{UNIT}/{TODAY}"
CONTAINER = f"{OWN}/{key().voyage_id}/{key().container_number}"


def log_in(site: Site, name: str, password: str, next_page: str = "/") -> "tuple[int, str, str]":
    """Fill in the login form; return status, way on, and the session's cookie as it was set."""
    browser = site.browser()
    csrf = csrf_in(browser.get("/login").text)
    answer = browser.post("/login", data={"csrf": csrf, "name": name, "password": password, "next": next_page})
    return answer.status_code, answer.headers.get("location", words(answer.text)), str(answer.headers.get("set-cookie"))


def test_a_login_begins_a_session_that_no_script_reads(site: Site) -> None:
    status, way_on, cookie = log_in(site, "anna", PASSWORD, OWN)
    assert (status, way_on) == (303, OWN)
    assert re.search(r"riskscore=\S{30,}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax", cookie)
    assert "Secure" not in cookie


def test_over_https_cookies_are_bound_to_https_and_to_the_host(site: Site) -> None:
    settings = site.counter.settings.model_copy(update={"web_address": "https://desk.example"})
    secure = Site.over(settings)
    answer = secure.browser().get("/login")
    assert re.search(
        r"__Host-riskscore-visitor=\S+; HttpOnly; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"]
    )
    assert answer.headers["strict-transport-security"]


def test_each_login_has_a_secret_of_its_own(site: Site) -> None:
    secrets = {log_in(site, "anna", PASSWORD)[2] for _ in range(3)}
    assert len(secrets) == 3


@pytest.mark.parametrize(
    ("name", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("anna'--", PASSWORD)]
)
def test_a_wrong_login_never_says_what_was_wrong(site: Site, name: str, password: str) -> None:
    status, said, cookie = log_in(site, name, password)
    assert status == 401
    assert "Name or password is wrong, or the account is closed." in said
    assert "riskscore=" not in cookie


def test_too_many_failures_are_slowed_down(site: Site) -> None:
    found = [log_in(site, "anna", f"wrong {number}")[0] for number in range(30)]
    assert found[0] == 401
    assert found[-1] == 429


def test_a_session_ends_with_the_logout(site: Site) -> None:
    browser = site.browser("anna")
    csrf = csrf_in(browser.get("/account").text)
    assert browser.post("/logout", data={"csrf": csrf}).headers["location"] == "/login"
    assert site.browser("anna").get(OWN).status_code == 303


def test_a_revoked_session_is_over_at_once(site: Site) -> None:
    browser = site.browser("anna")
    assert browser.get(OWN).status_code == 200
    keeper = site.browser("admin")
    csrf = csrf_in(keeper.get("/accounts").text)
    assert "session of anna ended" in words(keeper.post("/accounts/anna/end-sessions", data={"csrf": csrf}).text)
    answer = browser.get(OWN)
    assert answer.status_code == 303
    assert "ended=true" in answer.headers["location"]
    assert site.app.state.last_seen.of(site.tokens["anna"]) is None


@pytest.mark.parametrize("given", [{}, {"csrf": "0" * 64}, {"csrf": ""}])
@pytest.mark.parametrize("path", [f"{CONTAINER}/claim", "/logout", "/language", "/account/password"])
def test_a_form_of_another_site_changes_nothing(site: Site, path: str, given: dict[str, str]) -> None:
    answer = site.browser("anna").post(path, data={**given, "language": "fr", "token": "token-of-a-form"})
    assert answer.status_code == 403
    assert "Open the page again" in words(answer.text)


def test_a_form_of_another_session_changes_nothing(site: Site) -> None:
    theirs = csrf_in(site.browser("ben").get("/account").text)
    assert site.browser("anna").post("/logout", data={"csrf": theirs}).status_code == 403


def test_a_call_with_a_cookie_wants_the_token_and_one_with_a_bearer_does_not(site: Site) -> None:
    body = {"language": "fr"}
    assert site.browser("anna").put("/api/v1/me/language", json=body).status_code == 403
    csrf = csrf_in(site.browser("anna").get("/account").text)
    headers = {"x-csrf-token": csrf}
    assert site.browser("anna").put("/api/v1/me/language", json=body, headers=headers).status_code == 204
    assert site.program("anna").put("/api/v1/me/language", json=body).status_code == 204


def test_a_one_time_password_opens_nothing_but_its_change(site: Site) -> None:
    keeper = desk.officer_of(site.counter, site.tokens["admin"])
    assert isinstance(keeper, Officer)
    once = desk.add_account(keeper, site.counter, name="carla", role="officer", unit=UNIT)
    status, way_on, _ = log_in(site, "carla", once)
    assert (status, way_on) == (303, "/account/password")
    given = desk.log_in(site.counter, "carla", once, address="here")
    new = replace(site, tokens={"carla": given.token}).browser("carla")
    assert new.get("/").headers["location"] == "/account/password"
    assert new.get(OWN).status_code == 403
    page = new.get("/account/password")
    csrf = csrf_in(page.text)
    fields = {"csrf": csrf, "old": once, "new": "quite another secret", "again": "quite another secret"}
    assert new.post("/account/password", data={**fields, "again": "mistyped"}).status_code == 422
    assert new.post("/account/password", data=fields).status_code == 303
    assert new.get(OWN).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\\\\evil", "/a\nb", ""],
)
def test_nobody_is_sent_to_another_site(address: str) -> None:
    assert way_back(address) == "/"


def test_the_first_run_has_no_default_password(tmp_path: "object") -> None:
    home = Settings(home=tmp_path / "one", today=TODAY)  # type: ignore[operator]  # a path
    other = Settings(home=tmp_path / "two", today=TODAY)  # type: ignore[operator]  # a path
    found = {desk.first_account(desk.Desk.of(settings)) for settings in (home, other)}
    assert len(found) == 2
    assert None not in found
    assert desk.first_account(desk.Desk.of(home)) is None
