package dev.rehearse.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.Servers;
import dev.rehearse.wiretap.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With psql as the tool that nobody knows. */
class CommandMigrationIT {

    private static final String ADD = "psql -Xqc 'alter table orders add column note text' \"$DATABASE_URL\"";
    private static final String DROP = "psql -Xqc 'alter table orders drop column note'";

    @TempDir
    private Path folder;

    private TestDatabase.Server server;
    private Migrators migrators;

    @BeforeEach
    void start() throws SQLException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/psql")), "PostgreSQL's clients are not on this machine's PATH");
        server = Servers.newest();
    }

    @AfterEach
    void stop() {
        if (migrators != null) {
            migrators.close();
        }
    }

    private Migration plan(@Nullable String baseline, String up, @Nullable String down, Duration deadline) {
        return plan(
                new Migration.Command(folder, baseline, up, down, Map.of("TARGET", "{jdbcUrl}")), List.of(), deadline);
    }

    private static Migration plan(Migration.Command command, List<SqlFile> down, Duration deadline) {
        return new Migration(
                Migration.Tool.COMMAND,
                List.of(),
                down,
                null,
                null,
                command,
                null,
                0,
                Duration.ofMillis(50),
                1,
                deadline);
    }

    private void open(Migration plan) throws SQLException {
        try (Connection connection = server.connect("rehearse-test", Servers.MIGRATOR, Servers.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("create table orders (id int primary key)");
        }
        migrators = Migrators.open(plan, server, Servers.MIGRATOR, Servers.PASSWORD, new RunClock());
    }

    private Attempt only(Phase phase) {
        List<Attempt> attempts = migrators.run(phase);
        assertThat(attempts).hasSize(1);
        return attempts.get(0);
    }

    private String columns() throws SQLException {
        return query("select string_agg(attname, ' ' order by attnum) from pg_attribute"
                + " where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped");
    }

    private void program(String name, String text) throws IOException {
        Path program = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void commands_go_forth_and_back_through_the_tap_and_forth_again() throws SQLException {
        open(plan(null, ADD, DROP, Duration.ofSeconds(60)));

        Attempt forth = only(Phase.MIGRATE);

        assertThat(forth.outcome()).as(String.valueOf(forth.message())).isEqualTo(Outcome.SUCCEEDED);
        assertThat(forth.migration()).isEqualTo(ADD);
        assertThat(columns()).isEqualTo("id note");
        assertThat(migrators.recorder().facts())
                .extracting(StatementFact::sql)
                .contains("alter table orders add column note text");
        assertThat(migrators.hasDown()).isTrue();
        assertThat(only(Phase.ROLL_BACK).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(columns()).isEqualTo("id");
        assertThat(only(Phase.REAPPLY).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(columns()).isEqualTo("id note");
    }

    @Test
    void scripts_of_the_plan_can_be_the_way_back() throws SQLException {
        SqlFile down = SqlFile.of("down.sql", "alter table orders drop column note;");
        open(plan(new Migration.Command(folder, null, ADD, null, Map.of()), List.of(down), Duration.ofSeconds(60)));

        only(Phase.MIGRATE);

        assertThat(only(Phase.ROLL_BACK).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(columns()).isEqualTo("id");
    }

    @Test
    void the_projects_own_program_runs_with_the_variables_of_the_plan() throws SQLException, IOException {
        Files.createDirectory(folder.resolve("bin"));
        program("bin/migrate", """
                #!/bin/sh
                psql -Xqc "create table target as select '$TARGET' as url, '$1' as argument"
                """);
        open(plan(null, "migrate production", null, Duration.ofSeconds(60)));

        Attempt attempt = only(Phase.MIGRATE);

        assertThat(attempt.outcome()).as(attempt.output()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(query("select url from target")).startsWith("jdbc:postgresql://127.0.0.1:");
        assertThat(query("select argument from target")).isEqualTo("production");
        assertThat(migrators.hasDown()).isFalse();
    }

    @Test
    void a_command_that_fails_is_told_in_the_servers_words_with_its_output() throws SQLException {
        String twice = "echo begun at $DATABASE_URL\n  psql -Xqc 'alter table orders add column id int'\n";
        open(plan(null, twice, null, Duration.ofSeconds(60)));

        Attempt attempt = only(Phase.MIGRATE);

        assertThat(attempt.migration())
                .isEqualTo("echo begun at $DATABASE_URL psql -Xqc 'alter table orders add column id int'");
        assertThat(attempt.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempt.sqlState()).isEqualTo("42701");
        assertThat(attempt.message()).contains("already exists").endsWith("; it ended with exit code 1");
        assertThat(attempt.output()).startsWith("begun at $DATABASE_URL\n").doesNotContain(Servers.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nowhere/rails db:migrate",
                "no-such-program",
                "./plain-text",
                "echo begun; ./needs-what-is-not-there"
            })
    void a_program_that_is_not_there_is_no_migration_that_failed(String line) throws Exception {
        Files.writeString(folder.resolve("plain-text"), "not executable");
        program("needs-what-is-not-there", "#!/usr/bin/env no-such-interpreter\n");
        open(plan(null, line, null, Duration.ofSeconds(60)));

        assertThatExceptionOfType(EnvironmentException.class)
                .isThrownBy(() -> migrators.run(Phase.MIGRATE))
                .withMessageMatching(
                        "(?s)The migration could not be tried, and nothing of it reached the database: it ended with exit code"
                                + " 12[67], with which sh says.*It printed:\n.*(not found|denied|[Nn]o such file).*");
    }

    @Test
    void a_migration_that_had_begun_and_misses_a_program_has_failed() throws SQLException {
        open(plan(null, ADD + " && no-such-program", null, Duration.ofSeconds(60)));

        Attempt attempt = only(Phase.MIGRATE);

        assertThat(attempt.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempt.message()).contains("exit code 127, with which sh says that it finds no such program");
        assertThat(columns()).isEqualTo("id note");
    }

    @Test
    void a_baseline_without_its_program_is_about_this_machine() throws SQLException {
        MigrationResult missing = prepare("no-such-program");

        assertThat(missing.lacksProgram()).isTrue();
        assertThat(missing.asMissing("No baseline")).hasMessageContaining("no-such-program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-program up", "STAGE=production nowhere/rails db:migrate"})
    void a_migration_without_its_program_is_told_before_the_data_is_loaded(String up) {
        MigrationResult missing = prepare(null, up);

        assertThat(missing.lacksProgram()).isTrue();
        assertThat(missing.message()).contains("begins with").contains("finds no such program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"for each in 1 2; do no-such-program; done", "\"$HOME\"/migrate", "PATH=. no-such-program"})
    void what_a_line_does_not_say_at_its_beginning_is_left_to_its_run(String up) {
        assertThat(prepare(null, up).succeeded()).isTrue();
    }

    @Test
    void the_baseline_must_have_made_a_table() throws SQLException {
        MigrationResult nothing = prepare("true");
        MigrationResult made = prepare("psql -Xqc 'create table made (id int)'");

        assertThat(nothing.message()).startsWith("\"true\": it ended well, but the rehearsal's database has no table");
        assertThat(made.succeeded()).as(String.valueOf(made.message())).isTrue();
        assertThat(query("select to_regclass('made') is not null")).isEqualTo("t");
    }

    private MigrationResult prepare(String baseline) {
        return prepare(baseline, "true");
    }

    private MigrationResult prepare(@Nullable String baseline, String up) {
        return PlannedTool.of(plan(baseline, up, null, Duration.ofSeconds(60)))
                .prepare(server, Servers.MIGRATOR, Servers.PASSWORD);
    }

    @Test
    @Timeout(60)
    void the_deadline_ends_a_command_with_all_that_it_has_started() throws Exception {
        String endless = "psql -Xqc 'select pg_sleep(600)'; sleep 600 & echo $! > child; wait";
        open(plan(null, endless, null, Duration.ofSeconds(8)));

        Attempt attempt = only(Phase.MIGRATE);

        assertThat(attempt.outcome()).isNotEqualTo(Outcome.SUCCEEDED);
        assertThat(attempt.message()).contains("deadline of 8 s");
        Until.holds("its child is gone", () -> {
            Path child = folder.resolve("child");
            try {
                return !Files.exists(child)
                        || ProcessHandle.of(
                                        Long.parseLong(Files.readString(child).strip()))
                                .isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Until.noMigrationHasASession(server);
    }
}
