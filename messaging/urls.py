"""The inbox of the person who is signed in, below /my/messages/."""

from django.urls import path

from messaging.views import inbox

app_name = "messaging"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read/", inbox.mark_all_read, name="mark_read"),
    path("settings/", inbox.preferences, name="settings"),
    path("<int:pk>/", inbox.open_letter, name="open"),
]
