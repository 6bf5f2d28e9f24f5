"""The pages that every site needs, from home to privacy. Used by `setup_site` and the demo data."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.db import transaction
from wagtail.models import Collection, Page, Site

from core.workdays import store_provisional
from courses.models import CourseIndexPage
from courses.services.review import build_workflow
from home.models import HomePage, LibraryPage, NoticeIndexPage, StandardPage, TrainerIndexPage
from home.services.body import stream
from people.services.roles import sync_roles

TEXTS = Path(__file__).resolve().parent / "texts"
WELCOME_SLUG = "home"
ROOT, FILES = "全部页面", "全部素材"


@transaction.atomic
def build_site() -> list[str]:
    """Make what is missing and leave alone what is there, whatever editors have made of it. Return the new titles.

    Wagtail's welcome page gives way to our home page. The roles follow, because their page permissions hang on it.
    """
    home, made = _home()
    made += _child(home, CourseIndexPage(**_text("courses")), in_menu=True)
    made += _child(home, NoticeIndexPage(**_text("notices")), in_menu=True)
    made += _child(home, TrainerIndexPage(**_text("trainers")), in_menu=True)
    made += _child(home, LibraryPage(**_text("library")), in_menu=True)
    made += _child(home, StandardPage(**_text("help")), in_menu=True)
    made += _child(home, StandardPage(**_text("privacy")), in_menu=False)
    sync_roles()
    _name_roots()
    return made + build_workflow() + store_provisional()


def _name_roots() -> None:
    """Editors meet the roots of pages and of files by name: give those that Wagtail named in English a Chinese one."""
    Page.objects.filter(depth=1, title="Root").update(title=ROOT, draft_title=ROOT)
    Collection.objects.filter(depth=1, name="Root").update(name=FILES)


def _home() -> tuple[HomePage, list[str]]:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site and isinstance(site.root_page.specific, HomePage):
        return site.root_page.specific, []
    root = Page.get_first_root_node()
    welcome = _step_aside(site)
    home = root.add_child(instance=HomePage(slug=WELCOME_SLUG, **_text("home")))
    home.save_revision().publish()
    _serve(site, home)
    if welcome:
        welcome.delete()
    return home, [home.title]


def _step_aside(site: Site | None) -> Page | None:
    """Free the slug of Wagtail's own first page; return that page if it is what the site shows."""
    page = Page.objects.filter(depth=2, slug=WELCOME_SLUG).first()
    if page is None or page.specific_class is not Page:
        return None
    page = Page.objects.get(pk=page.pk)
    page.slug = "welcome"
    page.save(update_fields=["slug"])
    return page if site and site.root_page_id == page.pk else None


def _serve(site: Site | None, home: HomePage) -> None:
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    site = site or Site(is_default_site=True)
    site.root_page = home
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.save()


def _child(home: HomePage, page: Any, *, in_menu: bool) -> list[str]:
    if home.get_children().filter(slug=page.slug).exists():
        return []
    page.show_in_menus = in_menu
    home.add_child(instance=page)
    page.save_revision().publish()
    return [page.title]


def _text(name: str) -> dict[str, Any]:
    """Return the fields of a page as they stand in `texts/`."""
    fields: dict[str, Any] = yaml.safe_load((TEXTS / f"{name}.yaml").read_text(encoding="utf-8"))
    if "body" in fields:
        fields["body"] = stream(fields["body"], seed=name)
    return fields
