"""Compile the catalogues (locale/**/LC_MESSAGES/*.po) that changed. Needs no gettext on the machine."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_messages(folder: Path = LOCALE) -> list[Path]:
    """Write the .mo beside each .po that is newer; return what was written."""
    written = []
    for source in sorted(folder.glob("**/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written


if __name__ == "__main__":
    compile_messages()
