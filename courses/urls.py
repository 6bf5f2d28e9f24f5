"""Addresses of the public side of courses; the course pages themselves stand in Wagtail's tree."""

from django.urls import path

from courses.views import busy, calendar, devices, progress, registers, runs, teaching, training, verify

app_name = "courses"
urlpatterns = [
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("runs/<int:pk>/calendar.ics", calendar.run_calendar, name="run_calendar"),
    path("runs/<int:pk>/enrol/", runs.enrol, name="enrol"),
    path("enrolments/<int:pk>/withdraw/", runs.withdraw, name="withdraw"),
    path("enrolments/<int:pk>/accept/", runs.accept, name="accept"),
    path("lessons/<int:pk>/progress/", progress.save, name="lesson_progress"),
    path("lessons/<int:pk>/studied/", progress.confirm, name="lesson_studied"),
    path("my/", training.my_page, name="my"),
    path("my/busy/", busy.busy_page, name="busy"),
    path("my/busy/<int:pk>/remove/", busy.remove, name="busy_remove"),
    path("my/calendar/", calendar.my_calendar, name="my_calendar"),
    path("calendars/<str:token>.ics", calendar.feed, name="feed"),
    path("teach/", teaching.teach_page, name="teach"),
    path("teach/offline/", devices.offline, name="offline"),
    path("teach/sync/", devices.sync, name="sync"),
    path("teach/sessions/<int:pk>/", teaching.register_page, name="register"),
    path("teach/sessions/<int:pk>/news/", teaching.register_news, name="register_news"),
    path("teach/sessions/<int:pk>/decide/", registers.decide, name="decide"),
    path("teach/sessions/<int:pk>/close/", registers.close, name="close_register"),
    path("teach/sessions/<int:pk>/add/", registers.walk_in, name="walk_in"),
    path("teach/sessions/<int:pk>/people/<int:enrolment>/", registers.person_page, name="mark_history"),
    path("teach/refused/<int:pk>/settle/", registers.settle, name="settle_refused"),
    path("teach/corrections/", registers.corrections_page, name="corrections"),
    path("teach/corrections/<int:pk>/", registers.decide_correction, name="decide_correction"),
    path("verify/<uuid:public_id>/", verify.verify_page, name="verify"),
    path("teach/sessions/<int:pk>/mark/", teaching.mark, name="mark"),
    path("teach/sessions/<int:pk>/mark-rest/", teaching.mark_rest, name="mark_rest"),
]
