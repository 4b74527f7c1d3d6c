"""Pages for people: one module a page, all of them in `ROUTERS`."""

from riskscore.web.pages import (
    account,
    accounts,
    audit,
    container,
    data,
    entry,
    figures,
    lists,
    oidc,
    search,
    voyages,
    work,
)

ROUTERS = [
    entry.router,
    oidc.router,
    lists.router,
    container.router,
    work.router,
    voyages.router,
    search.router,
    figures.router,
    data.router,
    account.router,
    accounts.router,
    audit.router,
]
