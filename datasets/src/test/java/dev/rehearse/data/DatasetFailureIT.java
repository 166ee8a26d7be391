package dev.rehearse.data;

import static dev.rehearse.data.DatasetIT.query;
import static dev.rehearse.data.DatasetIT.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rehearse.data.DatasetException.Actor;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
                "CREATE TABLE t (id integer PRIMARY KEY, code text NOT NULL CONSTRAINT odd CHECK (md5(code) = code))");

        assertThat(e.actor()).isEqualTo(Actor.PLAN_AUTHOR);
        assertThat(e)
                .hasMessageContaining("column code of table public.t")
                .hasMessageContaining("odd: (md5(code) = code)")
                .hasMessageContaining("rows: { public.t: 0 }");
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
    void more_rows_than_a_key_allows_are_refused_with_the_number_it_allows() throws Exception {
        ConnectionSource database = server.database("failing");
        script(
                database,
                "CREATE TABLE t (id integer PRIMARY KEY, grade smallint NOT NULL UNIQUE CHECK (grade BETWEEN 1 AND 6))");

        DatasetException e = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.fill(database, new DatasetSpec(10, Map.of("t", 7L), 1, 0), FillProgress.SILENT));

        assertThat(e)
                .hasMessageContaining("Table public.t cannot have 7 rows: the unique key t_grade_key (grade) allows 6");
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
    void a_lost_connection_is_the_machines_fault_and_ends_the_filling() throws Exception {
        ConnectionSource database = server.database("failing");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body text)");
        AtomicBoolean killed = new AtomicBoolean();
        FillProgress killer = (what, done, total) -> {
            if (what.equals("loading") && done > 0 && !killed.get()) {
                try {
                    // Between two COPY there is none.
                    killed.set(!query(
                                    database,
                                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'"
                                            + " AND state = 'active'")
                            .isEmpty());
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };

        DatasetException e = catchThrowableOfType(
                DatasetException.class, () -> Dataset.fill(database, DatasetSpec.of(5_000_000, 1), killer));

        assertThat(e.actor()).isEqualTo(Actor.MACHINE);
        assertThat(e).hasMessageContaining("filling table public.t").hasMessageContaining("make it anew");
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
