"""Does the back office speak Chinese throughout? Counts texts of Wagtail and its companions without a translation.

Compares what each installed package can say (its English catalogue, or the Chinese one of another name) with what it
says in zh_Hans, with `locale/wagtail/` and our own catalogue before it, as Django looks them up. Lists what is left.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
OURS = (ROOT / "locale", ROOT / "locale" / "wagtail")
LANGUAGE = "zh_Hans"
# Where a package lists all its texts: in English, or in Chinese under a name that Django does not ask for.
REFERENCES = ("en", "zh_CN")
# Packages whose texts reach a screen; of allauth only the part that is installed.
PACKAGES = ("wagtail", "taggit", "django_filters", "allauth", "modelsearch")
PARTS = {"allauth": ("account/", "templates/account/")}
# Texts that are the same in every language.
SAME = {"", "Wagtail", "URL", "HTML", "ID", "%(label)s"}
Key = tuple[str | None, str]


def roots() -> list[Path]:
    """The folders of the installed apps of these packages, Wagtail's own first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django
    from django.apps import apps

    django.setup()
    configs = [config for config in apps.get_app_configs() if _package(config.name) in PACKAGES]
    return [Path(config.path) for config in configs]


def _package(name: str) -> str:
    return "wagtail" if name.startswith("people.apps.Wagtail") else name.split(".")[0]


def read(path: Path) -> polib.POFile | None:
    return polib.pofile(str(path)) if path.exists() else None


def translated(domain: str, folders: list[Path]) -> set[Key]:
    """Everything that one of the folders says in Chinese. A fuzzy entry is none: gettext leaves it out."""
    catalogues = [read(folder / LANGUAGE / "LC_MESSAGES" / f"{domain}.po") for folder in folders]
    return {(entry.msgctxt, entry.msgid) for found in catalogues if found for entry in found.translated_entries()}


def reference(root: Path, domain: str) -> polib.POFile | None:
    for name in REFERENCES:
        if found := read(root / "locale" / name / "LC_MESSAGES" / f"{domain}.po"):
            return found
    return None


def left(root: Path, domain: str) -> Iterator[str]:
    """The texts of one app that have no Chinese."""
    texts = reference(root, domain)
    if texts is None:
        return
    known = translated(domain, [*OURS, root / "locale"])
    parts = PARTS.get(root.name if root.name in PARTS else root.parent.name)
    for entry in texts:
        wanted = not parts or any(place.startswith(parts) for place, _ in entry.occurrences)
        if wanted and not entry.obsolete and entry.msgid not in SAME and (entry.msgctxt, entry.msgid) not in known:
            yield entry.msgid


def main() -> int:
    total = 0
    for root in roots():
        for domain in ("django", "djangojs"):
            found = sorted(set(left(root, domain)))
            total += len(found)
            for text in found:
                print(f"{'/'.join(root.parts[-2:])} ({domain}): {text!r}")
    print(f"{total} texts of Wagtail and its companions without Chinese." if total else "Wagtail speaks Chinese.")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
