"""The face for people at a browser, and for programs: the targeting unit's desk."""

from riskscore.web.app import create_app

__all__ = ["create_app"]
