"""What readers searched for, for those who promote results: Wagtail shows the words to everybody in the admin."""

from django.contrib.auth.decorators import permission_required
from wagtail.contrib.search_promotions import views

PERMISSION = "wagtailsearchpromotions.change_searchpromotion"


def guard() -> None:
    """Put the chooser of searches behind the permission; call before its addresses load."""
    allowed = permission_required(PERMISSION, raise_exception=True)
    views.chooser, views.chooserresults = allowed(views.chooser), allowed(views.chooserresults)
