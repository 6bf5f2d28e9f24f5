"""On SQLite threads wait their turn; inside a transaction nobody waits for himself."""

import pytest
from django.db import connection, transaction

from core.db import turns
from core.db.turns import in_turn


@in_turn
def somebody_has_the_turn() -> bool:
    return turns._turn.locked()


@pytest.mark.django_db(transaction=True)
def test_a_write_takes_the_turn_on_sqlite_alone():
    assert somebody_has_the_turn() == (connection.vendor == "sqlite")
    assert not turns._turn.locked()


@pytest.mark.django_db(transaction=True)
def test_a_write_inside_a_transaction_goes_straight_on():
    with transaction.atomic():
        assert not somebody_has_the_turn()
