package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every provider that starts a database of ours owes its users. */
abstract class DatabaseProviderContract {

    abstract DatabaseProvider provider();

    abstract int version();

    private TestDatabase start(int standbys, Map<String, String> settings, String templateKey) {
        return provider().start(new DatabaseRequest(version(), standbys, settings, null, templateKey), Progress.SILENT);
    }

    @Test
    void a_server_of_the_asked_major_accepts_connections() throws SQLException {
        long start = System.nanoTime();
        try (TestDatabase database = start(0, Map.of(), null)) {
            System.getLogger("test")
                    .log(System.Logger.Level.INFO, "started after {0} ms", (System.nanoTime() - start) / 1_000_000);
            assertThat(value(database.primary(), "select current_setting('server_version_num')::int / 10000"))
                    .isEqualTo(Integer.toString(version()));
            assertThat(database.isAlive()).isTrue();
            assertThat(database.isLoaded()).isFalse();
        }
    }

    static String value(TestDatabase.Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
