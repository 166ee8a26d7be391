package dev.rehearse.database.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseProviderContract;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.database.server.Startup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database behind PgBouncer. Where that is not installed these are skipped; if REHEARSE_TEST_CLIENTS is "required", they fail instead. */
class PoolerIT {

    private static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");

    @TempDir
    private Path folder;

    @BeforeEach
    void pgbouncer_is_there() {
        boolean there = Files.isExecutable(PGBOUNCER);
        assertThat(there || !"required".equals(System.getenv("REHEARSE_TEST_CLIENTS")))
                .as("REHEARSE_TEST_CLIENTS is \"required\", and there is no " + PGBOUNCER)
                .isTrue();
        assumeTrue(there, "there is no " + PGBOUNCER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction", "statement"})
    void it_is_refused_with_a_word_and_keeps_no_session_of_ours(String mode) throws Exception {
        TestDatabase.Server server = TestServers.freshDatabase();
        int port = Startup.freePort();
        Process pooler = start(server, port, mode);
        try {
            TestDatabase.Server pooled = new TestDatabase.Server(
                    server.name(), "127.0.0.1", port, server.database(), server.user(), server.password());
            DatabaseProviderContract.eventually("PgBouncer to answer", () -> answers(pooled));
            DatabaseProvider provider = DatabaseProviders.external(
                    pooled.jdbcUrl() + "?user=" + pooled.user() + "&password=" + pooled.password());

            assertThatThrownBy(() ->
                            provider.start(new DatabaseRequest(18, 0, Map.of(), null, "some-key"), Progress.SILENT))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("a pooler such as PgBouncer")
                    .hasMessageContaining("name the server's own host and port");
            DatabaseProviderContract.eventually(
                    "the server to have no session of the pooler's", () -> hasNoOtherSession(server));
        } finally {
            pooler.destroy();
            assertThat(pooler.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean hasNoOtherSession(TestDatabase.Server server) {
        try {
            return DatabaseProviderContract.value(
                            server,
                            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
                    .equals("0");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean answers(TestDatabase.Server pooled) {
        try {
            return DatabaseProviderContract.value(pooled, "select 1").equals("1");
        } catch (SQLException notYet) {
            return false;
        }
    }

    private Process start(TestDatabase.Server server, int port, String mode) throws IOException {
        Path settings = folder.resolve("pgbouncer.ini");
        Files.writeString(settings, """
                [databases]
                %1$s = host=%2$s port=%3$d user=%4$s password='%5$s'
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %6$d
                unix_socket_dir =
                auth_type = any
                ignore_startup_parameters = extra_float_digits
                pool_mode = %7$s
                """.formatted(
                        server.database(), server.host(), server.port(), server.user(), server.password(), port, mode));
        List<String> command = new ArrayList<>(List.of(PGBOUNCER.toString(), "-q", settings.toString()));
        if (System.getProperty("user.name").equals("root")) {
            // It refuses to stay root, and reads its settings before.
            command.addAll(1, List.of("-u", "nobody"));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }
}
