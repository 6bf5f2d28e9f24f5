"""Search: the platform's backend beside Wagtail's own, on the same pages of the same database in one run.

The pages are made of words of our own, in the proportions of a language: few words often, many seldom. What counts is
the ratio; the megabytes and milliseconds printed above it are for whoever plans a server.
"""

import random
import time
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from modelsearch.backends import get_search_backend
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from benchmarks.report import Figure
from home.models import StandardPage
from tests.factories import home_page

STOCK, OURS = "modelsearch.backends.database", "core.search"
TABLE = IndexEntry._meta.db_table  # noqa: SLF001
FREQUENT = ["矛盾", "法律援助", "人民调解员", "见证"]  # each in every fifth page
RARE = [f"{first}{second}" for first in "调阅审签" for second in "案卷档册表"]  # each in one page of four hundred
LENGTH = 830  # characters of one page
QUERIES, ROUNDS, SAVES = 20, 5, 30
COMMON = bytes(code for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for code in (row, cell))
CHARACTERS = COMMON.decode("gb2312", errors="ignore")  # the common ones


def measure(pages: int) -> list[Figure]:
    texts = _make_pages(pages)
    stock, ours = (_measure_one(backend, _pieces(texts), pages) for backend in (STOCK, OURS))
    wanted = {"indexing": 3.5, "saving": 2}
    return [
        Figure(
            f"search, {name}",
            1000 * ours[name],
            "Wagtail's own",
            1000 * limit,
            "ms",
            wanted.get(name, 0.2),
            is_cost=True,
        )
        for name, limit in stock.items()
    ]


def _measure_one(name: str, pieces: list[str], pages: int) -> dict[str, float]:
    """Return the seconds of indexing one page, saving one page, and of the 95th percentile of queries."""
    IndexEntry.objects.all().delete()
    _settle()
    backend, before = get_search_backend(name, SEARCH_CONFIG="simple"), _megabytes()
    indexing = _seconds(lambda: _rebuild(backend)) / pages
    print(f"  {name}: {1 / indexing:.0f} pages/s, {_megabytes() - before:.0f} MB")
    _settle()
    rare, frequent = _ask(backend, RARE), _ask(backend, FREQUENT)
    _ask(backend, pieces)
    saving = _median(_save_pages(backend))
    print(f"    save {saving * 1000:.1f} ms")
    return {
        "indexing": indexing,
        "saving": saving,
        "p95": _p95(rare + frequent),
        "p95, frequent": _p95(frequent),
    }


def _rebuild(backend: Any) -> None:
    """Do what `update_index` does, for the pages."""
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(StandardPage))
    index = rebuilder.start()
    pages, start = StandardPage.get_indexed_objects().order_by("pk"), 0
    while chunk := list(pages[start : start + 1000]):
        index.add_items(StandardPage, chunk)
        start += 1000
    rebuilder.finish()


def _ask(backend: Any, words: list[str]) -> list[float]:
    """Return the seconds that each page of results took: how many there are, and the first twenty."""
    times, hits = [], {}
    for word in words * ROUNDS:
        start = time.perf_counter()
        results = backend.search(word, Page.objects.live())
        hits[word] = results.count()
        list(results[:20])
        times.append(time.perf_counter() - start)
    print(
        f"    {len(words)} words, {sum(map(bool, hits.values()))} found, {max(hits.values())} times at most:"
        f" median {_median(times) * 1000:.1f} ms, p95 {_p95(times) * 1000:.1f} ms"
    )
    return times


def _save_pages(backend: Any) -> list[float]:
    """Return the seconds of saving a page with a new text and of what the worker does then."""
    times = []
    for number, page in enumerate(StandardPage.objects.order_by("?")[:SAVES]):
        page.introduction = f"第{number}次修改，{page.introduction}"
        times.append(_seconds(lambda page=page: (page.save(), backend.add(page))))
    return times


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _settle() -> None:
    """Let each backend begin with a tidy table: what the one left behind must not burden the other."""
    statement = f"VACUUM ANALYZE {TABLE}" if connection.vendor == "postgresql" else "VACUUM"
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _megabytes() -> float:
    size = "page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    size = f"pg_total_relation_size('{TABLE}')" if connection.vendor == "postgresql" else size
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {size}")
        return cursor.fetchone()[0] / 1_000_000


# Pages


def _make_pages(total: int) -> list[str]:
    """Write the rows themselves: ten thousand saves through the tree would take longer than the whole measurement."""
    parent = home_page()
    first, kind, locale = parent.get_children_count(), ContentType.objects.get_for_model(StandardPage), parent.locale
    chance = random.Random(2026)  # the same texts in every run  # noqa: S311 - no secret
    words = _words(chance)
    rows, texts = [], []
    for number in range(total):
        title = "".join(chance.choices(words, k=4))
        place = {
            "path": Page._get_path(parent.path, parent.depth + 1, first + number + 1),  # noqa: SLF001
            "depth": parent.depth + 1,
            "slug": f"bench-{number}",
            "url_path": f"{parent.url_path}bench-{number}/",
        }
        rows.append(Page(**place, title=title, draft_title=title, content_type=kind, locale=locale, live=True))
        texts.append(_text(chance, words, number))
    Page.objects.bulk_create(rows, batch_size=100)
    with transaction.atomic():
        for row, text in zip(Page.objects.filter(slug__startswith="bench-").order_by("path"), texts, strict=True):
            page = StandardPage(page_ptr=row, introduction=text[:100], body=[("text", f"<p>{text[100:]}</p>")])
            page.save_base(raw=True)  # only its own table
    Page.objects.filter(pk=parent.pk).update(numchild=first + total)
    return texts


def _words(chance: random.Random) -> list[str]:
    return ["".join(chance.choices(CHARACTERS, k=chance.choice((2, 2, 2, 3, 4)))) for _ in range(8000)]


def _text(chance: random.Random, words: list[str], number: int) -> str:
    """Return sentences of five to twelve words, the first words of the list far more often than the last.

    The words that are asked for stand alone: only so does Wagtail's own backend find them too.
    """
    weights = [1 / (place + 10) for place in range(len(words))]
    drawn = iter(chance.choices(words, weights, k=LENGTH))
    text = FREQUENT[number % 5] + " " if number % 5 < len(FREQUENT) else ""
    text += RARE[number // 20 % len(RARE)] + " " if number % 20 == 0 else ""
    while len(text) < LENGTH:
        text += "".join(next(drawn) for _ in range(chance.randint(5, 12))) + chance.choice("，，，。；")
    return text


def _pieces(texts: list[str]) -> list[str]:
    """Return pieces of two and of four characters that do stand in some text, but seldom between two commas."""
    chance = random.Random(7)  # noqa: S311 - no secret
    cut = [(chance.choice(texts), chance.randrange(100, 800)) for _ in range(QUERIES)]
    return [text[start : start + 2 + 2 * (number % 2)] for number, (text, start) in enumerate(cut)]
