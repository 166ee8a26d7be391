package dev.rehearse.workload.blocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.plan.Blocker;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.workload.LoadedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each blocker really stands in the way, from before the migration to its time and no longer. */
class BlockersIT {

    private static final Duration HOLDS = Duration.ofMillis(500);
    private static LoadedServer shop;

    @BeforeAll
    static void start() throws SQLException {
        shop = new LoadedServer(
                18,
                "CREATE TABLE orders (id int PRIMARY KEY, total int)",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "INSERT INTO orders SELECT i, i FROM generate_series(1, 100000) i",
                "INSERT INTO other SELECT i FROM generate_series(1, 100) i",
                "ANALYZE");
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    /** What the blocker must hold up, and so what waits until its time is over. */
    private static String victim(Blocker.Kind kind) {
        return switch (kind) {
            case LONG_READER, IDLE_IN_TRANSACTION, OPEN_WRITER, PG_DUMP ->
                "ALTER TABLE orders ADD COLUMN IF NOT EXISTS extra int";
            case SNAPSHOT, VACUUM -> "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_total ON orders (total)";
        };
    }

    @ParameterizedTest
    @Alone
    @EnumSource(Blocker.Kind.class)
    void it_holds_the_migration_up_for_its_time(Blocker.Kind kind) throws Exception {
        OnceInThree.holds(() -> holdsUpForItsTime(kind));
    }

    private static void holdsUpForItsTime(Blocker.Kind kind) throws Exception {
        shop.execute("ALTER TABLE orders DROP COLUMN IF EXISTS extra", "DROP INDEX IF EXISTS orders_total");
        String table = kind == Blocker.Kind.SNAPSHOT ? "other" : kind == Blocker.Kind.PG_DUMP ? null : "orders";
        try (Blockers blockers = Blockers.start(List.of(new Blocker(kind, table, HOLDS)), shop.server, shop.clock)) {
            blockers.awaitInPlace(LoadedServer.DRAIN);
            assertThat(shop.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rehearse-blocker-1-"
                            + kind.label() + "'"))
                    .isEqualTo("1");
            shop.runFor(Duration.ofMillis(100));
            // From before its time begins, a stall only makes it longer.
            long start = shop.clock.micros();
            blockers.migrationStarted();
            shop.execute(victim(kind));
            long took = shop.clock.micros() - start;
            LoadedServer.await("the blocker to end", () -> ended(blockers));

            BlockerFact fact = blockers.facts().get(0);
            OnceInThree.always(() -> {
                assertThat(fact.diedEarly()).isFalse();
                assertThat(fact.error()).isNull();
                assertThat(fact.startMicros()).isLessThan(start - 100_000);
                assertThat(took / 1_000).isGreaterThanOrEqualTo(480);
                assertThat((fact.endMicros() - start) / 1_000).isGreaterThanOrEqualTo(480);
            });
            assertThat((fact.endMicros() - start) / 1_000).isLessThanOrEqualTo(700);
        }
    }

    /** The end of one that is still there moves on. */
    private static boolean ended(Blockers blockers) {
        long end = blockers.facts().get(0).endMicros();
        try {
            shop.runFor(Duration.ofMillis(5));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return end == blockers.facts().get(0).endMicros();
    }

    @ParameterizedTest
    @EnumSource(Blocker.Kind.class)
    void one_that_is_killed_says_so(Blocker.Kind kind) throws Exception {
        String table = kind == Blocker.Kind.PG_DUMP ? null : "orders";
        try (Blockers blockers =
                Blockers.start(List.of(new Blocker(kind, table, Duration.ofMinutes(5))), shop.server, shop.clock)) {
            blockers.awaitInPlace(LoadedServer.DRAIN);
            blockers.migrationStarted();
            shop.execute(
                    "SELECT pg_terminate_backend(" + blockers.facts().get(0).pid() + ")");
            LoadedServer.await(
                    "the death to be noticed", () -> blockers.facts().get(0).diedEarly());

            assertThat(blockers.facts().get(0).error()).isNotNull();
        }
    }

    /** Tables that a writer finds nothing to write in. */
    @ParameterizedTest
    @ValueSource(strings = {"empty", "numbered", "taken"})
    void an_open_writer_stands_in_the_way_whatever_the_table_holds(String table) throws Exception {
        shop.execute(
                "CREATE TABLE IF NOT EXISTS empty (id int)",
                "CREATE TABLE IF NOT EXISTS numbered (id int GENERATED ALWAYS AS IDENTITY)",
                "CREATE TABLE IF NOT EXISTS taken AS SELECT 1 AS id");
        try (Connection other = shop.server.connect("rehearse-test");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE taken SET id = 2");
            Blocker blocker = new Blocker(Blocker.Kind.OPEN_WRITER, table, HOLDS);
            try (Blockers blockers = Blockers.start(List.of(blocker), shop.server, shop.clock)) {
                blockers.awaitInPlace(LoadedServer.DRAIN);
                // From before its time begins, a stall only makes it longer.
                long start = shop.clock.micros();
                blockers.migrationStarted();
                other.rollback();
                shop.execute("ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS extra int");

                assertThat((shop.clock.micros() - start) / 1_000).isBetween(480L, 60_000L);
            }
        }
    }

    @Test
    void closing_ends_them_all_at_once() throws Exception {
        List<Blocker> all = List.of(
                new Blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofMinutes(5)),
                new Blocker(Blocker.Kind.PG_DUMP, null, Duration.ofMinutes(5)),
                new Blocker(Blocker.Kind.VACUUM, "other", Duration.ofMinutes(5)),
                new Blocker(Blocker.Kind.OPEN_WRITER, "orders", Duration.ofMinutes(5)));
        Blockers blockers = Blockers.start(all, shop.server, shop.clock);
        blockers.awaitInPlace(LoadedServer.DRAIN);
        blockers.migrationStarted();

        assertClosesAtOnce(blockers);

        assertThat(blockers.facts()).hasSize(4).noneMatch(BlockerFact::diedEarly);
        LoadedServer.await("their sessions to be gone", BlockersIT::noneLeft);
    }

    /** What it is to be held up in begins only when it was told to end. */
    @Test
    void closing_ends_one_that_is_on_its_way_into_place() throws Exception {
        List<Blocker> reader = List.of(new Blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofMinutes(5)));

        assertClosesAtOnce(Blockers.start(reader, shop.server, shop.clock));

        LoadedServer.await("its session to be gone", BlockersIT::noneLeft);
    }

    private static void assertClosesAtOnce(Blockers blockers) {
        long before = shop.clock.micros();
        blockers.close();
        assertThat(shop.clock.micros() - before)
                .as("none had to be cut off after its last moments, which are 5 s")
                .isLessThan(4_900_000);
    }

    private static boolean noneLeft() {
        try {
            return shop.value("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'rehearse-blocker-%'")
                    .equals("0");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void one_that_cannot_get_in_place_is_an_error_with_its_reason() throws Exception {
        try (Connection owner = shop.server.connect("rehearse-test");
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("LOCK TABLE orders");
            try (Blockers blockers = Blockers.start(
                    List.of(new Blocker(Blocker.Kind.OPEN_WRITER, "orders", HOLDS)), shop.server, shop.clock)) {
                assertThatThrownBy(() -> blockers.awaitInPlace(Duration.ofMillis(300)))
                        .isInstanceOf(EnvironmentException.class)
                        .hasMessageContaining("openWriter");
                assertClosesAtOnce(blockers);
            }
        }
    }

    @Test
    void a_table_that_is_not_there_is_the_authors_error() {
        assertThatThrownBy(() -> Blockers.start(
                        List.of(new Blocker(Blocker.Kind.LONG_READER, "order", HOLDS)), shop.server, shop.clock))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"orders\"?")
                .hasMessageContaining("orders, other");
    }
}
