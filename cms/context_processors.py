"""What the frame of every page shows: site details, navigation, display settings."""

from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.display import chosen
from core.freshness import kept, stamp
from courses.models import CourseIndexPage
from courses.permissions import can_teach
from home.models import LibraryPage, NoticeIndexPage, SiteDetails, TrainerIndexPage
from messaging.selectors.inbox import unread_count

HELP = "help"  # the address part of the standard page that the footer calls help


class NavItem(NamedTuple):
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


class Frame:
    """Every attribute is worked out when a template asks for it, so fragments and the admin pay nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def site(self) -> SiteDetails:
        return kept("site-details", SiteDetails.load)

    @cached_property
    def stamp(self) -> str:
        """For fragments that are the same for every reader."""
        return stamp()

    @property
    def theme(self) -> str:
        return chosen(self.request, "theme")

    @property
    def size(self) -> str:
        return chosen(self.request, "size")

    @property
    def keys(self) -> str:
        return chosen(self.request, "keys")

    @property
    def here(self) -> str:
        """Where a small form of the frame leads back to; an address that took a POST need not answer a GET."""
        return self.request.get_full_path() if self.request.method in ("GET", "HEAD") else "/"

    @property
    def address(self) -> str:
        """The whole address of the page, for paper."""
        return self.request.build_absolute_uri()

    @cached_property
    def can_admin(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and user.has_perm("wagtailadmin.access_admin")

    @cached_property
    def is_trainer(self) -> bool:
        """True for whoever has a register to keep."""
        user = getattr(self.request, "user", None)
        return user is not None and can_teach(user)

    @cached_property
    def unread(self) -> int:
        """How many messages the person has not opened yet."""
        user = getattr(self.request, "user", None)
        return unread_count(user) if user is not None and user.is_authenticated else 0

    @cached_property
    def navigation(self) -> list[NavItem]:
        user = getattr(self.request, "user", None)
        entries = [(_("Home"), "/"), *self._sections()]
        if user is not None and user.is_authenticated:
            entries.append((_("My training"), address("courses:my")))
        if self.is_trainer:
            entries.append((_("Roll call"), address("courses:teach")))
        return [NavItem(label, url, self._is_current(url)) for label, url in entries if url]

    @property
    def catalogue_url(self) -> str:
        return self._url_of(CourseIndexPage)

    @property
    def notices_url(self) -> str:
        return self._url_of(NoticeIndexPage)

    def _url_of(self, page_class: type[Page]) -> str:
        pages = (page for page in self._pages if page.specific_class is page_class)
        return next((page.get_url(self.request) or "" for page in pages), "")

    @property
    def help_url(self) -> str:
        return next((page.get_url(self.request) or "" for page in self._pages if page.slug == HELP), "")

    def _sections(self) -> list[tuple[str, str]]:
        """The catalogue, the notices and the other rooms, under the titles that editors gave them."""
        return [(page.title, page.get_url(self.request) or "") for page in self._pages if page.slug != HELP]

    @cached_property
    def _pages(self) -> list[Page]:
        """The pages that the frame links to."""
        return kept("frame-pages", _pages_of_the_frame)

    def _is_current(self, url: str) -> bool:
        path = self.request.path
        return path == url if url == "/" else path.startswith(url)


def _pages_of_the_frame() -> list[Page]:
    pages = Page.objects.live().order_by("path")
    rooms = pages.type_q(TrainerIndexPage, LibraryPage) & Q(show_in_menus=True)
    return list(pages.filter(pages.type_q(CourseIndexPage, NoticeIndexPage) | rooms | Q(slug=HELP, depth=3)))


def address(name: str) -> str:
    """Return the address of a named view, or nothing while there is no such view."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """One `Frame` per request, however many templates it renders."""
    if not hasattr(request, "frame"):
        request.frame = Frame(request)  # type: ignore[attr-defined]  # the frame lives as long as the request
    return {"frame": request.frame}  # type: ignore[attr-defined]
