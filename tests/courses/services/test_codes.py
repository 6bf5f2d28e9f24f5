"""Codes of the screen and the pass: what counts, for how long, under which key. Clocks are handed in."""

import datetime

import pytest
from django.core import signing

from courses.enums import AttendanceSource, CheckInPhase
from courses.errors import CodeTooOld, CodeUnknown
from courses.services import codes

NOON = datetime.datetime(2026, 11, 28, 4, 0, tzinfo=datetime.UTC)  # the beginning of a step and of a minute
IN, OUT = CheckInPhase.ARRIVE, CheckInPhase.LEAVE


def after(seconds):
    return NOON + datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 1, 9.99, 10, 19.99])
def test_the_step_now_and_the_one_before_count(seconds):
    scan = codes.read_token(codes.token(7, IN, NOON), after(seconds))
    assert (scan.session, scan.phase, scan.at) == (7, IN, after(seconds))


@pytest.mark.parametrize("seconds", [20, 30, 60, 600, 86_400])
def test_a_photographed_code_is_dead_after_two_steps(seconds):
    with pytest.raises(CodeTooOld):
        codes.read_token(codes.token(7, IN, NOON), after(seconds))


@pytest.mark.parametrize("seconds", [-1, -30, -60])
def test_a_clock_set_back_takes_no_code_from_anybody(seconds):
    assert codes.read_token(codes.token(7, IN, NOON), after(seconds)).session == 7


def test_a_code_of_a_later_day_is_refused():
    with pytest.raises(CodeTooOld):
        codes.read_token(codes.token(7, IN, NOON), after(-71))


def test_within_a_step_every_look_shows_the_same_code():
    assert {codes.token(7, IN, after(seconds / 2)) for seconds in range(20)} == {codes.token(7, IN, NOON)}
    assert codes.seconds_left(after(3)) == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("7.i", "8.i"),
        lambda text: text.replace(".i.", ".o."),
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: ".".join([*text.split(".")[:2], "zzzz", text.split(".")[3]]),
        lambda text: text.rpartition(".")[0],
        lambda text: "",
        lambda text: "1.x.1.abc",
        lambda text: "!.i.1.abc",
        lambda text: "é" * 40,
        lambda text: "zzzzzzzzzzzzzzzzzzzzzz.i.1.abc",
    ],
)
def test_no_code_but_the_one_that_was_made(change):
    with pytest.raises(CodeUnknown):
        codes.read_token(change(codes.token(7, IN, NOON)), NOON)


def test_digits_count_for_their_minute_and_the_next():
    typed = codes.digits(7, OUT, NOON)
    assert len(typed) == 6
    assert [codes.are_digits_of(7, OUT, typed, after(seconds)) for seconds in (0, 59, 119, 120)] == [
        True,
        True,
        True,
        False,
    ]
    assert codes.phase_of_digits(7, typed, NOON) == OUT
    assert codes.phase_of_digits(8, typed, NOON) is None


def test_codes_outlive_a_new_key(settings):
    picture, typed = codes.token(7, IN, NOON), codes.digits(7, IN, NOON)
    ticket = codes.make_pass(codes.read_token(picture, NOON), "phone")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-this-site-that-is-long-enough"
    assert codes.read_token(picture, NOON).session == 7
    assert codes.are_digits_of(7, IN, typed, NOON)
    assert codes.read_pass(ticket, NOON).session == 7
    assert codes.token(7, IN, NOON) != picture
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CodeUnknown):
        codes.read_token(picture, NOON)


def test_a_pass_keeps_the_moment_of_the_scan_for_a_quarter_of_an_hour():
    scan = codes.read_token(codes.token(7, IN, NOON), after(5))
    first, second = codes.make_pass(scan, "phone"), codes.make_pass(scan, "phone")
    given = codes.read_pass(first, after(5 + 15 * 60))
    assert (given.session, given.phase, given.at, given.source) == (7, IN, after(5), AttendanceSource.SELF_QR)
    assert given.key.startswith("in-phone.")
    assert len(given.key) <= 64
    assert given.key != codes.read_pass(second, after(5)).key
    with pytest.raises(CodeTooOld):
        codes.read_pass(first, after(6 + 15 * 60))


def test_no_pass_but_those_that_were_given():
    text = codes.make_pass(codes.read_token(codes.token(7, IN, NOON), NOON), "phone")
    forged = signing.Signer(key="x" * 50, salt="courses.check-in.pass").sign_object(
        [7, "in", NOON.timestamp(), "in.a.b"]
    )
    for wrong in (text[:-1] + ("a" if text[-1] != "a" else "b"), forged, "a:b", ":"):
        with pytest.raises(CodeUnknown):
            codes.read_pass(wrong, NOON)
