package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rehearse.wiretap.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MissingExtensionIT {

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void of_an_extension_that_is_not_there_an_image_of_the_servers_release_is_named(int version) throws SQLException {
        try (Connection server = Servers.fresh(version).connect("rehearse-test")) {
            assertThat(adviceOn("CREATE EXTENSION vector", server)).contains("pgvector/pgvector:pg" + version);
            assertThat(adviceOn("CREATE EXTENSION nobody_has_it", server)).contains("{ image: ... }");
            assertThat(adviceOn("SELECT 1 / 0", server)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void of_what_an_extension_brings_that_extension_is_named(int version) throws SQLException {
        try (Connection server = Servers.fresh(version).connect("rehearse-test");
                Statement statement = server.createStatement()) {
            statement.execute("CREATE TABLE t (id int, name text)");
            assertThat(partOf("CREATE TABLE u (email public.citext)", server)).endsWith("IF NOT EXISTS \"citext\";");
            assertThat(partOf("SELECT uuid_generate_v4()", server)).endsWith("IF NOT EXISTS \"uuid-ossp\";");
            assertThat(partOf("CREATE INDEX ON t USING gin (name gin_trgm_ops)", server))
                    .endsWith("IF NOT EXISTS \"pg_trgm\";");
            assertThat(partOf("ALTER TABLE t ADD EXCLUDE USING gist (id WITH =)", server))
                    .endsWith("IF NOT EXISTS \"btree_gist\";");
            assertThat(partOf("CREATE TABLE u (place geometry(Point, 4326))", server))
                    .contains("IF NOT EXISTS \"postgis\";", "postgis/postgis:" + version);
            assertThat(partOf("CREATE TABLE u (mood feeling)", server)).isEmpty();
            assertThat(partOf("CREATE INDEX ON t USING gin (name nobodys_ops)", server))
                    .isEmpty();
        }
    }

    private static String adviceOn(String sql, Connection server) throws SQLException {
        return MissingExtension.advice(messageOf(sql, server), server).orElse("");
    }

    private static String partOf(String sql, Connection server) throws SQLException {
        return MissingExtension.adviceOnPart(messageOf(sql, server), server).orElse("");
    }

    private static String messageOf(String sql, Connection server) throws SQLException {
        try (Statement statement = server.createStatement()) {
            return catchThrowableOfType(SQLException.class, () -> statement.execute(sql))
                    .getMessage();
        }
    }
}
