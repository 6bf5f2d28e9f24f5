"""Addresses of the site beside its tree of pages."""

from django.urls import path

from home.views import search

app_name = "home"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
]
