"""Addresses of pages: ASCII from Chinese titles, and folders that stand in the tree only.

A folder page (`shares_address = True`) orders the tree and carries permissions, but does not appear in the addresses
of its children: they stand below the folder's own parent. Their `url_path` says so, hence `url`, `full_url` and
everything that reads the column is right without knowing of folders.
"""

from typing import Any

from django.utils.text import slugify
from pypinyin import lazy_pinyin
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page


def ascii_slug(title: str) -> str:
    """Return an address part for any title: 公文写作 → gong-wen-xie-zuo. Empty if nothing can be read."""
    return slugify(" ".join(lazy_pinyin(title)))[:60].strip("-")


def free_slug(base: str, parent: Any, page: Any) -> str:
    """Return the address for a page below that parent, numbered if another page there has it."""
    number, slug = 1, base
    while not is_free(slug, parent, page):
        number += 1
        slug = f"{base}-{number}"
    return slug


def is_folder(page: Any) -> bool:
    """True if the addresses of the page's children leave the page out."""
    return bool(getattr(page.specific_class, "shares_address", False))


def path_below(parent: Any) -> str:
    """Return the `url_path` under which children of that page stand."""
    return parent.url_path.rsplit("/", 2)[0] + "/" if is_folder(parent) else parent.url_path


def is_free(slug: str, parent: Any, page: Any = None) -> bool:
    """True if no page but this one has, or shares, the address that the slug makes below that parent."""
    if parent is None:
        return True
    holders = Page.objects.filter(slug=slug, url_path=f"{path_below(parent)}{slug}/")
    siblings = parent.get_children().filter(slug=slug)
    if page is not None and page.pk:
        holders, siblings = holders.not_page(page), siblings.not_page(page)
    return not (holders.exists() or siblings.exists())


def restore_address(instance: Any, **_signal: Any) -> None:
    """Receive `post_page_move`: Wagtail writes the address of a moved page as the tree has it, folders included.

    Connected before Wagtail's own receivers, which read the address from the database.
    """
    page = instance.specific
    written = page.url_path
    if page.set_url_path(page.get_parent()) == written:
        return
    Page.objects.filter(pk=page.pk).update(url_path=page.url_path)
    page._update_descendant_url_paths(written, page.url_path)  # noqa: SLF001 - what Wagtail does after a move
    instance.url_path = page.url_path


def drop_false_redirects(folder: Any, left: str) -> None:
    """Remove what Wagtail made of a renamed folder: it takes its children for having stood below the old address."""
    parts = folder.get_url_parts()
    if parts is None:
        return  # on no site: nobody made anything
    old = left.removeprefix(folder.url_path.removesuffix(parts[2])).rstrip("/")
    below = folder.get_descendants().values("pk")
    made = Redirect.objects.filter(automatically_created=True, redirect_page__in=below)
    made.filter(old_path__startswith=old).delete()
