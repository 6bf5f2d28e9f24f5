"""The app of trainers: what it consists of, and the words that its scripts say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.enums import AttendanceStatus
from courses.presenters.register import TONES

TEMPLATE = "courses/app.html"
FOLDER = "courses/app"
WORKER = f"{FOLDER}/worker.js"
FORGET = f"{FOLDER}/forget.js"
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


def context() -> dict[str, Any]:
    """For the page: {"data": what the scripts read}. It holds nothing of anybody."""
    addresses = {
        "teach": reverse("courses:teach"),
        "register": reverse("courses:register", args=[0]),
    }
    states = {state.value: {"label": str(state.label), "tone": TONES[state]} for state in AttendanceStatus}
    return {
        "data": {"addresses": addresses, "states": states, "words": words(), "zone": settings.TIME_ZONE},
        "counters": counters(),
    }


def counters() -> list[tuple[str, str]]:
    """The counters above the list: what the scripts call them, and what people do."""
    status = AttendanceStatus
    return [
        ("expected", _("Expected")),
        ("here", _("Here")),
        ("late", str(status.LATE.label)),
        ("excused", _("Away with leave")),
        ("absent", str(status.ABSENT.label)),
        ("unmarked", str(status.CLEARED.label)),
    ]


def words() -> dict[str, str]:
    """The sentences of the scripts; places in braces are filled on the device."""
    return {
        "none": _("Everything is synced"),
        "unsent": _("Not synced: {count}"),
        "syncing": _("Syncing …"),
        "offline": _("No network. Marks stay on this device and are sent later by themselves."),
        "unwell": _("The server cannot take the marks just now. They stay on this device and are sent again."),
        "synced": _("Synced at {time}"),
        "taken": _("Registers taken along at {time}."),
        "marked": pgettext("a person and a state", "{name}: {status}"),
        "minutes": _("{minutes} min"),
        "all": _("All {count} people are here"),
        "rest": _("The other {count} people are here"),
        "done": _("Everybody is marked"),
        "missing": _("Still missing:"),
        "comma": pgettext("between names", ", "),
        "waits": _("not synced yet"),
        "disputed": _("Two people disagree"),
        "count": _("{marked} of {expected} marked"),
        "closed": _("This register is closed"),
        "early": _("The register opens at {time}. Marks sent before then are refused."),
        "others": _(
            "Somebody else marked {count} people on this device and has not synced. They sign in here to send them."
        ),
        "ask_minutes": _("The session is not under way: please enter the minutes."),
        "bad_minutes": _("Enter whole minutes from 0 to {minutes}."),
        "take_back": _("Take the mark back"),
        "somebody": _("Somebody"),
        "more": _("More for {name}"),
    }


def files(page: str) -> list[str]:
    """The addresses of everything that the page loads, and of the scripts that its scripts load."""
    named = re.findall(r'(?:href|src)="(' + re.escape(settings.STATIC_URL) + r'[^"#]+)', page)
    return sorted({*named, *_imports()})


def _imports() -> Iterable[str]:
    """Scripts load each other by their plain names, without the digest that other addresses of files carry."""
    folder = Path(str(finders.find(WORKER))).parent
    return (f"{settings.STATIC_URL}{FOLDER}/{path.name}" for path in folder.glob("*.js"))


def version(page: str, look: str = "") -> str:
    """Changes with the page, its look, every script and every file that the page loads."""
    digest = hashlib.sha256((look + page).encode())
    for name in (address.removeprefix(settings.STATIC_URL) for address in files(page)):
        found = finders.find(name)  # a name with a digest in it is not found and speaks for itself
        digest.update(name.encode() + (Path(found).read_bytes() if found else b""))
    return digest.hexdigest()[:16]


def manifest() -> dict[str, Any]:
    """The web app manifest."""
    icons = [
        {"src": static(f"{FOLDER}/icon-{size}{'-maskable' if purpose == 'maskable' else ''}.png"),
         "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ICONS
    ]  # fmt: skip
    return {
        "id": reverse("courses:app"),
        "name": _("Registers of training"),
        "short_name": _("Registers"),
        "lang": "zh-Hans",
        "start_url": reverse("courses:app"),
        "scope": reverse("courses:teach"),
        "display": "standalone",
        "background_color": "#fbf8f2",
        "theme_color": "#1b3456",
        "icons": icons,
    }
