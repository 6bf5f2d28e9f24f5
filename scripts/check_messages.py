"""Is every text translated? Extracts the texts anew and compares; `--update` writes the catalogue instead.

Needs gettext. Works on a copy of the tree, so that a check changes nothing.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.compile_messages import compile_messages  # noqa: E402 - the folder must be importable first

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SOURCES = {".py", ".html", ".txt"}
LEFT_OUT = ("tests/", "scripts/", "benchmarks/", "docs/")
EXTRACT = ["makemessages", "--locale=zh_Hans", "--no-obsolete", "--no-location", "--verbosity=0"]


def source_files() -> list[str]:
    """Files of the tree that are committed or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = (name for name in listing.splitlines() if not name.startswith(LEFT_OUT))
    return [name for name in names if Path(name).suffix in SOURCES and (ROOT / name).exists()]


def extract(folder: Path) -> Path:
    """Extract the texts into a copy of the catalogue; return the copy."""
    for name in [*source_files(), str(CATALOGUE)]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    subprocess.run([sys.executable, "-m", "django", *EXTRACT], cwd=folder, check=True)
    return folder / CATALOGUE


def keys(catalogue: polib.POFile) -> set[tuple[str | None, str]]:
    return {(entry.msgctxt, entry.msgid) for entry in catalogue}


def faults(fresh: polib.POFile, present: polib.POFile) -> list[str]:
    """Say what is missing, in doubt or no longer used."""
    found = [f"not in the catalogue: {msgid}" for _, msgid in sorted(keys(fresh) - keys(present), key=str)]
    found += [f"no longer used: {msgid}" for _, msgid in sorted(keys(present) - keys(fresh), key=str)]
    found += [f"not translated: {entry.msgid}" for entry in present.untranslated_entries()]
    return found + [f"in doubt (fuzzy): {entry.msgid}" for entry in present.fuzzy_entries()]


def format_faults(catalogue: Path) -> list[str]:
    """Ask gettext whether every placeholder survived the translation."""
    result = subprocess.run(
        ["msgfmt", "--check", "--output-file=/dev/null", str(catalogue)], capture_output=True, text=True, check=False
    )
    return result.stderr.splitlines() if result.returncode else []


def main() -> int:
    if not shutil.which("xgettext"):
        print("gettext is missing (Debian: apt-get install gettext).")
        return 1
    with tempfile.TemporaryDirectory(prefix="training-messages-") as folder:
        fresh = extract(Path(folder))
        if "--update" in sys.argv:
            shutil.copyfile(fresh, ROOT / CATALOGUE)
            compile_messages()
        found = faults(polib.pofile(str(fresh)), polib.pofile(str(ROOT / CATALOGUE)))
        for catalogue in sorted((ROOT / "locale").glob("**/LC_MESSAGES/*.po")):
            found += format_faults(catalogue)
    print("\n".join(found) or "Every text is translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
