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
