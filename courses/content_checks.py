"""What an editor of lessons may want to look at again."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.content_checks import Hint, blocks, check, field_anchor
from courses.enums import Completion
from courses.models import LessonPage


@check
def watched_without_video(page: Any) -> Iterator[Hint]:
    """Nobody can finish a lesson that asks for videos to be watched and has none."""
    if not isinstance(page, LessonPage) or page.completion != Completion.WATCHED:
        return
    if not any(child.block_type == "video" for child in blocks(page)):
        text = _("Studied means “videos watched”, but the lesson has no video: nobody can finish it.")
        yield Hint("no_video", text, field_anchor("completion"))
