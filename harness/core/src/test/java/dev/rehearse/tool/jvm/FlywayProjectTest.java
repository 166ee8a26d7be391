package dev.rehearse.tool.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlywayProjectTest {

    @TempDir
    Path folder;

    private List<String> ids(Map<String, String> environment) {
        return project(environment).tool().migrations(project(environment)).stream()
                .map(ToolMigration::id)
                .toList();
    }

    private ToolProject project(Map<String, String> environment) {
        return new ToolProject(new Flyway(), folder, environment, null);
    }

    private void file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }

    @Test
    void migrations_are_in_the_order_of_their_versions_and_repeatable_ones_come_last() throws IOException {
        file("flyway.toml", "[flyway]", "locations = [\"filesystem:sql\"]");
        for (String name : List.of(
                "V10__ten.sql",
                "V9__nine.sql",
                "V1_10__b.sql",
                "deep/V1.2__a.sql",
                "R__views.sql",
                "R__a.sql",
                "V3.sql")) {
            file("sql/" + name, "select 1;");
        }
        for (String name : List.of("U9__nine.sql", "V10__ten.sql.conf", "notes.sql", "Vx__x.sql", "R.sql")) {
            file("sql/" + name, "select 1;");
        }

        assertThat(ids(Map.of()))
                .containsExactly("V1.2__a", "V1_10__b", "V3", "V9__nine", "V10__ten", "R__a", "R__views");
    }

    @Test
    void settings_come_from_toml_with_arrays_over_lines_and_comments() throws IOException {
        file(
                "flyway.toml",
                "# a project",
                "[environments.prod]",
                "url = \"jdbc:postgresql://prod/shop\"",
                "schemas = [ \"shop\" ]",
                "[flyway]",
                "environment = \"prod\" # \"not this\"",
                "locations = [ # two",
                "  \"filesystem:one\",",
                "  'filesystem:two',",
                "] # \"filesystem:three\"",
                "sqlMigrationPrefix = \"M\"",
                "[flyway.postgresql.transactional]",
                "lock = false");
        file("one/M1__one.sql", "select 1;");
        file("two/M2__two.sql", "select 1;");
        file("three/M3__three.sql", "select 1;");

        assertThat(ids(Map.of())).containsExactly("M1__one", "M2__two");
        assertThat(new Flyway().historyTables(project(Map.of()))).containsExactly("shop.flyway_schema_history");
    }

    @Test
    void settings_come_from_the_older_format_and_variables_win() throws IOException {
        file("flyway.conf", "flyway.locations=filesystem:one, filesystem:two", "flyway.table=history");
        file("one/V1__one.sql", "select 1;");
        file("two/V2__two.sql", "select 1;");

        assertThat(ids(Map.of())).containsExactly("V1__one", "V2__two");
        assertThat(ids(Map.of("FLYWAY_LOCATIONS", "filesystem:two"))).containsExactly("V2__two");
        assertThat(new Flyway().historyTables(project(Map.of("FLYWAY_DEFAULT_SCHEMA", "shop"))))
                .containsExactly("shop.history");
    }

    @Test
    void a_location_with_wildcards_is_refused() throws IOException {
        file("flyway.toml", "flyway.locations = [\"filesystem:db/*/sql\"]");

        assertThatThrownBy(() -> ids(Map.of()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("db/*/sql");
    }

    @Test
    void a_folder_with_flyways_settings_is_its_project() throws IOException {
        assertThat(new Flyway().detect(folder)).isFalse();

        file("flyway.toml", "[flyway]");

        assertThat(new Flyway().detect(folder)).isTrue();
    }
}
