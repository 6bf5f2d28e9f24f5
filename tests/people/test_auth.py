"""Signing in: three names for one account, the same answer for everybody, limits that an office can live with."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory, home_page

pytestmark = pytest.mark.django_db
PASSWORD = "dongwan-2026-demo"
WRONG = "账号或密码不正确，请核对后重试。"
LOCKED = "错误次数过多，账号已暂时锁定。请15分钟后再试，或联系政工室重置密码。"


@pytest.fixture
def person():
    home_page()
    return UserFactory(username="liming", work_number="GH1001", email="li@example.com", password=PASSWORD, name="李明")


def sign_in(client, login: str, password: str = PASSWORD, **headers):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **headers)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def errors(response) -> list[str]:
    return response.context["form"].non_field_errors()


@pytest.mark.parametrize("login", ["liming", "GH1001", "li@example.com", " gh1001 ", "LiMing", "LI@example.com"])
def test_three_ways_to_sign_in(client, person, login):
    response = sign_in(client, login)
    assert (response.url, client.session["_auth_user_id"]) == (settings.LOGIN_REDIRECT_URL, str(person.pk))


@pytest.mark.parametrize("login", ["liming", "GH1001", "li@example.com", "nobody", "GH9999", "no@example.com"])
def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client, person, login):
    response = sign_in(client, login, "wrong")
    assert (errors(response), signed_in(client)) == ([WRONG], False)


@pytest.mark.parametrize("login", ["liming", "GH1001", "li@example.com"])
def test_a_closed_account_is_told_so_only_with_the_right_password(client, person, login):
    person.is_active = False
    person.save()
    assert errors(sign_in(client, login, "wrong")) == [WRONG]
    assert sign_in(client, login).url == reverse("account_inactive")
    assert not signed_in(client)
    assert "账号已停用" in client.get(reverse("account_inactive")).content.decode()


def test_no_name_and_no_password_keep_what_was_typed(client, person):
    response = sign_in(client, "liming", "")
    assert list(response.context["form"].errors) == ["password"]
    assert 'value="liming"' in response.content.decode()


def test_five_wrong_tries_lock_the_account_under_all_its_names(client, person):
    for login in ("liming", "GH1001", "li@example.com", "LIMING", "gh1001"):
        assert errors(sign_in(client, login, "wrong")) == [WRONG]
    for login in ("liming", "GH1001", "li@example.com"):
        assert errors(sign_in(client, login)) == [LOCKED]
    assert not signed_in(client)


def test_another_address_does_not_open_a_locked_account(client, person):
    for number in range(5):
        sign_in(client, "liming", "wrong", REMOTE_ADDR=f"10.0.0.{number}")
    assert errors(sign_in(client, "liming", REMOTE_ADDR="10.0.0.99")) == [LOCKED]


def test_an_unknown_account_is_locked_in_the_same_words(client, person):
    for _ in range(5):
        sign_in(client, "nobody", "wrong")
    assert errors(sign_in(client, "nobody", "wrong")) == [LOCKED]


def test_a_locked_account_leaves_the_others_open(client, person):
    other = UserFactory(username="wang", password=PASSWORD)
    for _ in range(6):
        sign_in(client, "liming", "wrong")
    sign_in(client, "wang")
    assert client.session["_auth_user_id"] == str(other.pk)


def test_the_lock_ends_after_fifteen_minutes(client, person, monkeypatch):
    from allauth.core.internal import ratelimit

    for _ in range(6):
        sign_in(client, "liming", "wrong")
    later = ratelimit.time.time() + 15 * 60 + 1
    monkeypatch.setattr(ratelimit.time, "time", lambda: later)
    sign_in(client, "liming")
    assert signed_in(client)


def test_right_passwords_between_wrong_ones_do_not_reset_the_count(client, person):
    for _ in range(4):
        sign_in(client, "liming", "wrong")
    sign_in(Client(), "liming")
    sign_in(client, "liming", "wrong")
    assert errors(sign_in(client, "liming")) == [LOCKED]


def test_a_whole_office_signs_in_within_a_minute_from_one_address(person):
    people = [UserFactory(username=f"colleague{number}", password=PASSWORD) for number in range(200)]
    answers = [sign_in(Client(), colleague.username).status_code for colleague in people]
    assert answers == [302] * 200


def test_a_forged_address_is_not_believed(client, person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip", "login_failed": ""}
    answers = [
        sign_in(client, "liming", "wrong", HTTP_X_FORWARDED_FOR=f"10.1.1.{number}").status_code for number in range(5)
    ]
    assert answers == [200, 200, 200, 429, 429]


def test_behind_a_trusted_proxy_the_last_address_counts(client, person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip", "login_failed": ""}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [
        sign_in(client, "liming", "wrong", HTTP_X_FORWARDED_FOR=f"10.1.1.{number}, 192.0.2.7").status_code
        for number in range(5)
    ]
    other = sign_in(client, "liming", "wrong", HTTP_X_FORWARDED_FOR="192.0.2.8").status_code
    assert (forged, other) == ([200, 200, 200, 429, 429], 200)


def test_no_proxy_is_trusted_unless_the_environment_says_so():
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0


def test_the_answer_to_a_flood_says_what_to_do(client, person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip", "login_failed": ""}
    sign_in(client, "liming", "wrong")
    response = sign_in(client, "liming", "wrong")
    assert (response.status_code, "请稍等一分钟再试" in response.content.decode()) == (429, True)


# What is closed


def test_nobody_makes_an_account(client, person):
    page = client.get("/accounts/signup/").content.decode()
    assert "本平台不需要自行注册" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    posted = client.post("/accounts/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert posted.status_code == 405


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/abc/", "password/set/", "reauthenticate/",
                                  "login/code/", "login/code/confirm/", "3rdparty/", "2fa/", "sessions/"])  # fmt: skip
def test_what_we_do_not_use_is_not_there(client, person, path):
    client.force_login(person)
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/admin/login/", "/_util/login/"])
def test_wagtails_own_forms_do_not_go_round_the_limit(client, person, path):
    response = client.post(f"{path}?next=/admin/", {"username": "liming", "password": PASSWORD})
    assert (response.url, signed_in(client)) == ("/accounts/login/?next=/admin/", False)


@pytest.mark.parametrize("path", ["/admin/password_reset/", "/_util/password_reset/"])
def test_wagtails_own_password_reset_is_off(client, person, path):
    assert client.get(path).status_code == 404


def test_somebody_without_access_to_the_admin_is_not_sent_round_in_circles(client, person):
    client.force_login(person)
    first = client.get("/admin/")
    second = client.get(first.url)
    assert (first.url, second.url) == ("/accounts/login/?next=/admin/", settings.LOGIN_REDIRECT_URL)


def test_the_next_address_stays_on_the_site(client, person):
    data = {"login": "liming", "password": PASSWORD, "next": "https://example.org/"}
    assert client.post(reverse("account_login"), data).url == settings.LOGIN_REDIRECT_URL


# Signing out, passwords


def test_signing_out_asks_first(client, person):
    client.force_login(person)
    assert "李明" in client.get(reverse("account_logout")).content.decode()
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_a_new_password_keeps_this_session_and_ends_the_others(client, person):
    other = Client()
    for browser in (client, other):
        browser.force_login(person)
    data = {"oldpassword": PASSWORD, "password1": "hepingsuo-2027", "password2": "hepingsuo-2027"}
    assert client.post(reverse("account_change_password"), data).url == settings.LOGIN_REDIRECT_URL
    assert client.get(reverse("account_change_password")).status_code == 200
    assert other.get(reverse("account_change_password")).url.startswith("/accounts/login/")


def test_a_wrong_current_password_is_said_in_place(client, person):
    client.force_login(person)
    data = {"oldpassword": "wrong", "password1": "hepingsuo-2027", "password2": "hepingsuo-2027"}
    response = client.post(reverse("account_change_password"), data)
    assert response.context["form"].errors == {"oldpassword": ["当前密码不正确。"]}


def test_a_forgotten_password_by_mail(client, person):
    response = client.post(reverse("account_reset_password"), {"email": "LI@example.com"})
    assert response.url == reverse("account_reset_password_done")
    message = mail.outbox[0]
    assert (message.subject, message.to) == ("【司法行政培训管理平台】设置新密码", ["li@example.com"])
    assert message.body.startswith("李明：您好！")
    link = re.search(r"http://testserver(\S+)", message.body)[1]
    page = client.get(link, follow=True)
    data = {"password1": "hepingsuo-2027", "password2": "hepingsuo-2027"}
    done = client.post(page.redirect_chain[-1][0], data)
    assert done.url == reverse("account_reset_password_from_key_done")
    sign_in(client, "GH1001", "hepingsuo-2027")
    assert signed_in(client)
    assert "链接已失效" in Client().get(link).content.decode()


def test_an_unknown_address_gets_the_same_page_and_no_mail(client, person):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert (response.url, mail.outbox) == (reverse("account_reset_password_done"), [])


def test_a_closed_account_gets_no_mail(client, person):
    person.is_active = False
    person.save()
    client.post(reverse("account_reset_password"), {"email": "li@example.com"})
    assert mail.outbox == []


def test_the_mail_speaks_the_readers_language(client, person):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.post(reverse("account_reset_password"), {"email": "li@example.com"})
    assert mail.outbox[0].body.startswith("Dear 李明,")


PAGES = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_inactive",
]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_heading_and_the_banner(client, person, name):
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert "本平台为非涉密系统" in page
