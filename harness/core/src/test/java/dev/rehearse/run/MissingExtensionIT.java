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

    private static String adviceOn(String sql, Connection server) throws SQLException {
        try (Statement statement = server.createStatement()) {
            SQLException e = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
            return MissingExtension.advice(e.getMessage(), server).orElse("");
        }
    }
}
