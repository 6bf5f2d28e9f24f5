"""Re-exports for Django's model discovery."""

from home.models.library import LibraryPage
from home.models.notices import NoticeAttachment, NoticeIndexPage, NoticePage, NoticeReceipt, NoticeReminder
from home.models.pages import HomePage, StandardPage
from home.models.settings import SiteDetails
from home.models.trainers import TrainerIndexPage, TrainerPage

__all__ = [
    "HomePage",
    "LibraryPage",
    "NoticeAttachment",
    "NoticeIndexPage",
    "NoticePage",
    "NoticeReceipt",
    "NoticeReminder",
    "SiteDetails",
    "StandardPage",
    "TrainerIndexPage",
    "TrainerPage",
]
