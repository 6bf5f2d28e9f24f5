"""Re-exports for Django's model discovery."""

from home.models.pages import HomePage, NoticeIndexPage, NoticePage, StandardPage
from home.models.settings import SiteDetails

__all__ = ["HomePage", "NoticeIndexPage", "NoticePage", "SiteDetails", "StandardPage"]
