"""What is slow or breaks in Wagtail's own database search, and does not here."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelsearch.backends import get_search_backend
from modelsearch.utils import get_content_type_pk
from wagtail.search.models import IndexEntry

from core.search.queries import read, typed
from people.models import User

pytestmark = pytest.mark.django_db
TABLE = IndexEntry._meta.db_table


def people(number: int) -> list[User]:
    """Write and index that many people whose names all hold the same words."""
    made = User.objects.bulk_create(
        User(username=f"p{number}-{n}", name=f"调解员第{n}名", pinyin="x") for n in range(number)
    )
    get_search_backend().get_index_for_model(User).add_items(User, made)
    return made


def found() -> int:
    results = get_search_backend().search("调解员", User.objects.all())
    return len(results[:20]) and results.count()


def test_many_hits_take_as_many_queries_as_few():
    counts = []
    for number in (3, 40):
        people(number)
        with CaptureQueriesContext(connection) as queries:
            assert found() >= number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_saving_one_row_writes_one_row_of_the_index():
    rows = people(5)
    others = IndexEntry.objects.exclude(object_id=str(rows[0].pk)).order_by("pk")
    before = list(others.values())
    rows[0].name = "改名"
    with CaptureQueriesContext(connection) as queries:
        get_search_backend().add(rows[0])
    writes = [query["sql"] for query in queries if query["sql"].lstrip().startswith(("UPDATE", "INSERT"))]
    assert (len(writes), list(others.values()) == before) == (1, True)


def test_saving_a_row_that_says_the_same_writes_nothing():
    rows = people(1)
    entry = IndexEntry.objects.filter(object_id=str(rows[0].pk)).values().get()
    with CaptureQueriesContext(connection) as queries:
        get_search_backend().add(rows[0])
    assert [query for query in queries if query["sql"].startswith("UPDATE")] == []
    assert IndexEntry.objects.filter(object_id=str(rows[0].pk)).values().get() == entry


# SQLite


@pytest.mark.sqlite
def test_sqlite_begins_with_the_matches_and_needs_no_statistics():
    from core.search.sqlite import RANKED, _match

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        assert cursor.fetchone()[0] == 0
        wanted = read(typed("调解员")).wanted
        cursor.execute(f"EXPLAIN QUERY PLAN {RANKED.format(types='1, 2')}", [_match(wanted, ("title", "body"))])
        first, second = (row[3] for row in cursor.fetchall())
    assert first.startswith(f"SCAN {TABLE}_fts VIRTUAL TABLE INDEX")
    assert second == f"SEARCH {TABLE} USING INTEGER PRIMARY KEY (rowid=?)"


@pytest.mark.sqlite
def test_sqlite_works_in_proportion_to_the_hits():
    """Counted in steps of its virtual machine: four times the hits are about four times the work, not sixteen."""
    steps = []
    for number in (100, 300):
        people(number)
        ticks: list[int] = []
        connection.connection.set_progress_handler(lambda ticks=ticks: ticks.append(1) and None, 100)
        try:
            found()
        finally:
            connection.connection.set_progress_handler(None, 0)
        steps.append(len(ticks))
    assert steps[1] < 6 * steps[0]


# PostgreSQL


@pytest.mark.postgresql
def test_postgresql_answers_a_search_and_a_suggestion_from_an_index():
    from core.search.postgres import FOUND

    rows = [User(pk=n, name=f"学员第{n}名" if n % 500 else "甲乙丙丁", pinyin="x") for n in range(1, 3000)]
    get_search_backend().get_index_for_model(User).add_items(User, rows)
    plans = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [TABLE])
        indexes = {name: definition for name, definition in cursor.fetchall() if "USING gin" in definition}
        for name in indexes:  # what the server does by itself after a while
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [name])
        cursor.execute(f"ANALYZE {TABLE}")
        for column in ("body", "autocomplete"):
            sql = FOUND.format(in_title="false", exact="false", column=column, recheck="true")
            cursor.execute(f"EXPLAIN {sql}", [[get_content_type_pk(User)], "('甲乙' & '乙丙')"])
            plans[column] = "\n".join(row[0] for row in cursor.fetchall())
    for column, plan in plans.items():
        used = [definition for name, definition in indexes.items() if f"Bitmap Index Scan on {name}" in plan]
        assert [f"({column})" in definition for definition in used] == [True], plan


@pytest.mark.postgresql
def test_postgresql_touches_no_other_row_when_one_is_saved():
    rows = people(5)
    with connection.cursor() as cursor:
        other = f"SELECT ctid::text, xmin::text FROM {TABLE} WHERE object_id <> %s ORDER BY id"  # noqa: S608 - a constant
        cursor.execute(other, [str(rows[0].pk)])
        before = cursor.fetchall()
        rows[0].name = "改名"
        get_search_backend().add(rows[0])
        cursor.execute(other, [str(rows[0].pk)])
        assert cursor.fetchall() == before
