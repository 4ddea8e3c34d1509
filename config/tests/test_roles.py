"""The application's database role may work with rows, but never change the record."""

import pytest
from django.db import ProgrammingError, connection, transaction

from config.roles import grant_application_role


@pytest.fixture
def application_role(db, settings):
    """Step into the application's shoes for the rest of the transaction."""
    settings.DATABASE_APP_ROLE = "jiedui_app"
    assert grant_application_role(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiedui_app")
        yield cursor
        cursor.execute("RESET ROLE")


def test_it_reads_and_writes_rows(application_role):
    application_role.execute("INSERT INTO accounts_heartbeat (name, at) VALUES ('worker', now())")
    application_role.execute("UPDATE accounts_heartbeat SET at = now()")
    application_role.execute("DELETE FROM accounts_heartbeat")
    assert application_role.rowcount == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_event SET note = ''", "DELETE FROM accounts_event", "TRUNCATE accounts_event", "DROP TABLE x"],
)
def test_it_cannot_change_the_record(application_role, statement):
    statement = statement.replace("DROP TABLE x", "ALTER TABLE accounts_event DISABLE TRIGGER ALL")
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        application_role.execute(statement)


def test_it_reads_the_record(application_role):
    application_role.execute("SELECT count(*) FROM accounts_event")
    assert application_role.fetchone() == (0,)


@pytest.mark.parametrize("role", ["", "nobody_of_that_name", "jiedui_owner"])
def test_a_missing_role_or_the_owner_itself_gets_nothing(db, settings, role):
    settings.DATABASE_APP_ROLE = role
    assert not grant_application_role(connection)
