"""What the clock does: offers end, quotas are released, classes with too few people are flagged, seals are written."""

import datetime
from pathlib import Path

from django.conf import settings

from core.clock import daily, every
from courses.services import telling
from courses.services.chain_heads import write_heads
from courses.services.minimums import flag_short_runs
from courses.services.offers import expire_offers
from courses.services.quotas import release_due


@every(minutes=1, name="courses.expire_offers")
def end_offers(at: datetime.datetime) -> None:
    expire_offers(at)


@every(minutes=10, name="courses.remind_of_offers")
def remind_of_offers(at: datetime.datetime) -> None:
    telling.remind_of_offers(at)


@every(minutes=1, name="courses.release_quotas")
def release_quotas(at: datetime.datetime) -> None:
    release_due(at)


@every(minutes=60, name="courses.quotas_end_soon")
def announce_ends_of_quotas(at: datetime.datetime) -> None:
    telling.quotas_end_soon(at)


@every(minutes=10, name="courses.below_minimum")
def flag_minimums(at: datetime.datetime) -> None:
    flag_short_runs(at)


@every(minutes=10, name="courses.registers_open")
def remind_of_open_registers(at: datetime.datetime) -> None:
    telling.registers_open(at)


@daily(at=datetime.time(9, 0), name="courses.registers_left_open")
def report_open_registers(at: datetime.datetime) -> None:
    telling.registers_left_open(at)


@daily(at=datetime.time(2, 40), name="courses.write_chain_heads")
def write_chain_heads(at: datetime.datetime) -> None:
    """Only where a folder is named: best one that another machine keeps."""
    if settings.CHAIN_HEADS_DIR:
        write_heads(Path(settings.CHAIN_HEADS_DIR), at)
