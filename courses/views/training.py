"""My training."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import CourseIndexPage
from courses.presenters.sections import Place, sections
from courses.selectors.training import my_training


@login_required
@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    training = my_training(request.user, at)
    context = {
        "training": training,
        "now": at,
        "catalogue_url": "" if training else catalogue_url(request),
        "sections": sections(Place.MY, person=request.user, at=at),
    }
    return render(request, "courses/my.html", context)


def catalogue_url(request: HttpRequest) -> str:
    index = CourseIndexPage.objects.live().first()
    return (index.get_url(request) if index else None) or "/"
