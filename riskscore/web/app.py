"""The desk as a web application: pages, API, shipped files and the guards around them."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from riskscore.desk import Desk
from riskscore.settings import Settings
from riskscore.web import api, status
from riskscore.web.api.answers import Problem
from riskscore.web.faults import answer_faults
from riskscore.web.guards import BodyLimit, SecurityHeaders
from riskscore.web.last_seen import LastSeen
from riskscore.web.pages import ROUTERS
from riskscore.web.provider import Provider
from riskscore.web.rendering import STATIC, environment
from riskscore.web.visit import Cookies

GZIP_LEVEL = 7
"""Measured by `benchmarks/desk_page.py`: level 6 is some 2 per cent larger, level 9 hardly smaller."""
FOREVER = "public, max-age=31536000, immutable"


class ShippedFiles(StaticFiles):
    """Files below /static/<digest>/: the digest changes with the content, so browsers keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give a file, whatever digest it is asked for by."""
        response = await super().get_response(path.partition("/")[2] or path, scope)
        response.headers["cache-control"] = FOREVER
        return response


def create_app(settings: Settings, *, counter: Desk | None = None) -> FastAPI:
    """Return the desk over these settings; raises SettingsError where they cannot be used."""
    environment()
    is_https = settings.web_address.startswith("https://")
    app = FastAPI(
        title="riskscore",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        description="The targeting unit's desk for programs: the rights of the account that calls, nothing more.",
    )
    app.state.counter = counter or Desk.of(settings)
    app.state.cookies = Cookies(is_https)
    app.state.provider = Provider.of(settings)
    app.state.last_seen = LastSeen()
    app.add_middleware(BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=GZIP_LEVEL)
    app.add_middleware(SecurityHeaders, is_https=is_https)
    app.mount("/static", ShippedFiles(directory=STATIC), name="static")
    app.include_router(status.router)
    app.include_router(api.router)
    for router in ROUTERS:
        app.include_router(router)
    answer_faults(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """Describe the API once: with its problems, and how a caller says who it is."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        parts = found.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        parts["securitySchemes"] = {"session": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"session": []}]
        found["paths"]["/api/v1/sessions"]["post"]["security"] = []
        _drop_unused(parts["schemas"])
        app.openapi_schema = found
    return app.openapi_schema


def _drop_unused(schemas: dict[str, Mapping[str, Any]]) -> None:
    """Drop FastAPI's own description of errors, which we answer otherwise."""
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
