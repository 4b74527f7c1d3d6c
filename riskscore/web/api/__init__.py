"""The JSON API for programs: the same rights, the same words, errors as problem+json."""

from fastapi import APIRouter

from riskscore.web.api import cargo, keeping, sessions, work

router = APIRouter(prefix="/api/v1")
for part in (sessions, cargo, work, keeping):
    router.include_router(part.router)

__all__ = ["router"]
