"""The back office speaks Chinese, and the check that says so notices when it does not."""

from pathlib import Path

import polib

from scripts import check_wagtail_messages as check


def catalogue(folder: Path, language: str, *pairs: tuple[str, str]) -> None:
    path = folder / language / "LC_MESSAGES"
    path.mkdir(parents=True)
    texts = polib.POFile()
    texts.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    texts.extend(polib.POEntry(msgid=msgid, msgstr=msgstr) for msgid, msgstr in pairs)
    texts.save(str(path / "django.po"))


def test_nothing_is_left_in_english(capsys):
    assert (check.main(), capsys.readouterr().out) == (0, "Wagtail speaks Chinese.\n")


def test_a_text_that_nobody_translated_is_named(tmp_path):
    catalogue(tmp_path / "locale", "en", ("Hello there", ""), ("Page", ""), ("week day", ""))
    catalogue(tmp_path / "locale", "zh_Hans", ("Page", "页面"), ("week day", ""))
    assert list(check.left(tmp_path, "django")) == ["Hello there"]  # our own catalogue has the other one


# Words of ours that stand before Wagtail's own on purpose: one word for one thing on the whole site.
OURS_ON_PURPOSE = {
    "Actions", "Add", "All", "All collections", "All types", "Apply filters", "Collection", "Help",
    "Search term", "Search the whole site", "Show", "Site",
}  # fmt: skip


def test_our_words_do_not_change_what_wagtail_says_by_accident():
    """Our catalogue is asked first, also for Wagtail's texts: "Move" of a person must not become that of a page."""
    ours = polib.pofile(str(check.OURS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    said = {entry.msgid: entry.msgstr for entry in ours.translated_entries() if entry.msgctxt is None}
    admin = next(root for root in check.roots() if root.parts[-2:] == ("wagtail", "admin"))
    theirs = polib.pofile(str(admin / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    other = {e.msgid for e in theirs.translated_entries() if said.get(e.msgid, e.msgstr) != e.msgstr and not e.msgctxt}
    assert other == OURS_ON_PURPOSE
