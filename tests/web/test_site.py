"""The table of routes: each names its access, and what may be used by anybody changes nothing."""

import pytest
from django.test import Client
from django.urls import get_resolver

from newsletter.web.routes import Access
from newsletter.web.site import ROUTES, urlpatterns
from newsletter.workspace import Workspace


def test_every_url_is_a_line_of_the_table_with_its_access() -> None:
    resolver = get_resolver("newsletter.web.site")
    translated = [f"{route.name}-translated" for route in ROUTES if route.is_translated]
    assert [pattern.name for pattern in resolver.url_patterns] == [route.name for route in ROUTES] + translated
    assert len(urlpatterns) == len({str(pattern.pattern) for pattern in urlpatterns})
    assert all(isinstance(route.access, Access) for route in ROUTES)


def test_who_holds_a_link_is_asked_for_it_and_nobody_else_is() -> None:
    for route in ROUTES:
        assert ("<str:token>" in route.path) == (route.access is Access.LINK), route.name


@pytest.mark.django_db
def test_open_routes_take_no_method_that_could_change_something(workspace: Workspace) -> None:
    client = Client(**{"newsletter.workspace": workspace})
    for route in ROUTES:
        if route.access is Access.OPEN and "<" not in route.path:
            assert client.get(f"/{route.path}").status_code == 200
            assert {client.generic(method, f"/{route.path}").status_code for method in ("POST", "PUT", "DELETE")} == {
                405
            }


@pytest.mark.django_db
def test_proved_routes_let_nobody_in_without_proof(workspace: Workspace) -> None:
    client = Client(**{"newsletter.workspace": workspace})
    for route in ROUTES:
        if route.access is Access.PROVED:
            address = f"/{route.path}".replace("<slug:provider>", "mailgun")
            assert client.get(address).status_code == 405
            assert client.post(address, data=b"{}", content_type="application/json").status_code in (401, 404)


@pytest.mark.django_db
def test_health_tells_that_the_database_answers(workspace: Workspace) -> None:
    answer = Client(**{"newsletter.workspace": workspace}).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_is_bad_where_the_database_does_not_answer(workspace: Workspace) -> None:
    """Without the mark, pytest-django lets no test use the database: as good as one that is gone."""
    from django.db import DatabaseError, connection

    class Gone:
        def __enter__(self) -> None:
            raise DatabaseError

        def __exit__(self, *_of: object) -> None:
            """Never entered."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "cursor", Gone)
        assert Client(**{"newsletter.workspace": workspace}).get("/healthz").status_code == 503
