"""Readers of the pages. Pages are read in English: the words of the code, without the catalogue."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import UserFactory


@pytest.fixture
def visitor():
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def sign_in():
    """Return a client for that person."""

    def client_of(person):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(person)
        return client

    return client_of


@pytest.fixture
def learner():
    return UserFactory(name="周晓梅")


@pytest.fixture
def reader(sign_in, learner):
    """The learner's browser."""
    return sign_in(learner)


@pytest.fixture
def office():
    person = UserFactory(name="陈静")
    person.user_permissions.add(Permission.objects.get(codename="manage_enrolments"))
    return person


@pytest.fixture
def trainer():
    return UserFactory(name="王建平")


@pytest.fixture
def teaching(sign_in, trainer):
    """The trainer's browser."""
    return sign_in(trainer)
