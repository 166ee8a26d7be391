"""What psycopg 2 does through the tap."""

import io
import os
import select

import psycopg2
import psycopg2.extensions

connection = psycopg2.connect(os.environ["TAP_URL"], application_name="psycopg2")
with connection, connection.cursor() as cursor:
    cursor.execute("select %s + %s", (40, 2))
    assert cursor.fetchone() == (42,)
    cursor.execute("create temp table t (id int, note text)")
    lines = "".join(f"{i}\tnote é {i}\n" for i in range(5000))
    cursor.copy_expert("copy t from stdin", io.StringIO(lines))
    assert cursor.rowcount == 5000
    out = io.StringIO()
    cursor.copy_expert("copy (select * from t order by id) to stdout", out)
    assert out.getvalue() == lines
    cursor.executemany("insert into t values (%s, %s)", [(i, "many") for i in range(10)])

with connection, connection.cursor(name="server_side") as cursor:
    cursor.itersize = 1000
    cursor.execute("select id from t")
    assert sum(1 for _ in cursor) == 5010

try:
    with connection, connection.cursor() as cursor:
        cursor.execute("select 1 / 0")
    raise AssertionError("no error")
except psycopg2.errors.DivisionByZero as e:
    assert e.pgcode == "22012"

with connection, connection.cursor() as cursor:
    cursor.execute("do $$ begin raise notice 'seen'; raise debug 'unseen'; end $$")
    assert [n.strip() for n in connection.notices] == ["NOTICE:  seen"], connection.notices

with connection, connection.cursor() as cursor:
    cursor.execute("listen channel2")
    cursor.execute("select pg_notify('channel2', 'payload')")
connection.poll()
if not connection.notifies:
    select.select([connection], [], [], 10)
    connection.poll()
assert connection.notifies[0].payload == "payload"

large = connection.lobject(0, "wb")
large.write(b"\x00\xff" * 100_000)
connection.commit()
again = connection.lobject(large.oid, "rb")
assert again.read() == b"\x00\xff" * 100_000
again.unlink()
connection.commit()
connection.close()
print("done")
