"""Types of columns that both databases must answer alike for."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

NUL_SHOWN = "\N{SYMBOL FOR NULL}"


class Words(TypeDecorator[str]):
    """Text as a sender wrote it; a NUL, which PostgreSQL's text cannot hold, is written as its symbol everywhere."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 SQLAlchemy's own signature
        """Return the text as it is stored."""
        return value.replace("\0", NUL_SHOWN) if value and "\0" in value else value


class Instant(TypeDecorator[datetime]):
    """An instant: goes in with its zone, comes out in UTC. Raises ValueError for one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant as it is stored: SQLite, which knows no zones, keeps UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored; give it one, such as datetime.UTC")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)
