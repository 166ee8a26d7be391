package dev.rehearse.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.Overrides;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RehearsalFile;
import dev.rehearse.plan.SqlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectInitTest {

    private static final String DBMATE = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n";

    @TempDir
    private Path folder;

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void dbmate(String... names) throws IOException {
        for (String name : names) {
            file("db/migrations/" + name + ".sql", DBMATE);
        }
    }

    private ProjectInit.Written init(@Nullable String from) {
        return ProjectInit.write(folder, from, null, true);
    }

    private Rehearsal plan() {
        return RehearsalFile.read(folder, Overrides.NONE);
    }

    @Test
    void without_a_baseline_the_last_migration_is_pending_and_the_plan_can_be_read() throws IOException {
        dbmate("1_a", "2_b", "3_c");

        ProjectInit.Written written = init(null);

        assertThat(written.tool()).isEqualTo("dbmate");
        assertThat(written.baseline()).isEqualTo("2_b");
        assertThat(written.pending()).containsExactly("3_c");
        assertThat(written.notes()).anyMatch(note -> note.contains("--from"));
        Migration migration = plan().migration();
        assertThat(migration.tool()).isEqualTo(Migration.Tool.PROJECT);
        assertThat(migration.project()).isNotNull().satisfies(project -> {
            assertThat(project.tool()).isEqualTo("dbmate");
            assertThat(project.from()).isEqualTo("2_b");
            assertThat(project.folder()).isEqualTo(folder);
        });
    }

    @Test
    void a_migration_or_a_part_of_its_name_is_a_baseline() throws IOException {
        dbmate("1_a", "2_b", "3_c");

        assertThat(init("1_a").pending()).containsExactly("2_b", "3_c");
        assertThat(init("_b").pending()).containsExactly("3_c");
        assertThatThrownBy(() -> init("_"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("a part of 3 migrations");
        assertThatThrownBy(() -> init("3_c"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Nothing is pending");
    }

    @Test
    void a_git_ref_is_a_baseline_and_one_merged_late_is_told() throws Exception {
        dbmate("1_a", "3_c");
        git("init", "-q", ".");
        git("add", ".");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first");
        git("tag", "v1");
        dbmate("2_b", "4_d");

        ProjectInit.Written written = init("v1");

        assertThat(written.baseline()).isEqualTo("1_a");
        assertThat(written.pending()).containsExactly("2_b", "3_c", "4_d");
        assertThat(written.notes()).anyMatch(note -> note.startsWith("production has 3_c, too"));
        assertThatThrownBy(() -> init("v2"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no git ref");
    }

    @Test
    void of_a_folder_deep_in_a_repository_only_its_own_files_count() throws Exception {
        file("README", "x");
        git("init", "-q", ".");
        git("add", ".");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "before the shop");
        git("tag", "v0");
        file("apps/shop/db/migrations/1_a.sql", DBMATE);
        git("add", ".");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "the shop");
        git("tag", "v1");
        file("apps/shop/db/migrations/2_b.sql", DBMATE);
        Path shop = folder.resolve("apps/shop");

        assertThat(ProjectInit.write(shop, "v1", null, true).pending()).containsExactly("2_b");
        ProjectInit.Written fromNothing = ProjectInit.write(shop, "v0", null, true);
        assertThat(fromNothing.pending()).containsExactly("1_a", "2_b");
        assertThat(fromNothing.baseline()).isNull();
        assertThat(fromNothing.notes()).anyMatch(note -> note.startsWith("dbmate finds no migrations in commit"));
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(output).isZero();
    }

    @Test
    void a_plan_that_is_there_is_kept_unless_forced() throws IOException {
        dbmate("1_a");
        file("rehearsal.yaml", "mine");

        assertThatThrownBy(() -> ProjectInit.write(folder, null, null, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("--force");
        assertThat(folder.resolve("rehearsal.yaml")).hasContent("mine");
        assertThat(init(null).pending()).containsExactly("1_a");
    }

    @Test
    void a_folder_of_flyways_is_run_through_its_api_in_the_order_of_its_versions() throws IOException {
        file("src/main/resources/db/migration/V10__c.sql", "SELECT 1;");
        file("src/main/resources/db/migration/V2__b.sql", "SELECT 1;");
        file("src/main/resources/db/migration/V1.1__a.sql", "SELECT 1;");

        assertThat(init("V1.1__a.sql").pending()).containsExactly("V2__b.sql", "V10__c.sql");
        assertThat(plan().migration().flyway())
                .isNotNull()
                .satisfies(flyway -> assertThat(flyway.from()).isEqualTo("1.1"));
    }

    @Test
    void numbered_scripts_are_schema_up_and_down() throws IOException {
        for (String name : List.of("1_init", "2_more", "10_last")) {
            file("migrations/" + name + ".sql", "SELECT '" + name + "';");
        }
        file("migrations/2_more.down.sql", "SELECT 'back from 2';");
        file("migrations/10_last.down.sql", "SELECT 'back from 10';");

        assertThat(init("1_init").pending()).containsExactly("2_more.sql", "10_last.sql");
        assertThat(plan().schema()).extracting(SqlFile::name).containsExactly("1_init.sql");
        assertThat(plan().migration().up()).extracting(SqlFile::name).containsExactly("2_more.sql", "10_last.sql");
        assertThat(plan().migration().down())
                .extracting(SqlFile::name)
                .containsExactly("10_last.down.sql", "2_more.down.sql");
    }

    @Test
    void a_folder_without_migrations_says_what_is_known() {
        assertThatThrownBy(() -> init(null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("There are no migrations in " + folder)
                .hasMessageContaining("dbmate");
    }
}
