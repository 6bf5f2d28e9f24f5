"""The site's own pages: home, notices, standard pages, settings."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from core.freshness import watch
        from courses.presenters.sections import Place, provide
        from courses.presenters.teachers import use_profiles
        from home.models import SiteDetails
        from home.presenters.notices import channel_section, my_section
        from home.presenters.trainers import profiles
        from home.signals import people_reminded
        from home.tasks import mail_where_configured
        from home.views import library, notices, pages, trainers  # noqa: F401 - register the page views

        watch(SiteDetails)
        people_reminded.connect(mail_where_configured, dispatch_uid="mail-reminders")
        provide(Place.MY, my_section, order=10)
        provide(Place.CHANNEL, channel_section, order=20)
        use_profiles(profiles)
