package dev.rehearse.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.init.CommittedFiles.NotCloned;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        return ProjectInit.write(folder, from, null, null, null, true);
    }

    private Rehearsal plan() {
        return RehearsalFile.read(folder, Overrides.NONE);
    }

    @Test
    void without_git_a_few_migrations_are_pending_but_the_first_and_the_plan_can_be_read() throws IOException {
        dbmate("1_a", "2_b", "3_c");

        ProjectInit.Written written = init(null);

        assertThat(written.tool()).isEqualTo("dbmate");
        assertThat(written.baseline()).isEqualTo("1_a");
        assertThat(written.pending()).containsExactly("2_b", "3_c");
        assertThat(written.notes())
                .anyMatch(note -> note.contains("there is no git history") && note.contains("--from"));
        assertThat(written.file()).content().contains("# That is all but the first, so that");
        Migration migration = plan().migration();
        assertThat(migration.tool()).isEqualTo(Migration.Tool.PROJECT);
        assertThat(migration.project()).isNotNull().satisfies(project -> {
            assertThat(project.tool()).isEqualTo("dbmate");
            assertThat(project.from()).isEqualTo("1_a");
            assertThat(project.folder()).isEqualTo(folder);
        });
    }

    @Test
    void of_one_migration_nothing_is_there_before() throws IOException {
        dbmate("1_a");

        ProjectInit.Written written = init(null);

        assertThat(written.baseline()).isNull();
        assertThat(written.pending()).containsExactly("1_a");
        assertThat(written.notes())
                .contains("pending is the only migration that there is; --from says otherwise")
                .anyMatch(note -> note.startsWith("no migration comes before, and a run needs tables"));
    }

    @Test
    void another_plan_of_a_folder_has_a_name_of_its_own() throws IOException {
        dbmate("1_a", "2_b");
        init(null);

        ProjectInit.Written written = ProjectInit.write(folder, null, null, null, "old data.yaml", false);

        assertThat(written.toRun()).isEqualTo(folder.resolve("old data.yaml")).isEqualTo(written.file());
        assertThat(written.file()).content().contains(": rehearse run 'old data.yaml'\n");
        assertThat(RehearsalFile.read(written.file(), Overrides.NONE).name())
                .isEqualTo(folder.getFileName() + " old data");
        assertThatThrownBy(() -> ProjectInit.write(folder, null, null, null, null, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("or write another with --plan NAME.yaml");
        for (String elsewhere : List.of("db/other.yaml", "package.json")) {
            assertThatThrownBy(() -> ProjectInit.write(folder, null, null, null, elsewhere, true))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("give --plan the name of a file that ends in .yaml");
        }
    }

    @Test
    void of_a_rails_application_s_databases_each_gets_a_plan() throws IOException {
        file("bin/rails", "#!/usr/bin/env ruby");
        file("config/database.yml", """
                development:
                  primary:
                    adapter: postgresql
                  queue:
                    adapter: postgresql
                    migrations_paths: db/queue_migrate
                """);
        file("db/migrate/20260101000000_create_accounts.rb", "");
        file("db/queue_migrate/20260102000000_create_jobs.rb", "");
        file("db/queue_migrate/20260103000000_index_jobs.rb", "");
        assertThat(init(null).notes()).anyMatch(note -> note.endsWith("--migrations queue --plan queue.yaml"));

        for (String queue : List.of("queue", "db/queue_migrate/")) {
            ProjectInit.Written written = ProjectInit.write(folder, null, null, queue, "queue.yaml", true);

            assertThat(written.pending()).containsExactly("20260103000000_index_jobs");
            assertThat(written.file())
                    .content()
                    .contains("up: \"bin/rails db:migrate:queue\"", "QUEUE_DATABASE_URL: \"{url}\"");
        }
        assertThatThrownBy(() -> ProjectInit.write(folder, null, null, "queu", null, true))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("\"queu\" is no database of this project")
                .hasMessageContaining("queue")
                .hasMessageEndingWith("Rails has primary, queue.");
    }

    @Test
    void scripts_that_a_program_fills_in_are_no_golang_migrate_s_and_why_a_run_refuses_them_is_said()
            throws IOException {
        String template = "-- a\nALTER TABLE {{ index .Options \"Namespace\" }}.users ADD a int;";
        file("migrations/20260101_a.up.sql", template);
        file("migrations/20260102_b.up.sql", template);

        ProjectInit.Written written = init(null);

        assertThat(written.tool()).isEqualTo("SQL scripts");
        String why = "20260101_a.up.sql:2: {{ index .Options \"Namespace\" }}, which only a template has";
        assertThat(written.notes())
                .anyMatch(note -> note.startsWith("a run refuses migrations/20260101_a.up.sql, perhaps others: " + why)
                        && note.contains("migration: { command: ... }"));
        assertThatThrownBy(this::plan)
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(why);
    }

    @Test
    void scripts_that_speak_another_database_s_sql_are_told_of_unless_one_of_them_defines_it() throws IOException {
        file(
                "migrations/1_invoices.up.sql",
                "-- Kept for long.\nCREATE TABLE invoices (id INTEGER PRIMARY KEY, hash BLOB NOT NULL);");
        file("migrations/2_index.up.sql", "CREATE INDEX ON invoices (hash);");

        assertThat(init(null).notes())
                .anyMatch(note -> note.startsWith("migrations/1_invoices.up.sql:2: BLOB is a word of other databases")
                        && note.contains("migration: { command: ... }"));

        file("migrations/0_types.up.sql", "CREATE DOMAIN blob AS bytea;");
        assertThat(ProjectInit.write(folder, null, null, null, null, true).notes())
                .noneMatch(note -> note.contains("BLOB"));
    }

    @Test
    void folders_of_which_an_installation_has_one_are_told_of_as_flyway_refuses_both() throws IOException {
        file("migrations/h2/V1__tables.sql", "SELECT 1;");
        file("migrations/postgres/V1__tables.sql", "SELECT 1;");
        file("migrations/workflow/basic/V2.0__flow.sql", "SELECT 1;");
        file("migrations/workflow/xml/V2__xml_flow.sql", "SELECT 1;");

        assertThat(init(null).notes())
                .anyMatch(
                        note -> note.startsWith("Flyway refuses two migrations of one version, as migrations/workflow/")
                                && note.contains("basic/V2.0__flow.sql")
                                && note.contains("xml/V2__xml_flow.sql")
                                && note.contains("\"locations\""));
    }

    @Test
    void migrations_for_all_databases_are_taken_with_those_for_postgresql_beside_them() throws IOException {
        String place = "app/src/main/resources/db/migration/";
        file(place + "common/V1__tables.sql", "SELECT 1;");
        file(place + "postgres/V2__index.sql", "SELECT 1;");
        file(place + "mysql/V2__index.sql", "SELECT 1;");

        ProjectInit.Written written = init(null);

        assertThat(written.baseline()).isEqualTo("V1__tables.sql");
        assertThat(written.pending()).containsExactly("V2__index.sql");
        assertThat(written.file())
                .content()
                .contains("locations: [\"" + place + "common\", \"" + place + "postgres\"]");
    }

    @Test
    void numbered_scripts_beside_the_ways_of_a_migration_are_no_place_of_their_own() throws IOException {
        file("sql/migrations/2015-10/up.sql", "SELECT 1;");
        file("sql/migrations/2015-11/up.sql", "SELECT 1;");
        file("sql/migrations/2015-11/1-fill.sql", "SELECT 1;");

        assertThat(init(null).pending()).containsExactly("2015-11");
    }

    @Test
    void migrations_of_flyway_s_that_are_all_classes_are_named() throws IOException {
        file("app/src/main/java/shop/db/V1__Tables.java", "");

        assertThatThrownBy(() -> init(null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(
                        "Flyway's migrations that are classes, as those in app/src/main/java/shop/db, are run by");
    }

    @Test
    void what_chose_the_migrations_for_init_is_in_the_plan() throws IOException {
        file("sql/steps/1_a.up.sql", "SELECT 1;");
        file("sql/steps/1_a.down.sql", "SELECT 1;");
        ProjectTool tool = ProjectTools.named("golang-migrate").orElseThrow();
        try (ToolProject project = new ToolProject(tool, folder, Map.of("MIGRATIONS_DIR", "sql/steps"), null)) {
            FoundTool found = new FoundTool(tool, project);

            assertThat(found.plan(List.of(), found.migrations()))
                    .contains("\n  environment: { MIGRATIONS_DIR: \"sql/steps\" }\n")
                    .doesNotContain("# environment:");
        }
    }

    @Test
    void the_variables_by_which_the_project_finds_its_database_are_in_the_plan() throws IOException {
        file(
                "knexfile.js",
                "module.exports = { connection: { host: process.env.DB_HOST, user: process.env.DB_USER } }");
        file("migrations/1_a.js", "exports.up = 1; exports.down = 2");
        file("migrations/2_b.js", "exports.up = 1; exports.down = 2");

        ProjectInit.Written written = init(null);

        assertThat(written.file()).content().contains("""
                  # By which the project finds its database:
                  environment: { DB_HOST: "{host}", DB_USER: "{user}" }
                """);
        assertThat(RehearsalFile.read(written.file(), Overrides.NONE)).isNotNull();
    }

    @Test
    void without_git_of_many_migrations_the_last_is_pending() throws IOException {
        for (int i = 10; i < 21; i++) {
            dbmate(i + "_x");
        }

        assertThat(init(null).pending()).containsExactly("20_x");
        assertThat(folder.resolve("rehearsal.yaml")).content().contains("# That is the last of 11: there is no git");
    }

    @Test
    void without_a_baseline_the_newest_commit_that_added_migrations_says_which_belong_together() throws Exception {
        dbmate("1_a", "2_b");
        file(".gitignore", "rehearsal.yaml\n");
        git("init", "-q", ".");
        commit("first");
        assertThat(init(null).pending()).as("one commit added them all").containsExactly("2_b");
        git("checkout", "-q", "-b", "feature");
        dbmate("3_c");
        commit("expand");
        dbmate("4_d", "5_e");
        commit("backfill and contract");
        assertThat(init(null).pending()).containsExactly("4_d", "5_e");
        git("checkout", "-q", "-");
        file("README", "x");
        commit("no migration");
        git(as("merge", "-q", "--no-ff", "feature", "-m", "the feature"));
        file("db/migrations/5_e.sql", DBMATE + "-- changed\n");
        commit("a change of one that is there");

        ProjectInit.Written merged = init(null);

        assertThat(merged.baseline()).isEqualTo("2_b");
        assertThat(merged.pending()).containsExactly("3_c", "4_d", "5_e");
        assertThat(merged.file()).content().contains("added, the newest that added a migration.");
        dbmate("6_f");
        assertThat(init(null).pending()).as("not committed").containsExactly("6_f");
    }

    @Test
    void migrations_of_a_submodule_are_pending_by_the_commits_of_it_that_the_project_has_taken() throws Exception {
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Path project = Files.createDirectory(folder.resolve("project"));
        for (Path each : List.of(theirs, project)) {
            git("-C", each.toString(), "init", "-q", ".");
        }
        Path copy = project.resolve("schema");
        for (int n = 1; n <= 4; n++) {
            file("theirs/migrations/" + n + "_a.sql", "SELECT 1;");
            commitIn(theirs);
            if (n == 2) {
                git(
                        "-C",
                        project.toString(),
                        "-c",
                        "protocol.file.allow=always",
                        "submodule",
                        "--quiet",
                        "add",
                        theirs.toString(),
                        "schema");
            } else if (n > 2) {
                git("-C", copy.toString(), "pull", "-q");
            }
            if (n > 1) {
                commitIn(project);
            }
        }

        assertThat(ProjectInit.write(project, null, null, null, null, true).pending())
                .containsExactly("4_a.sql");
        assertThat(ProjectInit.write(project, "HEAD~2", null, null, null, true).pending())
                .containsExactly("3_a.sql", "4_a.sql");

        Path then = Files.createDirectory(folder.resolve("then"));
        new GitHistory(project).copy("HEAD~1", List.of(Path.of("schema/migrations/1_a.sql")), then);
        assertThat(then.resolve("schema/migrations/3_a.sql")).exists();
        assertThat(then.resolve("schema/migrations/4_a.sql")).doesNotExist();

        file("project/schema/migrations/5_a.sql", "SELECT 1;");
        assertThat(ProjectInit.write(project, null, null, null, null, true).pending())
                .containsExactly("5_a.sql");
    }

    @Test
    void a_shallow_clone_of_a_submodule_tells_nothing_of_its_migrations() throws Exception {
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Path project = Files.createDirectory(folder.resolve("project"));
        for (Path each : List.of(theirs, project)) {
            git("-C", each.toString(), "init", "-q", ".");
        }
        for (int n = 1; n <= 3; n++) {
            file("theirs/migrations/" + n + "_a.sql", "SELECT 1;");
            commitIn(theirs);
            if (n == 2) {
                git(
                        "-C",
                        project.toString(),
                        "-c",
                        "protocol.file.allow=always",
                        "submodule",
                        "--quiet",
                        "add",
                        theirs.toString(),
                        "schema");
                commitIn(project);
            }
        }
        git("-C", project.resolve("schema").toString(), "pull", "-q");
        commitIn(project);
        Path clone = folder.resolve("clone");
        git("clone", "-q", project.toString(), clone.toString());
        git(
                "clone",
                "-q",
                "--depth",
                "1",
                "file://" + theirs,
                clone.resolve("schema").toString());

        ProjectInit.Written written = ProjectInit.write(clone, null, null, null, null, true);

        assertThat(written.pending()).containsExactly("2_a.sql", "3_a.sql");
        assertThat(written.notes()).anyMatch(note -> note.contains("the clone of the submodule schema lacks"));
        assertThatThrownBy(() -> ProjectInit.write(clone, "HEAD~1", null, null, null, true))
                .hasMessageContaining("git -C")
                .hasMessageContaining("fetch --unshallow");
        Path then = Files.createDirectory(folder.resolve("then"));
        assertThatThrownBy(
                        () -> new GitHistory(clone).copy("HEAD~1", List.of(Path.of("schema/migrations/1_a.sql")), then))
                .isInstanceOf(NotCloned.class);
    }

    private void commitIn(Path repository) throws Exception {
        git("-C", repository.toString(), "add", ".");
        List<String> commit = List.of("-C", repository.toString(), "commit", "-q", "-m", "x");
        git(as(commit.toArray(String[]::new)));
    }

    @Test
    void in_a_shallow_clone_the_commit_at_its_end_tells_nothing() throws Exception {
        dbmate("1_a", "2_b", "3_c");
        git("init", "-q", ".");
        commit("first");
        dbmate("4_d");
        commit("second");
        Path clone = folder.resolve("clone");
        git("clone", "-q", "--depth", "1", "file://" + folder, clone.toString());

        ProjectInit.Written written = ProjectInit.write(clone, null, null, null, null, true);

        assertThat(written.pending()).containsExactly("2_b", "3_c", "4_d");
        assertThat(written.notes()).anyMatch(note -> note.contains("the clone is shallow"));
        assertThatThrownBy(() -> ProjectInit.write(clone, "HEAD~1", null, null, null, true))
                .hasMessageContaining("git fetch --unshallow");
    }

    private void commit(String message) throws Exception {
        git("add", ".");
        git(as("commit", "-q", "-m", message));
    }

    private static String[] as(String... arguments) {
        List<String> whole = new java.util.ArrayList<>(List.of("-c", "user.name=t", "-c", "user.email=t@example.org"));
        whole.addAll(List.of(arguments));
        return whole.toArray(String[]::new);
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
        commit("first");
        git("tag", "v1");
        dbmate("2_b", "4_d");

        ProjectInit.Written written = init("v1");

        assertThat(written.baseline()).isEqualTo("1_a");
        assertThat(written.pending()).containsExactly("2_b", "3_c", "4_d");
        assertThat(written.notes()).anyMatch(note -> note.startsWith("production has 3_c, too"));
        assertThatThrownBy(() -> init("v2"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no git ref")
                .hasMessageContaining("The project's migrations are 1_a, 2_b, 3_c, 4_d.");
    }

    @Test
    void a_part_of_many_migrations_is_answered_with_the_last_of_those() throws IOException {
        for (int i = 10; i < 30; i++) {
            dbmate("2026" + i + "_x");
        }
        dbmate("2027_y");

        assertThatThrownBy(() -> init("2026"))
                .hasMessageContaining("\"2026\" is a part of 20 migrations, no git ref")
                .hasMessageContaining("These end with 202618_x, ")
                .hasMessageContaining(", 202629_x.");
    }

    @Test
    void of_a_folder_deep_in_a_repository_only_its_own_files_count() throws Exception {
        file("README", "x");
        git("init", "-q", ".");
        commit("before the shop");
        git("tag", "v0");
        file("apps/shop/db/migrations/1_a.sql", DBMATE);
        commit("the shop");
        git("tag", "v1");
        file("apps/shop/db/migrations/2_b.sql", DBMATE);
        Path shop = folder.resolve("apps/shop");

        assertThat(ProjectInit.write(shop, "v1", null, null, null, true).pending())
                .containsExactly("2_b");
        ProjectInit.Written fromNothing = ProjectInit.write(shop, "v0", null, null, null, true);
        assertThat(fromNothing.pending()).containsExactly("1_a", "2_b");
        assertThat(fromNothing.baseline()).isNull();
        assertThat(fromNothing.notes()).anyMatch(note -> note.startsWith("dbmate finds no migrations in commit"));
    }

    @Test
    void a_script_that_was_merged_late_is_pending_alone() throws Exception {
        file("migrations/1_a.sql", "SELECT 1;");
        file("migrations/3_c.sql", "SELECT 1;");
        git("init", "-q", ".");
        commit("released");
        file("migrations/2_b.sql", "SELECT 1;");

        ProjectInit.Written written = init(null);

        assertThat(written.pending()).containsExactly("2_b.sql");
        assertThat(written.baseline()).isEqualTo("3_c.sql");
        assertThat(Files.readString(written.file()))
                .contains("""
                        migration:
                          up:
                            - "migrations/2_b.sql"
                        """)
                .as("which may be long")
                .endsWith("""
                        schema:
                          - "migrations/1_a.sql"
                          - "migrations/3_c.sql"
                        """);
    }

    @Test
    void what_is_pending_is_told_without_reading_a_file_of_the_commit() throws Exception {
        dbmate("1_a", "2_b");
        git("init", "-q", ".");
        commit("first");
        git("tag", "v1");
        dbmate("3_c");
        // As in a clone that was made with a filter, without the server it came from.
        for (String object : git("rev-parse", "v1:db/migrations/1_a.sql", "v1:db/migrations/2_b.sql")
                .split("\n")) {
            Files.deleteIfExists(folder.resolve(".git/objects/" + object.substring(0, 2) + "/" + object.substring(2)));
        }

        assertThat(init("v1").pending()).containsExactly("3_c");
    }

    @Test
    void what_git_is_to_ignore_is_a_package_s_and_there_before() throws Exception {
        dbmate("1_a", "2_of_a_package", "3_c");
        file(".gitignore", "2_of_a_package.sql\n");
        git("init", "-q", ".");
        git("add", "db/migrations/1_a.sql");
        git(as("commit", "-q", "-m", "first"));

        assertThat(init(null).baseline()).isEqualTo("2_of_a_package");
    }

    @Test
    void a_migration_that_was_moved_since_was_there_and_one_that_was_copied_was_not() throws Exception {
        file("old/migrations/1_a.sql", "SELECT 1;");
        file("old/migrations/2_b.sql", "SELECT 2;");
        file("other/migrations/3_c.sql", "SELECT 3;");
        git("init", "-q", ".");
        commit("first");
        git("tag", "v1");
        git("mv", "old", "shop");
        Files.copy(folder.resolve("other/migrations/3_c.sql"), folder.resolve("shop/migrations/3_c.sql"));
        commit("moved");

        assertThat(ProjectInit.write(folder.resolve("shop"), "v1", null, null, null, true)
                        .pending())
                .containsExactly("3_c.sql");
    }

    private String git(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(output).isZero();
        return output.strip();
    }

    @Test
    void a_plan_that_is_there_is_kept_unless_forced() throws IOException {
        dbmate("1_a");
        file("rehearsal.yaml", "mine");

        assertThatThrownBy(() -> ProjectInit.write(folder, null, null, null, null, false))
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
        assertThat(plan().migration().flyway()).isNotNull().satisfies(flyway -> {
            assertThat(flyway.from()).isEqualTo("1.1");
            assertThat(flyway.settings()).isEmpty();
        });
    }

    @Test
    void a_migration_of_flyways_may_be_called_by_its_version_alone() throws IOException {
        file("src/main/resources/db/migration/V6.1__a.sql", "SELECT 1;");
        file("src/main/resources/db/migration/V6.2.sql", "SELECT 1;");

        assertThat(init(null)).satisfies(written -> {
            assertThat(written.tool()).isEqualTo("Flyway");
            assertThat(written.pending()).containsExactly("V6.2.sql");
            assertThat(written.notes()).noneMatch(note -> note.contains("leaves out"));
        });
    }

    @Test
    void scripts_that_are_all_called_by_a_version_alone_may_be_anybodys() throws IOException {
        file("migrations/V1.sql", "SELECT 1;");
        file("migrations/V2.sql", "SELECT 1;");

        assertThat(init(null).tool()).isEqualTo("SQL scripts");
    }

    @Test
    void of_flyways_folders_for_each_release_the_one_that_they_are_in_is_the_location() throws IOException {
        String location = "support/src/main/resources/org/example/db/migration";
        file(location + "/2.9/V2_9_1__a.sql", "SELECT 1;");
        file(location + "/2.10/V2_10_1__b.sql", "SELECT 1;");

        assertThat(init(null).pending()).containsExactly("V2_10_1__b.sql");
        assertThat(plan().migration().flyway())
                .isNotNull()
                .satisfies(flyway -> assertThat(flyway.locations()).containsExactly(folder.resolve(location)));
    }

    @Test
    void flyways_migrations_that_are_classes_are_named_for_they_are_not_run() throws IOException {
        file("src/main/resources/db/migration/V1__a.sql", "SELECT 1;");
        file("src/main/java/db/migration/V2__Fill_totals.java", "");
        file("src/main/java/db/migration/Helper.java", "");
        file("src/main/java/shop/changes/V3__Drop_names.java", "class V3__Drop_names extends BaseJavaMigration {}");
        file("src/main/java/shop/changes/V4__No_migration.java", "class V4__No_migration {}");
        file("src/main/java/shop/changes/h2/V5__In_tests.java", "class V5__In_tests extends BaseJavaMigration {}");

        assertThat(init(null).notes())
                .anyMatch(note -> note.endsWith("and so leaves out V2__Fill_totals.java, V3__Drop_names.java"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            src/main/resources/application.yml | spring:\\n  flyway: { postgresql.transactional-lock: false, schemas: [a, b], placeholders: { theTenant: "${TENANT:x}", other: "${NOT_KNOWN}" } }\\n---\\nx: 1
            application.properties             | spring.flyway.postgresql.transactionalLock = false\\nspring.flyway.schemas=a,b\\nspring.flyway.placeholders.theTenant=${t}\\nt=${TENANT:${NOT_KNOWN:x}}\\nspring.flyway.url=jdbc:no\\n#---\\nspring.flyway.schemas=prod
            """)
    void a_spring_boot_applications_own_settings_of_flyway_are_taken_over(String name, String text) throws IOException {
        file("src/main/resources/db/migration/V1__a.sql", "SELECT 1;");
        file(name, text.replace("\\n", "\n"));

        init(null);

        assertThat(plan().migration().flyway())
                .isNotNull()
                .satisfies(flyway -> assertThat(flyway.settings())
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "postgresql.transactional.lock",
                                "false",
                                "schemas",
                                "a,b",
                                "placeholders.theTenant",
                                "x")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
            src/main/resources/application.properties | %dev.quarkus.flyway.table=no\\n%prod.quarkus.flyway.default-schema=ops\\nquarkus.flyway.default-schema=public\\nquarkus.flyway.placeholders."theTenant"=${TENANT:x}\\nquarkus.flyway.migrate-at-start=true
            src/main/resources/application.yml        | flyway:\\n  datasources:\\n    default: { enabled: true, default-schema: ops, placeholders: { theTenant: x } }\\n    other: { default-schema: no }
            """)
    void so_are_those_of_a_quarkus_or_a_micronaut_application(String name, String text) throws IOException {
        file("src/main/resources/db/migration/V1__a.sql", "SELECT 1;");
        file(name, text.replace("\\n", "\n"));

        init(null);

        assertThat(plan().migration().flyway())
                .isNotNull()
                .satisfies(flyway -> assertThat(flyway.settings())
                        .containsExactlyInAnyOrderEntriesOf(
                                Map.of("defaultSchema", "ops", "placeholders.theTenant", "x")));
    }

    @Test
    void a_placeholder_that_only_production_has_a_value_for_is_named() throws IOException {
        file("src/main/resources/db/migration/V1__a.sql", "SELECT 1;");
        file(
                "src/main/resources/application.yml",
                "spring: { flyway: { url: '${NOT_KNOWN}', placeholders: { reader: '${NOT_KNOWN}', tenant: x } } }");

        ProjectInit.Written written = init(null);

        assertThat(written.notes())
                .anyMatch(note -> note.startsWith("The application takes placeholders.reader from variables"));
        assertThat(written.file())
                .content()
                .contains("\"placeholders.tenant\": \"x\"\n", "# \"placeholders.reader\": \"\"\n");
    }

    @Test
    void numbered_scripts_are_schema_up_and_down() throws IOException {
        for (String name : List.of("1_init", "2_more", "10_last")) {
            file("migrations/" + name + ".sql", "SELECT '" + name + "';");
        }
        file("migrations/2_more.down.sql", "SELECT 'back from 2';");
        file("migrations/10_last_reverse.sql", "SELECT 'back from 10';");

        assertThat(init("1_init").pending()).containsExactly("2_more.sql", "10_last.sql");
        assertThat(plan().schema()).extracting(SqlFile::name).containsExactly("1_init.sql");
        assertThat(plan().migration().up()).extracting(SqlFile::name).containsExactly("2_more.sql", "10_last.sql");
        assertThat(plan().migration().down())
                .extracting(SqlFile::name)
                .containsExactly("10_last_reverse.sql", "2_more.down.sql");
    }

    @Test
    void of_scripts_that_name_their_database_only_those_for_postgresql() throws IOException {
        for (String name : List.of(
                "1_init.mysql.up",
                "1_init.postgres.up",
                "2_users.mysql.up",
                "2_users.up",
                "2_users.mysql.down",
                "2_users.down",
                "3_drop_oracle_id.cockroach.autocommit.up",
                "3_drop_oracle_id.postgres.autocommit.up",
                "3_drop_oracle_id.autocommit.up",
                "3_drop_oracle_id.sqlite3.down",
                "3_drop_oracle_id.down",
                "4_sessions.sqlite3.up")) {
            file("migrations/" + name + ".sql", "SELECT 1;");
        }

        assertThat(init("1_init").pending())
                .containsExactly("2_users.up.sql", "3_drop_oracle_id.postgres.autocommit.up.sql");
        assertThat(plan().schema()).extracting(SqlFile::name).containsExactly("1_init.postgres.up.sql");
        assertThat(plan().migration().down())
                .extracting(SqlFile::name)
                .containsExactly("3_drop_oracle_id.down.sql", "2_users.down.sql");
    }

    @Test
    void scripts_with_a_version_of_several_parts_are_in_its_order() throws IOException {
        file("sql/v1.2_index.sql", "create index on orders (id);");
        file("sql/v1.10_more.sql", "create index on orders (total);");
        file("sql/v1.1.1_column.sql", "alter table orders add total int;");
        file("sql/v1.1_init.sql", "create table orders (id int);");

        assertThat(init(null).pending()).containsExactly("v1.1.1_column.sql", "v1.2_index.sql", "v1.10_more.sql");
    }

    @Test
    void scripts_of_one_year_and_of_one_day_go_back_each_by_its_own() throws IOException {
        for (String name : List.of("2024-01-05_first", "2024-02-07_code", "2024-02-07_name")) {
            file("migrations/" + name + ".sql", "SELECT 1;");
            file("migrations/" + name + ".down.sql", "SELECT 2;");
        }

        assertThat(init("2024-01-05_first").pending()).containsExactly("2024-02-07_code.sql", "2024-02-07_name.sql");
        assertThat(plan().migration().down())
                .extracting(SqlFile::name)
                .containsExactly("2024-02-07_name.down.sql", "2024-02-07_code.down.sql");
    }

    @Test
    void a_tool_that_is_called_by_commands_has_them_in_the_plan() throws IOException {
        file("bin/rails", "#!/usr/bin/env ruby");
        file("db/migrate/20260101000000_create_accounts.rb", "");
        file("db/migrate/20260201000000_add_email.rb", "");

        ProjectInit.Written written = init("20260101000000");

        assertThat(written.tool()).isEqualTo("Rails");
        assertThat(written.pending()).containsExactly("20260201000000_add_email");
        assertThat(plan().migration().command())
                .isEqualTo(new Migration.Command(
                        folder,
                        "bin/rails db:migrate VERSION=20260101000000",
                        "bin/rails db:migrate",
                        "bin/rails db:migrate VERSION=20260101000000",
                        Map.of("SCHEMA", "/dev/null")));
        assertThat(folder.resolve("rehearsal.yaml")).content().contains("# Rehearsed together, with one verdict:");
    }

    @Test
    void a_folder_without_migrations_says_what_is_known() {
        assertThatThrownBy(() -> init(null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("There are no migrations in " + folder)
                .hasMessageContaining("dbmate");
    }

    @Test
    void the_only_project_of_a_repository_is_found_from_its_root() throws IOException {
        file("apps/api/db/migrations/1_a.sql", DBMATE);
        file("apps/api/db/migrations/2_b.sql", DBMATE);
        file("apps/web/package.json", "{}");

        ProjectInit.Written written = init(null);

        assertThat(written.toRun()).isEqualTo(folder.resolve("apps/api"));
        assertThat(written.file())
                .isEqualTo(folder.resolve("apps/api/rehearsal.yaml"))
                .exists();
        assertThat(written.tool()).isEqualTo("dbmate");
        assertThat(written.notes()).anyMatch(note -> note.contains("is the only project below"));
        assertThat(folder.resolve("rehearsal.yaml")).doesNotExist();
    }

    @Test
    void the_root_of_a_repository_says_how_its_projects_are_named() throws IOException {
        file("services/api/knexfile.js", "module.exports = {}");
        file("services/api/migrations/1_a.sql", "SELECT 1;");
        file("services/api/node_modules/other/knexfile.js", "module.exports = {}");
        file("shop/src/main/resources/db/migration/V1__a.sql", "SELECT 1;");
        file("ml/alembic.ini", "[alembic]\nscript_location = migrations\n");

        assertThatThrownBy(() -> init(null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("but below it there are. Choose one")
                .hasMessageEndingWith("enough."
                        + "\n  rehearse init " + folder.resolve("ml") + "   (alembic)"
                        + "\n  rehearse init " + folder.resolve("services/api") + "   (knex)"
                        + "\n  rehearse init " + folder
                        + " --migrations shop/src/main/resources/db/migration   (flyway-api)");
        assertThat(ProjectInit.write(folder, null, null, "shop/src/main/resources/db/migration", null, true)
                        .pending())
                .containsExactly("V1__a.sql");
        assertThatThrownBy(() -> ProjectInit.write(folder, null, null, "ml", null, true))
                .hasMessageContaining("There are no migrations in " + folder.resolve("ml") + ": expected V1__name.sql");
    }

    @Test
    void where_a_tool_says_itself_where_its_migrations_are_they_are_not_named() throws IOException {
        file("knexfile.js", "module.exports = {}");
        file("migrations/1_a.js", "");

        assertThatThrownBy(() -> ProjectInit.write(folder, null, null, "migrations", null, true))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("There are no migrations in " + folder.resolve("migrations"))
                .hasMessageEndingWith("for Knex leave it out.");
    }

    @Test
    void a_module_deep_in_the_project_is_found_and_what_is_for_another_database_left_out() throws IOException {
        String resources = "store/jpa/src/main/resources/";
        file(resources + "org/example/db/mysql/V1__a.sql", "SELECT 1;");
        file(resources + "org/example/db/postgresql/V1__a.sql", "SELECT 1;");
        file(resources + "org/example/db/postgresql/V2__b.sql", "SELECT 1;");
        file(resources + "application.properties", "spring.flyway.table = history");
        file("store/jpa/src/test/resources/db/V1__only_in_tests.sql", "SELECT 1;");

        assertThat(init(null).pending()).containsExactly("V2__b.sql");
        assertThat(plan().migration().flyway()).isNotNull().satisfies(flyway -> {
            assertThat(flyway.locations()).containsExactly(folder.resolve(resources + "org/example/db/postgresql"));
            assertThat(flyway.settings()).containsEntry("table", "history");
        });
    }

    @Test
    void of_a_usual_folder_only_what_is_for_postgresql_and_for_all() throws IOException {
        String location = "src/main/resources/db/migration/";
        file(location + "common/V1__a.sql", "SELECT 1;");
        file(location + "h2/V2__b.sql", "SELECT 1;");
        file(location + "POSTGRESQL/V2__b.sql", "SELECT 1;");

        assertThat(init(null).pending()).containsExactly("V2__b.sql");
        assertThat(plan().migration().flyway())
                .isNotNull()
                .satisfies(flyway -> assertThat(flyway.locations())
                        .containsExactly(folder.resolve(location + "POSTGRESQL"), folder.resolve(location + "common")));
    }

    @Test
    void an_application_says_where_its_flyway_looks() throws IOException {
        file(
                "src/main/resources/application.properties",
                "spring.flyway.locations=classpath:/sql/{vendor},filesystem:ops/sql");
        file("src/main/resources/sql/postgresql/V1__a.sql", "SELECT 1;");
        file("src/main/resources/db/migration/V1__of_long_ago.sql", "SELECT 1;");
        file("ops/sql/V2__b.sql", "SELECT 1;");

        assertThat(init(null).pending()).containsExactly("V2__b.sql");
        assertThat(plan().migration().flyway())
                .isNotNull()
                .satisfies(flyway -> assertThat(flyway.locations())
                        .containsExactly(
                                folder.resolve("src/main/resources/sql/postgresql"), folder.resolve("ops/sql")));
    }

    @Test
    void an_application_says_how_its_flyways_files_are_called() throws IOException {
        file(
                "src/main/resources/application.properties",
                "spring.flyway.sql-migration-prefix=\nspring.flyway.sql-migration-suffixes=.sql,.pgsql\nspring.flyway.schemas=stock");
        file("src/main/resources/db/migration/20170206205240748__initial_schema.sql", "SELECT 1;");
        file("src/main/resources/db/migration/20170206205310272__rights.pgsql", "SELECT 1;");

        assertThat(init(null)).satisfies(written -> {
            assertThat(written.tool()).isEqualTo("Flyway");
            assertThat(written.pending()).containsExactly("20170206205310272__rights.pgsql");
        });
        assertThat(plan().migration().flyway()).isNotNull().satisfies(flyway -> {
            assertThat(flyway.from()).isEqualTo("20170206205240748");
            assertThat(flyway.settings()).containsEntry("schemas", "stock").containsEntry("sqlMigrationPrefix", "");
        });
    }

    @Test
    void scripts_that_hold_both_ways_are_schema_up_and_down() throws IOException {
        file(
                "internal/migrations/postgres/001_a.sql",
                "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;\n");
        file(
                "internal/migrations/postgres/002_b.sql",
                "-- +goose Up\nCREATE TABLE b ();\n-- +goose Down\nDROP TABLE b;\n");
        file("internal/migrations/postgres/003_for_another_database.sql", "-- +goose Up\n-- nothing here\n");
        file("internal/migrations/postgres/002_c.go", "package migrations");
        file("internal/migrations/mysql/001_a.sql", "SELECT 1;");

        assertThat(init(null)).satisfies(written -> {
            assertThat(written.pending()).containsExactly("002_b.sql");
            assertThat(written.notes()).anyMatch(note -> note.contains("leaves out 002_c.go: where later scripts"));
        });
        assertThat(plan().schema())
                .singleElement()
                .satisfies(script ->
                        assertThat(script.text()).contains("CREATE TABLE a").doesNotContain("DROP"));
        assertThat(plan().migration().up())
                .singleElement()
                .satisfies(script ->
                        assertThat(script.text()).contains("CREATE TABLE b").doesNotContain("DROP"));
        assertThat(plan().migration().down())
                .singleElement()
                .satisfies(script ->
                        assertThat(script.text()).contains("DROP TABLE b").doesNotContain("CREATE"));
    }

    @Test
    void a_folder_for_each_migration_is_one_script() throws IOException {
        file("migrations/2024-01-01-000000_first/up.sql", "CREATE TABLE a ();");
        file("migrations/2024-01-01-000000_first/down.sql", "DROP TABLE a;");
        file("migrations/2024-02-01-000000_second/up.sql", "CREATE TABLE b ();");
        file("migrations/2024-02-01-000000_second/down.sql", "DROP TABLE b;");

        assertThat(init(null).pending()).containsExactly("2024-02-01-000000_second");
        assertThat(plan().migration().up())
                .extracting(SqlFile::name)
                .containsExactly("2024-02-01-000000_second/up.sql");
        assertThat(plan().migration().down())
                .extracting(SqlFile::name)
                .containsExactly("2024-02-01-000000_second/down.sql");
    }

    @Test
    void scripts_without_a_number_are_named_for_they_are_left_out() throws IOException {
        file("migrations/001_a.sql", "CREATE TABLE a ();");
        file("migrations/002_b.sql", "CREATE TABLE b ();");
        file("migrations/functions.sql", "SELECT 1;");
        file("migrations/rollback.sql", "SELECT 1;");
        file("migrations/triggers.mysql.sql", "SELECT 1;");

        assertThat(init(null).notes())
                .anyMatch(note -> note.contains("and so the plan leaves out functions.sql: what production has"));
    }

    @Test
    void scripts_that_flyway_passes_over_are_named() throws IOException {
        file("src/main/resources/db/migration/V1__a.sql", "SELECT 1;");
        file("src/main/resources/db/migration/V2_b.sql", "SELECT 1;");
        file("src/main/resources/db/migration/U1__a.sql", "SELECT 1;");
        file("src/main/resources/db/migration/R__view.sql", "SELECT 1;");
        file("src/main/resources/db/migration/afterMigrate.sql", "SELECT 1;");

        assertThat(init(null).notes())
                .anyMatch(note -> note.endsWith("with two underscores, and so leaves out V2_b.sql"));
    }

    @Test
    void a_folder_for_each_release_is_one_series_of_scripts() throws IOException {
        file("schema/versioned/v1.2/queue.sql", "CREATE TABLE a ();");
        file("schema/versioned/v1.10/02_second.up.sql", "CREATE TABLE c ();");
        file("schema/versioned/v1.10/02_second.down.sql", "DROP TABLE c;");
        file("schema/versioned/v1.10/01_first.up.sql", "CREATE TABLE b ();");
        file("schema/versioned/v1.9/01_of_another_release.up.sql", "CREATE TABLE d ();");
        file("schema/versioned/v1.9/01_of_another_release.down.sql", "DROP TABLE d;");
        file("schema/test_migrations/1_of_a_test.sql", "SELECT 1;");
        file("docs/1/example.sql", "SELECT 1;");
        file("docs/2/example.sql", "SELECT 1;");

        assertThat(init("v1.9/01_of_another_release.up.sql").pending())
                .containsExactly("v1.10/01_first.up.sql", "v1.10/02_second.up.sql");
        assertThat(plan().schema()).hasSize(2);
        assertThat(plan().migration().down()).extracting(SqlFile::name).containsExactly("02_second.down.sql");
    }

    @Test
    void a_migration_that_is_a_folder_without_a_script_is_named() throws IOException {
        file("migrations/20240101_first/migration.sql", "CREATE TABLE a ();");
        file("migrations/20240201_second/migration.ts", "export const up = () => {};");
        file("migrations/20240301_third/migration.sql", "CREATE TABLE b ();");

        assertThat(init(null).notes()).anyMatch(note -> note.contains("leaves out 20240201_second: where later"));
    }

    @Test
    void the_scripts_of_a_release_come_before_those_of_the_next_whatever_their_numbers() throws IOException {
        file("migrations/v1_9/2_last.sql", "SELECT 1;");
        file("migrations/v1_9_1/after.sql", "SELECT 1;");
        file("migrations/v1_10/1_later.sql", "SELECT 1;");
        file("migrations/v1_10/1_later.py", "");
        file("migrations/v1_10/2_program.py", "");

        ProjectInit.Written written = init("v1_9/2_last.sql");

        assertThat(written.pending()).containsExactly("v1_9_1/after.sql", "v1_10/1_later.sql");
        assertThat(written.notes()).anyMatch(note -> note.contains("v1_10/2_program.py"));
    }

    @Test
    void what_the_folders_above_a_project_are_called_makes_no_migrations_of_its_scripts() throws IOException {
        file("migrations/project/sql/1/report.sql", "SELECT 1;");
        file("migrations/project/sql/2/report.sql", "SELECT 1;");

        assertThatThrownBy(() -> ProjectInit.write(folder.resolve("migrations/project"), null, null, null, null, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("There are no migrations");
    }

    @Test
    void ways_back_of_releases_are_no_migrations_and_only_of_what_they_name() throws IOException {
        file("migrations/001/up.sql", "CREATE TABLE a ();");
        file("migrations/001/down.sql", "DROP TABLE a;");
        file("migrations/002/up.sql", "CREATE TABLE b ();");
        file("migrations/002/down.sql", "DROP TABLE b;");
        file("migrations/003/email.sql", "CREATE TABLE c ();");
        file("migrations/003/phone.down.sql", "DROP TABLE d;");
        file("migrations/003/phone.sql", "CREATE TABLE d ();");
        file("migrations/003/stray.down.sql", "DROP TABLE d;");

        assertThat(init("001/up.sql").pending()).containsExactly("002/up.sql", "003/email.sql", "003/phone.sql");
        assertThat(plan().migration().down()).extracting(SqlFile::name).doesNotContain("stray.down.sql");
    }

    @Test
    void a_project_below_that_is_called_as_a_test_is_found_where_it_is_the_only_one() throws IOException {
        file("test-service/src/main/resources/db/migration/V1__first.sql", "CREATE TABLE a ();");

        assertThat(init(null).pending()).containsExactly("V1__first.sql");
    }
}
