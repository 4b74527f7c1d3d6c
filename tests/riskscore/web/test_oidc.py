"""Logging in through an OpenID provider, one that is honest and one that is not."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from riskscore import desk
from riskscore.errors import SettingsError
from riskscore.settings import Settings
from riskscore.web.provider import Provider, challenge
from tests.riskscore.desk.made_queue import TODAY, UNIT
from tests.riskscore.web.identity import Identity, identity_provider
from tests.riskscore.web.site import Site, words

OWN = f"/lists/{UNIT}/{TODAY}"


@pytest.fixture(scope="module")
def provider() -> Iterator[Identity]:
    """A provider for all tests of this file."""
    with identity_provider() as running:
        yield running


@pytest.fixture
def linked(provider: Identity, home_template: Path, tmp_path: Path) -> Site:
    """A desk whose anna is known to the provider."""
    provider.claims, provider.signing, provider.subject = {}, None, "anna-at-provider"
    site = Site.copied(home_template, tmp_path / "home", oidc_issuer=provider.address, oidc_client_id="desk")
    keeper = desk.officer_of(site.counter, site.tokens["admin"])
    assert keeper
    desk.link_subject(keeper, site.counter, "anna", issuer=provider.address, subject="anna-at-provider")
    return site


def come_back(site: Site, provider: Identity, **changed: str) -> tuple[int, str]:
    """Go to the provider and back; return the status and where it leads, or what the page says."""
    browser = site.browser()
    way = browser.get(f"/oidc/start?next={OWN}").headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(way).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid"
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    answer = browser.get("/oidc/back", params={"state": asked["state"], "code": "the-code", **changed})
    return answer.status_code, answer.headers.get("location", words(answer.text))


def test_whom_the_provider_names_comes_in_to_where_they_wanted(linked: Site, provider: Identity) -> None:
    assert come_back(linked, provider) == (303, OWN)


def test_nobody_unlinked_comes_in(linked: Site, provider: Identity) -> None:
    provider.subject = "somebody-else"
    status, said = come_back(linked, provider)
    assert status == 401
    assert "No account is linked to this identity." in said


@pytest.mark.parametrize("changed", [{"state": "another"}, {"code": ""}, {"code": "another"}])
def test_an_answer_to_another_login_is_refused(linked: Site, provider: Identity, changed: dict[str, str]) -> None:
    assert come_back(linked, provider, **changed)[0] == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"nonce": "another"},
        {"exp": int(time.time()) - 3600},
        {"azp": "another"},
        {"sub": None},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_is_not_for_this_login_is_refused(
    linked: Site, provider: Identity, claims: dict[str, object]
) -> None:
    provider.claims = claims
    assert come_back(linked, provider)[0] == 401


def test_a_token_signed_by_somebody_else_is_refused(linked: Site, provider: Identity) -> None:
    provider.signing = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert come_back(linked, provider)[0] == 401


def test_a_browser_that_did_not_begin_is_refused(linked: Site) -> None:
    assert linked.browser().get("/oidc/back?state=x&code=the-code").status_code == 401


def test_without_a_provider_there_is_no_such_login(site: Site) -> None:
    assert site.browser().get("/oidc/start").status_code == 404


def test_half_a_provider_is_refused_at_the_start() -> None:
    for given in ({}, {"oidc_client_id": "desk"}, {"oidc_client_id": "desk", "web_address": "https://desk.example"}):
        with pytest.raises(SettingsError, match="OIDC_ISSUER"):
            Provider.of(Settings(oidc_issuer="http://far.example", **given))


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
