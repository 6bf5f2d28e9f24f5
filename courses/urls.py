"""Addresses of the public side of courses; the course pages themselves stand in Wagtail's tree."""

from django.urls import path

from courses.views import busy, calendar, check_in, leave, progress, roll_call, runs, screen, teaching, training

app_name = "courses"
urlpatterns = [
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("runs/<int:pk>/calendar.ics", calendar.run_calendar, name="run_calendar"),
    path("runs/<int:pk>/enrol/", runs.enrol, name="enrol"),
    path("enrolments/<int:pk>/withdraw/", runs.withdraw, name="withdraw"),
    path("enrolments/<int:pk>/accept/", runs.accept, name="accept"),
    path("lessons/<int:pk>/progress/", progress.save, name="lesson_progress"),
    path("lessons/<int:pk>/studied/", progress.confirm, name="lesson_studied"),
    path("c/", check_in.typed, name="check_in"),
    path("c/pass/<str:text>/", check_in.carry_on, name="check_in_pass"),
    path("c/done/<int:pk>/", check_in.done, name="checked_in"),
    path("c/<str:token>/", check_in.scanned, name="check_in_scan"),
    path("my/", training.my_page, name="my"),
    path("my/leave/", leave.leave_page, name="leave"),
    path("my/leave/desk/", leave.desk, name="leave_desk"),
    path("my/leave/<int:pk>/ask/", leave.ask, name="leave_ask"),
    path("my/leave/<int:pk>/withdraw/", leave.withdraw, name="leave_withdraw"),
    path("my/leave/<int:pk>/decide/", leave.decide, name="leave_decide"),
    path("evidence/<int:pk>/", leave.evidence, name="evidence"),
    path("my/busy/", busy.busy_page, name="busy"),
    path("my/busy/<int:pk>/remove/", busy.remove, name="busy_remove"),
    path("my/calendar/", calendar.my_calendar, name="my_calendar"),
    path("calendars/<str:token>.ics", calendar.feed, name="feed"),
    path("teach/", teaching.teach_page, name="teach"),
    path("teach/sessions/<int:pk>/", teaching.register_page, name="register"),
    path("teach/sessions/<int:pk>/roll-call/", roll_call.draw, name="roll_call"),
    path("teach/roll-calls/<int:pk>/", roll_call.answer, name="roll_call_answer"),
    path("teach/sessions/<int:pk>/screen/", screen.screen, name="screen"),
    path("teach/sessions/<int:pk>/screen/now/", screen.now, name="screen_now"),
    path("teach/sessions/<int:pk>/mark/", teaching.mark, name="mark"),
    path("teach/sessions/<int:pk>/mark-rest/", teaching.mark_rest, name="mark_rest"),
]
