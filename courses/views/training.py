"""My training."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import CourseIndexPage
from courses.presenters.sections import Place, sections
from courses.presenters.study import outbox_of, studies_of
from courses.selectors.training import my_training


@login_required
@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    training = my_training(request.user, at)
    taken = [mine.enrolment.run.course_id for mine in (*training.current, *training.past) if mine.is_on_roster]
    context = {
        "training": training,
        "now": at,
        "catalogue_url": "" if training else catalogue_url(request),
        "studies": studies_of(request.user, taken),
        "outbox": outbox_of(request.user),
        "sections": sections(Place.MY, person=request.user, at=at),
    }
    return render(request, "courses/my.html", context)


def catalogue_url(request: HttpRequest) -> str:
    index = CourseIndexPage.objects.live().first()
    return (index.get_url(request) if index else None) or "/"
