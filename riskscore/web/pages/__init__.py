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
    photographs,
    search,
    voyages,
    work,
)

ROUTERS = [
    entry.router,
    oidc.router,
    lists.router,
    container.router,
    photographs.router,  # before work, whose addresses would take in these
    work.router,
    voyages.router,
    search.router,
    figures.router,
    data.router,
    account.router,
    accounts.router,
    audit.router,
]
