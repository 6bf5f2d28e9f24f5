"""Addresses of the site beside its tree of pages."""

from django.urls import path

from home.views import crawlers, feeds, notices, search, statutes

app_name = "home"
urlpatterns = [
    path("notices/<int:pk>/confirm/", notices.confirm, name="confirm"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("feeds/notices.rss", feeds.NoticesFeed(), name="notices_rss"),
    path("feeds/notices.atom", feeds.NoticesAtom(), name="notices_atom"),
    path("statutes/", statutes.register, name="statutes"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
]
