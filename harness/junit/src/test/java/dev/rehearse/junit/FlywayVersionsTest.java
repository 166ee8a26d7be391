package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.junit.FlywayVersions.Step;
import dev.rehearse.tool.jvm.FlywayNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlywayVersionsTest {

    @TempDir
    Path folder;

    @Test
    void versions_are_ordered_as_numbers_part_by_part() throws IOException {
        FlywayVersions versions =
                versions("V10__c.sql", "V2__b.sql", "V2_1__b2.sql", "V1__a.sql", "U2__b.sql", "R__v.sql");

        assertThat(versions.files().keySet()).containsExactly("1", "2", "2.1", "10");
    }

    @Test
    void files_are_called_as_the_projects_settings_say() throws IOException {
        versions("V1__usual.sql", "R__v.sql");
        for (String name : List.of("2-b.pgsql", "10-add_a_channel.pgsql")) {
            Files.createFile(folder.resolve(name));
        }
        FlywayVersions versions = FlywayVersions.in(
                List.of(folder),
                FlywayNames.of(Map.of(
                        "sqlMigrationPrefix", "", "sqlMigrationSeparator", "-", "sqlMigrationSuffixes", ".pgsql")));

        assertThat(versions.files().keySet()).containsExactly("2", "10");
        assertThat(versions.name(versions.step("", ""))).isEqualTo("V10 add a channel");
    }

    @Test
    void without_versions_it_is_the_newest_migration() throws IOException {
        FlywayVersions versions = versions("V1__a.sql", "V2__b.sql", "V10__add_a_channel.sql");

        assertThat(versions.step("", "")).isEqualTo(new Step("2", "10"));
        assertThat(versions.step("", "2")).isEqualTo(new Step("1", "2"));
        assertThat(versions.name(versions.step("", ""))).isEqualTo("V10 add a channel");
    }

    @Test
    void several_versions_are_one_step_with_each_known_by_its_script() throws IOException {
        FlywayVersions versions = versions("V1__a.sql", "V2__b.sql", "V10__c.sql");

        assertThat(versions.step("1", "10")).isEqualTo(new Step("1", "10"));
        assertThat(versions.name(new Step("1", "10"))).isEqualTo("V2 to V10");
        assertThat(versions.pending("1", "10"))
                .containsExactly(new Pending("V2__b.sql", "V2 b"), new Pending("V10__c.sql", "V10 c"));
        assertThat(versions.pending(null, "2")).extracting(Pending::name).containsExactly("V1 a", "V2 b");
    }

    @Test
    void a_migration_without_a_description_has_its_version_for_a_name() throws IOException {
        FlywayVersions versions = versions("V6.1__a.sql", "V6.2.sql");

        assertThat(versions.name(versions.step("", ""))).isEqualTo("V6.2");
    }

    @Test
    void a_version_that_is_not_there_is_refused_with_those_that_are() throws IOException {
        FlywayVersions versions = versions("V1__a.sql", "V2__b.sql");

        assertThatThrownBy(() -> versions.step("1", "7"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no migration of version 7")
                .hasMessageContaining("Its versions are 1, 2.");
        assertThatThrownBy(() -> versions.step("2", "2"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no way forward");
    }

    @Test
    void a_folder_without_migrations_is_refused() {
        assertThatThrownBy(() -> FlywayVersions.in(List.of(folder), FlywayNames.USUAL))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("nothing to rehearse");
    }

    private FlywayVersions versions(String... names) throws IOException {
        for (String name : names) {
            Files.writeString(folder.resolve(name), "select 1;");
        }
        return FlywayVersions.in(List.of(folder), FlywayNames.USUAL);
    }
}
