package dev.rehearse.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a database says it has of scripts, by the books of tools that Rehearse does not run. */
class ScriptHistoryIT {

    @TempDir
    private Path folder;

    private List<String> applied(List<String> names, String... history) throws IOException, SQLException {
        for (String name : names) {
            Path script = folder.resolve(name);
            Files.createDirectories(script.getParent());
            Files.writeString(script, "SELECT 1;");
        }
        try (Connection connection = TestServers.freshDatabase().connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            for (String sql : history) {
                statement.execute(sql);
            }
            return FoundScripts.at(folder, "").orElseThrow().applied(connection);
        }
    }

    @Test
    void of_goose_what_it_took_back_is_not_applied() throws Exception {
        assertThat(
                        applied(
                                List.of("00001_a.sql", "00002_b.sql", "00010_c.sql"),
                                "CREATE TABLE goose_db_version (id int GENERATED ALWAYS AS IDENTITY, version_id bigint, is_applied boolean)",
                                "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (10, true), (10, false)"))
                .containsExactly("00001_a.sql", "00002_b.sql");
    }

    @Test
    void diesels_versions_are_the_digits_of_its_folders() throws Exception {
        assertThat(applied(
                        List.of(
                                "2024-01-01-000000_first/up.sql",
                                "2025-02-01-000000-0000_second/up.sql",
                                "2025-02-01-000000-0001_third/up.sql"),
                        "CREATE TABLE __diesel_schema_migrations (version varchar(50), run_on timestamp)",
                        "INSERT INTO __diesel_schema_migrations VALUES ('20240101000000'), ('202502010000000000')"))
                .containsExactly("2024-01-01-000000_first", "2025-02-01-000000-0000_second");
    }

    @Test
    void sql_migrate_has_their_names() throws Exception {
        assertThat(applied(
                        List.of("1_a.sql", "2_b.sql"),
                        "CREATE TABLE gorp_migrations (id text, applied_at timestamptz)",
                        "INSERT INTO gorp_migrations VALUES ('1_a.sql')"))
                .containsExactly("1_a.sql");
    }

    @Test
    void sqlx_has_their_numbers_and_which_failed() throws Exception {
        assertThat(applied(
                        List.of("20260101_a.up.sql", "20260102_b.up.sql", "20260103_c.up.sql"),
                        "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text, success boolean)",
                        "INSERT INTO _sqlx_migrations VALUES (20260101, 'a', true), (20260102, 'b', false)"))
                .containsExactly("20260101_a.up.sql");
    }

    @Test
    void a_database_without_such_books_does_not_tell() {
        assertThatThrownBy(() -> applied(List.of("1_a.sql")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("_sqlx_migrations, goose_db_version, gorp_migrations")
                .hasMessageContaining("as --from");
    }
}
