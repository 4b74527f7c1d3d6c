"""A desk with everybody logged in, and browsers to visit it with."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from riskscore import desk
from riskscore.desk import Desk
from riskscore.settings import Settings
from riskscore.store.database import engine_of
from riskscore.web import create_app
from tests.riskscore.desk.made_queue import OTHER, TODAY, UNIT, Hands, desk_with_queues

PASSWORD = "four words of nobody"
PEOPLE = {
    "anna": ("officer", UNIT),
    "ben": ("officer", UNIT),
    "boss": ("supervisor", UNIT),
    "stranger": ("officer", OTHER),
    "engineer": ("data_engineer", ""),
    "auditor": ("auditor", ""),
}
TOKENS = "tokens.json"
ADDRESS = "http://desk.example"


def settle(counter: Desk, folder: Path, people: dict[str, tuple[str, str]] = PEOPLE) -> None:
    """Make an account and a session for everybody, and keep the sessions' secrets in a file."""
    first = str(desk.first_account(counter))
    keeper = desk.log_in(counter, "admin", first, address="here")
    desk.change_password(keeper.officer, counter, old=first, new=PASSWORD, keep_token=keeper.token)
    tokens = {"admin": keeper.token}
    keeping = desk.officer_of(counter, keeper.token)
    assert keeping
    for name, (role, unit) in people.items():
        once = desk.add_account(keeping, counter, name=name, role=role, unit=unit)
        given = desk.log_in(counter, name, once, address="here")
        desk.change_password(given.officer, counter, old=once, new=PASSWORD, keep_token=given.token)
        tokens[name] = given.token
    (folder / TOKENS).write_text(json.dumps(tokens), encoding="utf-8")


def made_home(folder: Path) -> None:
    """Make a home with two units' queues and everybody's account, to be copied."""
    counter = desk_with_queues(Settings(home=folder, today=TODAY))
    settle(counter, folder)
    engine_of(counter.settings.database).dispose()


@dataclass(frozen=True)
class Site:
    """One desk, served in this process."""

    app: FastAPI
    counter: Desk
    tokens: dict[str, str]

    @classmethod
    def over(cls, settings: Settings, **given: Any) -> "Site":
        """Serve a home in which everybody has a session."""
        counter = Desk(settings, given.pop("clock", Hands()))
        tokens = json.loads((settings.home / TOKENS).read_text(encoding="utf-8"))
        return cls(create_app(settings, counter=counter), counter, tokens)

    @classmethod
    def copied(cls, template: Path, place: Path, **given: Any) -> "Site":
        """Serve a copy of a home."""
        shutil.copytree(template, place)
        return cls.over(Settings(home=place, today=TODAY, web_address=ADDRESS, **given))

    def browser(self, name: str = "", *, language: str = "en", follow: bool = False) -> TestClient:
        """Return the browser of somebody logged in (nobody: a stranger from the street)."""
        headers = {"accept-language": language}
        client = TestClient(
            self.app, base_url=ADDRESS, headers=headers, follow_redirects=follow, raise_server_exceptions=False
        )
        if name:
            client.cookies.set(self.app.state.cookies.session, self.tokens[name])
        return client

    def program(self, name: str) -> TestClient:
        """Return a program that sends somebody's token with every call."""
        headers = {"authorization": f"Bearer {self.tokens[name]}"}
        return TestClient(self.app, base_url=ADDRESS, headers=headers, raise_server_exceptions=False)


def csrf_in(text: str) -> str:
    """Return the token that a page's forms carry."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


def words(text: str) -> str:
    """Return what a page says, without its tags."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", main)).strip()
