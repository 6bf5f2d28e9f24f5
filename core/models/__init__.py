"""Re-exports for Django's model discovery."""

from core.models.answers import StoredAnswer
from core.models.calendar import CalendarDay
from core.models.clock import ClockJob
from core.models.media import FileAccess, Material, Picture, PictureRendition
from core.models.secrecy import SecrecyWords
from core.models.statutes import Statute, StatuteVersion

__all__ = [
    "CalendarDay",
    "ClockJob",
    "FileAccess",
    "Material",
    "Picture",
    "PictureRendition",
    "SecrecyWords",
    "Statute",
    "StatuteVersion",
    "StoredAnswer",
]
