package dev.rehearse.data.fill;

import static dev.rehearse.data.fill.DatasetIT.query;
import static dev.rehearse.data.fill.DatasetIT.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rehearse.data.AskedOnce;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetException.Actor;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.Part;
import dev.rehearse.data.Refused;
import dev.rehearse.data.ScratchServer;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.load.Streams;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DatasetFailureIT {

    private static ScratchServer server;

    @BeforeAll
    static void start() {
        server = ScratchServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void no_thread_is_left() {
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("rehearse-data"))
                .isEmpty();
    }

    @Test
    void a_check_that_no_value_satisfies_is_named_with_its_table_and_column() throws Exception {
        DatasetException e = failure(
                "CREATE TABLE t (id integer PRIMARY KEY, code text NOT NULL CONSTRAINT odd CHECK (md5(code) = code), n integer NOT NULL,"
                        + " CONSTRAINT twice CHECK (n = n + 1)); CREATE TABLE child (t_id integer REFERENCES t);"
                        + " CREATE TABLE u (a integer NOT NULL, b integer NOT NULL, CONSTRAINT thrice CHECK (a = b AND a % 2 = 0 AND b % 2 = 1));"
                        + " CREATE TABLE g (id integer PRIMARY KEY, twice integer GENERATED ALWAYS AS (id * 2) STORED UNIQUE);"
                        + " CREATE TABLE g_ref (n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED CONSTRAINT of_computed REFERENCES g (twice));"
                        + " CREATE TABLE h (id integer PRIMARY KEY) PARTITION BY HASH (id);"
                        + " CREATE TABLE h_0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                        + " CREATE TABLE h_1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
                        + " CREATE TABLE h_ref (id integer CONSTRAINT to_hashed REFERENCES h_0)");

        assertThat(e.actor()).isEqualTo(Actor.PLAN_AUTHOR);
        assertThat(e)
                .hasMessageContaining("column code of table public.t")
                .hasMessageContaining("odd: (md5(code) = code)")
                .hasMessageContaining("twice: (n = (n + 1))")
                .hasMessageContaining("rows: { public.t: 0 }")
                .hasMessageContaining("of table public.u")
                .hasMessageContaining("of_computed of table public.g_ref")
                .hasMessageContaining("to_hashed of table public.h_ref")
                .hasMessageNotContaining("child");
    }

    @Test
    void bounds_that_contradict_each_other_are_named() throws Exception {
        DatasetException e = failure("CREATE TABLE t (n integer NOT NULL CHECK (n > 10), CHECK (n < 5))");

        assertThat(e.actor()).isEqualTo(Actor.PLAN_AUTHOR);
        assertThat(e)
                .hasMessageContaining(
                        "Column n (integer) of table public.t cannot be filled: its constraints leave no value");
    }

    @Test
    void a_foreign_key_in_a_circle_that_finds_nothing_to_refer_to_is_named() throws Exception {
        DatasetException e = failure("CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL,"
                + " code text UNIQUE CHECK (code IS NULL OR md5(code) = code));"
                + " CREATE TABLE b (id integer PRIMARY KEY, code text NOT NULL REFERENCES a (code));"
                + " ALTER TABLE a ADD CONSTRAINT to_nothing FOREIGN KEY (b) REFERENCES b;"
                + " CREATE TABLE s (code text UNIQUE CHECK (code IS NULL OR md5(code) = code),"
                + " up text NOT NULL CONSTRAINT to_null REFERENCES s (code))");

        assertThat(e.actor()).isEqualTo(Actor.PLAN_AUTHOR);
        assertThat(e)
                .hasMessageContaining("to_nothing of table public.a (b) must refer to a row")
                .hasMessageContaining("to_null of table public.s (up) must refer to a row");
    }

    @Test
    void more_rows_than_a_key_allows_are_refused_with_the_number_it_allows() throws Exception {
        ConnectionSource database = server.database("failing");
        script(
                database,
                "CREATE TABLE t (id integer PRIMARY KEY, grade smallint NOT NULL UNIQUE CHECK (grade BETWEEN 1 AND 6))");

        DatasetException e = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.fill(database, new DatasetSpec(10, Map.of("t", 7L), 1, 0), FillProgress.SILENT));

        assertThat(e)
                .hasMessageContaining("Table public.t cannot have 7 rows: the unique key t_grade_key (grade) with "
                        + "t_grade_check: ((grade >= 1) AND (grade <= 6)), allows 6");
        assertThat(Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT)
                        .rows())
                .isEqualTo(6);
    }

    @Test
    void a_table_behind_an_empty_one_cannot_have_rows() throws Exception {
        ConnectionSource database = server.database("failing");
        script(
                database,
                "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a_id integer NOT NULL REFERENCES a)");

        DatasetException e = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.fill(database, new DatasetSpec(10, Map.of("a", 0L, "b", 5L), 1, 0), FillProgress.SILENT));

        assertThat(e)
                .hasMessageContaining("foreign key b_a_id_fkey to public.a, where no row can be referred to, allows 0");
    }

    @Test
    void a_check_that_forbids_every_row_to_refer_to_is_named() throws Exception {
        ConnectionSource database = server.database("failing");
        script(
                database,
                "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a_id integer NOT NULL REFERENCES a CONSTRAINT below CHECK (a_id < 0));"
                        + " CREATE TABLE c (a_id integer REFERENCES a CONSTRAINT under CHECK (a_id < 0))");

        DatasetException e = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.fill(database, new DatasetSpec(10, Map.of("b", 5L), 1, 0), FillProgress.SILENT));

        assertThat(e)
                .hasMessageContaining("foreign key b_a_id_fkey to public.a, where no row has a key that satisfies "
                        + "below: (a_id < 0), allows 0");
        assertThat(Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT)
                        .refused())
                .extracting(Refused::why)
                .contains(
                        "Foreign key c_a_id_fkey of table public.c is NULL in all rows: no row of public.a has a key that"
                                + " satisfies under: (a_id < 0).");
    }

    @Test
    void a_server_that_ends_every_session_is_the_machines_fault_and_ends_the_filling() throws Exception {
        ConnectionSource database = server.database("failing");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body text)");

        DatasetException e = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.fill(database, DatasetSpec.of(5_000_000, 1), endingEverySession(database)));

        assertThat(e.actor()).isEqualTo(Actor.MACHINE);
        assertThat(e).hasMessageContaining("filling table public.t").hasMessageContaining("make it anew");
        assertThat(catchThrowableOfType(
                        DatasetException.class,
                        () -> Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT)))
                .hasMessageContaining("the database is not whole");
        assertThat(catchThrowableOfType(
                        DatasetException.class,
                        () -> Dataset.fill(database, DatasetSpec.of(5_000_000, 1), Part.WHOLE, FillProgress.SILENT)))
                .hasMessageContaining("Part 1/1 was begun before");
    }

    @Test
    void a_session_that_is_ended_while_the_data_is_planned_leaves_a_database_that_can_be_filled() throws Exception {
        ConnectionSource database = server.database("unplanned");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body text CHECK (body <> reverse(body)))");

        DatasetException e = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.fill(
                        database, DatasetSpec.of(10, 1), endingEverySession(database, "planning the data", 0)));

        assertThat(e.actor()).isEqualTo(Actor.MACHINE);
        assertThat(e).hasMessageEndingWith("This had loaded nothing yet.");
        assertThat(Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT)
                        .rows())
                .isEqualTo(10);
    }

    /** Once the rows are being loaded. */
    static FillProgress endingEverySession(ConnectionSource database) {
        return endingEverySession(database, "loading", 1);
    }

    private static FillProgress endingEverySession(ConnectionSource database, String step, long rows) {
        return (what, done, total) -> {
            if (what.equals(step) && done >= rows) {
                queryUnchecked(
                        database,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE application_name = 'rehearse-data' AND datname = current_database()");
            }
        };
    }

    @Test
    void what_a_lost_connection_had_not_committed_is_sent_again_and_nothing_twice() throws Exception {
        ConnectionSource database = server.database("resumed");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body varchar(30))");
        DatasetSpec spec = new DatasetSpec(300_000, Map.of(), 1, 0.1);
        CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> endOneCopy(database));

        FilledDataset filled = Dataset.fill(database, spec, Part.WHOLE, FillProgress.SILENT);

        killer.get(1, TimeUnit.MINUTES);
        FilledTable table = filled.tables().get(0);
        assertThat(filled.notes()).anyMatch(note -> note.contains("1 transactions were done again"));
        assertThat(query(database, "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || max(id) FROM t"))
                .containsExactly("300000 300000 300000");
        assertThat(query(database, "SELECT count(*) FROM t WHERE body = ''"))
                .containsExactly(
                        String.valueOf(table.columns().get(0).edgeCases().get("empty")));
        assertThat(table.loaded()).isEqualTo(300_000);
        assertThat(table.bytes()).isEqualTo(filled.bytes());
        script(
                database,
                "CREATE TABLE undisturbed (LIKE t INCLUDING ALL); DROP TABLE t; ALTER TABLE undisturbed RENAME TO t");
        assertThat(Dataset.fill(database, spec, FillProgress.SILENT).bytes()).isEqualTo(filled.bytes());
    }

    private static void endOneCopy(ConnectionSource database) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (queryUnchecked(
                        database,
                        "SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'"
                                + " AND datname = current_database() AND pg_terminate_backend(pid) LIMIT 1")
                .isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no COPY was seen");
            }
        }
    }

    static List<String> queryUnchecked(ConnectionSource database, String sql) {
        try {
            return query(database, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void two_rows_with_one_key_are_named_with_table_and_column_though_the_key_was_set_aside() throws Exception {
        ConnectionSource database = server.database("clash");
        script(database, "CREATE TABLE t (id integer, body text, CONSTRAINT only_once PRIMARY KEY (id))");
        FillProgress intruder = (what, done, total) -> {
            if (what.equals("building indexes") && done > 0) {
                queryUnchecked(database, "INSERT INTO t SELECT * FROM t WHERE id = 77 RETURNING id");
            }
        };

        DatasetException e = catchThrowableOfType(
                DatasetException.class, () -> Dataset.fill(database, DatasetSpec.of(60_000, 1), Part.WHOLE, intruder));

        assertThat(e)
                .hasMessageContaining("putting back index public.only_once (id) of table public.t")
                .hasMessageContaining("Key (id)=(77) is duplicated")
                .hasMessageContaining("23505");
        assertThat(query(database, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'only_once'::regclass"))
                .containsExactly("f");
        try (Connection connection = database.open()) {
            assertThat(Dataset.isUnfinished(connection)).isTrue();
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void a_failure_ends_the_statements_of_the_other_threads() throws Exception {
        ConnectionSource database = server.database("failing");
        AtomicInteger threads = new AtomicInteger();

        IllegalStateException e = catchThrowableOfType(
                IllegalStateException.class,
                () -> Streams.run(database, 2, "testing", connection -> {
                    if (threads.incrementAndGet() == 1) {
                        Sql.execute(connection, "SELECT pg_sleep(3600)");
                        return false;
                    }
                    while (query(database, "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'")
                            .isEmpty()) {
                        Thread.onSpinWait();
                    }
                    throw new IllegalStateException("the first");
                }));

        assertThat(e).hasMessage("the first");
        assertThat(e.getSuppressed()).singleElement().asString().contains("57014");
    }

    @Test
    void an_interrupt_ends_the_filling() throws Exception {
        ConnectionSource database = server.database("failing");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body text)");
        Thread caller = Thread.currentThread();
        FillProgress interrupter = (what, done, total) -> {
            if (what.equals("loading") && done > 0) {
                caller.interrupt();
            }
        };

        DatasetException e = catchThrowableOfType(
                DatasetException.class, () -> Dataset.fill(database, DatasetSpec.of(5_000_000, 1), interrupter));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(e).hasMessageContaining("Interrupted while loading the rows");
    }

    @Test
    void an_interrupt_while_the_data_is_planned_leaves_the_database_as_it_was() throws Exception {
        ConnectionSource database = server.database("failing");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body text)");
        Thread caller = Thread.currentThread();
        FillProgress interrupter = (what, done, total) -> {
            if (what.equals("planning the data")) {
                caller.interrupt();
            }
        };

        DatasetException e = catchThrowableOfType(
                DatasetException.class, () -> Dataset.fill(database, DatasetSpec.of(1_000, 1), interrupter));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(e).hasMessageContaining("Interrupted while the data was planned. Nothing was loaded");
        assertThat(Dataset.fill(database, DatasetSpec.of(500, 1), FillProgress.SILENT)
                        .rows())
                .isEqualTo(500);
    }

    @Test
    @AskedOnce
    void a_lock_that_somebody_holds_is_waited_for_no_longer_than_its_deadline() throws Exception {
        ConnectionSource database = server.database("failing");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY)");
        try (Connection blocker = database.open();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN SHARE MODE");

            DatasetException e = catchThrowableOfType(
                    DatasetException.class, () -> Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT));

            assertThat(e.actor()).isEqualTo(Actor.MACHINE);
            assertThat(e).hasMessageContaining("public.t").hasMessageContaining("55P03");
        }
    }

    @Test
    @AskedOnce
    void a_long_statement_is_reported_at_least_once_a_second() throws Exception {
        ConnectionSource database = server.database("failing");
        script(database, """
                CREATE TABLE t (id integer PRIMARY KEY);
                CREATE MATERIALIZED VIEW slow AS SELECT pg_sleep(CASE WHEN count(*) > 0 THEN 3 ELSE 0 END)::text FROM t""");
        AtomicInteger reports = new AtomicInteger();

        Dataset.fill(database, DatasetSpec.of(10, 1), (what, done, total) -> {
            if (what.equals("refreshing materialized views") && done == 10 && total == 10) {
                reports.incrementAndGet();
            }
        });

        assertThat(reports.get()).isGreaterThanOrEqualTo(3);
    }

    private static DatasetException failure(String schema) throws SQLException {
        ConnectionSource database = server.database("failing");
        script(database, schema);
        return catchThrowableOfType(
                DatasetException.class, () -> Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT));
    }
}
