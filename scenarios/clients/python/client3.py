"""What psycopg 3 does through the tap."""

import datetime
import os
import threading

import psycopg

with psycopg.connect(os.environ["TAP_URL"], application_name="psycopg3") as connection:
    # Text and binary values, prepared after some repetitions.
    for binary in (False, True):
        for i in range(10):
            then = datetime.datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=datetime.timezone.utc)
            row = connection.execute(
                "select %s::int8, %s::timestamptz, %s::bytea", (i, then, b"\x00\xff"), binary=binary
            ).fetchone()
            assert row == (i, then, b"\x00\xff"), row
    connection.commit()

    with connection.cursor() as cursor:
        with connection.pipeline():
            cursor.executemany("select %s::int * 2 as pipelined", [(i,) for i in range(300)], returning=True)
        for i in range(300):
            assert cursor.fetchone() == (2 * i,)
            cursor.nextset()
    connection.commit()

    try:
        with connection.pipeline():
            connection.execute("select 1")
            connection.execute("select 1 / 0")
            connection.execute("select 'skipped'")
        raise AssertionError("no error")
    except psycopg.errors.DivisionByZero:
        connection.rollback()

    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("create temp table t (id int4, note text)")
        with cursor.copy("copy t (id, note) from stdin (format binary)") as copy:
            copy.set_types(["int4", "text"])
            for i in range(5000):
                copy.write_row((i, f"note é {i}"))
        with cursor.copy("copy t to stdout") as copy:
            assert sum(1 for _ in copy.rows()) == 5000

    try:
        with connection.cursor().copy("copy t from stdin") as copy:
            copy.write("no number\tx\n")
        raise AssertionError("no error")
    except psycopg.errors.InvalidTextRepresentation:
        connection.rollback()

    with connection.cursor(name="server_side") as cursor:
        cursor.itersize = 500
        cursor.execute("select id from t")
        assert sum(1 for _ in cursor) == 5000
    connection.commit()

    with connection.transaction():
        try:
            with connection.transaction():
                connection.execute("select 1 / 0")
        except psycopg.errors.DivisionByZero:
            pass
        assert connection.execute("select 'after the savepoint'").fetchone()

    seen = []
    connection.add_notice_handler(lambda n: seen.append(n.message_primary))
    connection.execute("do $$ begin raise notice 'seen'; raise debug 'unseen'; end $$")
    assert seen == ["seen"], seen
    connection.commit()

    connection.autocommit = True
    connection.execute("listen channel3")
    connection.execute("select pg_notify('channel3', 'payload')")
    assert next(connection.notifies(timeout=10)).payload == "payload"

# As libpq 18 does by itself in time: the newest protocol, or what the server makes of it, whose keys to cancel are longer.
newest = os.environ["TAP_URL"] + "?max_protocol_version=latest"
with psycopg.connect(newest, application_name="psycopg3-newest", autocommit=True) as connection:
    cancel = threading.Thread(target=connection.cancel_safe)
    connection.add_notice_handler(lambda n: cancel.start())
    try:
        connection.execute("do $$ begin raise notice 'begun'; perform pg_sleep(60); end $$")
        raise AssertionError("not cancelled")
    except psycopg.errors.QueryCanceled:
        cancel.join()
print("done")
