package dev.rehearse.database.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.Alone;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseProviderContract;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.database.server.Startup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The safeguard in front of databases that we did not start. */
class ExternalProviderIT {

    private static final DatabaseRequest PLAIN = new DatabaseRequest(18, 0, Map.of(), null, "some-key");

    private TestDatabase.Server server;

    @BeforeEach
    void a_database_of_somebody_else() throws SQLException {
        server = TestServers.freshDatabase();
    }

    private DatabaseProvider provider() {
        return DatabaseProviders.external(
                server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password());
    }

    private void mark() throws SQLException {
        DatabaseProviderContract.execute(
                server,
                "comment on database " + server.database() + " is 'rehearse: disposable " + server.database() + "'");
    }

    @Test
    void an_unmarked_database_is_refused_with_the_command_that_marks_it() throws SQLException {
        DatabaseProviderContract.execute(
                server, "comment on database " + server.database() + " is 'rehearse: disposable other'");

        assertThatThrownBy(() -> provider().start(PLAIN, Progress.SILENT))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("not marked as disposable")
                .hasMessageContaining("COMMENT ON DATABASE \"" + server.database() + "\" IS 'rehearse: disposable "
                        + server.database() + "'")
                .hasMessageNotContaining(server.password());
    }

    @Test
    void a_database_that_others_use_is_refused_with_their_names() throws SQLException {
        mark();

        try (Connection other = server.connect("payroll")) {
            assertThat(other.isValid(5)).isTrue();
            assertThatThrownBy(() -> provider().start(PLAIN, Progress.SILENT))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("application payroll, from 127.0.0.1, idle");
        }
    }

    @Test
    @Alone
    void who_has_just_left_is_nobody_that_uses_it() throws Exception {
        mark();
        OnceInThree.holds(() -> {
            Connection leaving = server.connect("payroll");
            CompletableFuture<Void> asleep = CompletableFuture.runAsync(() -> sleepUntilAborted(leaving));
            DatabaseProviderContract.eventually("the session to sleep", this::isAnybodyAsleep);
            // The server finds out that the client is gone when it has slept.
            leaving.abort(Runnable::run);

            assertThatCode(() -> provider().start(PLAIN, Progress.SILENT).close())
                    .doesNotThrowAnyException();
            asleep.get(60, TimeUnit.SECONDS);
        });
    }

    private static void sleepUntilAborted(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_sleep(0.5)");
        } catch (SQLException e) {
            // As it is meant to.
        }
    }

    private boolean isAnybodyAsleep() {
        try {
            return DatabaseProviderContract.value(
                            server,
                            "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()")
                    .equals("1");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_marked_idle_database_is_used_as_it_is_by_one_rehearsal_at_a_time() throws SQLException {
        mark();
        try (TestDatabase database = provider().start(PLAIN, Progress.SILENT)) {
            assertThat(database.isLoaded()).isFalse();
            assertThat(database.isAlive()).isTrue();
            assertThat(database.description()).startsWith("PostgreSQL 18.").contains(server.database());
            assertThatThrownBy(() -> provider().start(PLAIN, Progress.SILENT))
                    .hasMessageContaining("application rehearse-guard");
            DatabaseProviderContract.execute(database.primary(), "create table account (id int)");
            database.seal(Progress.SILENT);
        }

        DatabaseProviderContract.eventually("the guard to be gone", () -> {
            try (TestDatabase again = provider().start(PLAIN, Progress.SILENT)) {
                return again.isLoaded();
            } catch (InvalidRehearsalException stillThere) {
                return false;
            }
        });
    }

    @Test
    void a_database_of_which_only_a_part_was_loaded_is_refused_until_it_is_made_anew() throws SQLException {
        mark();
        try (TestDatabase database = provider().start(PLAIN, Progress.SILENT)) {
            database.beginLoading();
            DatabaseProviderContract.execute(database.primary(), "create type colour as enum ('red')");

            assertThat(database.partThatStays())
                    .get()
                    .asString()
                    .contains("the database " + server.database(), "a part", "make it anew");
        }

        assertThatThrownBy(() -> provider().start(PLAIN, Progress.SILENT))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("did not come to its end")
                .hasMessageContaining("DROP DATABASE \"" + server.database() + "\";");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'",
                "locale_provider builtin builtin_locale 'C.UTF-8' encoding 'UTF8'",
                "locale_provider icu icu_locale 'sv-SE' icu_rules '&V << w <<< W' encoding 'UTF8'"
            })
    void the_statements_that_make_it_anew_keep_owner_encoding_locale_privileges_and_settings(String locale)
            throws SQLException {
        isMadeAnewAsItWas(locale);
    }

    /** Each of these has other columns for the locale, or can only say so of an older one's. */
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    void the_statements_that_make_it_anew_are_understood_by_the_server_that_it_is_on(int version) throws SQLException {
        try (TestDatabase older = TestServers.provider()
                .start(new DatabaseRequest(version, 0, Map.of("fsync", "off"), null, null), Progress.SILENT)) {
            server = older.primary();
            isMadeAnewAsItWas("encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
            if (version >= 15) {
                isMadeAnewAsItWas("locale_provider icu icu_locale 'sv-SE' encoding 'UTF8'");
            }
        }
    }

    private void isMadeAnewAsItWas(String locale) throws SQLException {
        String name = "Its \"own\" " + server.database();
        String quoted = Mark.identifier(name);
        DatabaseProviderContract.execute(
                server,
                "create role \"Shop owner\"",
                "create role \"Its reader\"",
                "create database " + quoted + " owner \"Shop owner\" template template0 connection limit 7 " + locale,
                "revoke connect on database " + quoted + " from public",
                "grant connect, temporary on database " + quoted + " to \"Its reader\"",
                "grant create on database " + quoted + " to \"Its reader\" with grant option",
                "alter database " + quoted + " set search_path = shop, \"My Own\", public",
                "alter database " + quoted + " set timezone = 'Asia/Tokyo'",
                "alter role \"Shop owner\" in database " + quoted + " set work_mem = '7MB'");
        try {
            String before = facts(name);
            List<String> statements;
            try (Connection connection = new TestDatabase.Server(
                            "named", server.host(), server.port(), name, server.user(), server.password())
                    .connect("rehearse-test")) {
                statements = MadeAnew.statements(connection, name);
            }

            DatabaseProviderContract.eventually("its sessions to be gone", () -> isDropped(statements.get(0)));
            DatabaseProviderContract.execute(
                    server, statements.subList(1, statements.size()).toArray(String[]::new));

            assertThat(facts(name))
                    .isEqualTo(before)
                    .contains("Shop owner", "My Own", "Tokyo", "7MB", "Its reader CREATE t");
        } finally {
            DatabaseProviderContract.execute(
                    server, "drop database if exists " + quoted, "drop role \"Shop owner\", \"Its reader\"");
        }
    }

    private boolean isDropped(String drop) {
        try {
            DatabaseProviderContract.execute(server, drop);
            return true;
        } catch (SQLException inUse) {
            return false;
        }
    }

    /** What was said of a database when it was made, its settings, and who may do what. */
    private String facts(String database) throws SQLException {
        return DatabaseProviderContract.value(server, """
                select (to_jsonb(d) - '{oid,datfrozenxid,datminmxid,datacl}'::text[])::text || pg_get_userbyid(datdba) || pg_encoding_to_char(encoding)
                       || (select string_agg(setrole || array_to_string(setconfig, '; '), '; ' order by setrole)
                           from pg_db_role_setting where setdatabase = d.oid)
                       || (select string_agg(concat_ws(' ', case grantee when 0 then 'public' else pg_get_userbyid(grantee) end, privilege_type,
                                                       is_grantable), '; ' order by grantee, privilege_type) from aclexplode(datacl))
                from pg_database d where datname = '%s'""".formatted(database.replace("'", "''")));
    }

    @Test
    void a_database_that_was_loaded_or_stayed_empty_has_its_owners_mark_again() throws SQLException {
        mark();
        try (TestDatabase database = provider().start(PLAIN, Progress.SILENT)) {
            database.beginLoading();
            assertThat(comment()).isEqualTo("rehearse: begun " + server.database());

            assertThat(database.partThatStays()).isEmpty();
            assertThat(comment()).isEqualTo("rehearse: disposable " + server.database());

            database.beginLoading();
            DatabaseProviderContract.execute(database.primary(), "create table account (id int)");
            database.seal(Progress.SILENT);
            assertThat(database.partThatStays()).isEmpty();
        }
        assertThat(comment()).isEqualTo("rehearse: disposable " + server.database());
    }

    private String comment() throws SQLException {
        return DatabaseProviderContract.value(
                server,
                "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()");
    }

    @Test
    void a_user_who_may_not_do_what_a_rehearsal_does_is_refused_before_anything_is_done() throws SQLException {
        mark();
        DatabaseProviderContract.execute(
                server, "drop role if exists clerk", "create role clerk login password 'clerk'");
        try {
            DatabaseProvider provider = DatabaseProviders.external(server.jdbcUrl() + "?user=clerk&password=clerk");

            assertThatThrownBy(() -> provider.start(PLAIN, Progress.SILENT))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("The user clerk is no superuser")
                    .hasMessageContaining("managed service gives you none, leave --database out");
        } finally {
            DatabaseProviderContract.execute(server, "drop role clerk");
        }
    }

    @Test
    void a_server_on_which_another_rehearsal_runs_is_refused() throws SQLException {
        mark();
        TestDatabase.Server neighbour = TestServers.freshDatabase();
        try (Connection guard = neighbour.connect("rehearse-guard")) {
            assertThat(guard.isValid(5)).isTrue();
            assertThatThrownBy(() -> provider().start(PLAIN, Progress.SILENT))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("Another rehearsal uses the database " + neighbour.database());
        }
    }

    @Test
    void a_name_that_a_url_has_to_encode_means_the_same_database_to_every_session() throws SQLException {
        String name = "50% + more?";
        DatabaseProviderContract.execute(
                server,
                "drop database if exists \"" + name + "\"",
                "create database \"" + name + "\" template template0",
                "comment on database \"" + name + "\" is 'rehearse: disposable " + name + "'");
        try (TestDatabase database = DatabaseProviders.external("jdbc:postgresql://" + server.host() + ":"
                        + server.port() + "/50%25%20%2B%20more%3F?user=" + server.user() + "&password="
                        + server.password())
                .start(PLAIN, Progress.SILENT)) {
            assertThat(DatabaseProviderContract.value(database.primary(), "select current_database()"))
                    .isEqualTo(name);
        } finally {
            DatabaseProviderContract.execute(server, "drop database \"" + name + "\" with (force)");
        }
    }

    @Test
    void a_standby_is_refused() throws SQLException {
        try (TestDatabase replicated =
                DatabaseProviders.embedded().start(new DatabaseRequest(18, 1, Map.of(), null, null), Progress.SILENT)) {
            replicated.seal(Progress.SILENT);
            TestDatabase.Server standby = replicated.standbys().get(0);
            DatabaseProvider provider = DatabaseProviders.external(
                    standby.jdbcUrl() + "?user=" + standby.user() + "&password=" + standby.password());

            assertThatThrownBy(() -> provider.start(PLAIN, Progress.SILENT)).hasMessageContaining("is a standby");
        }
    }

    @Test
    void settings_and_standbys_are_the_owners_business() {
        assertThatThrownBy(() -> provider()
                        .start(new DatabaseRequest(18, 0, Map.of("work_mem", "1GB"), null, null), Progress.SILENT))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("its standbys and settings are its owner's");
    }

    @Test
    void a_server_that_is_not_there_is_the_machines_fault() {
        DatabaseProvider provider = DatabaseProviders.external(
                "jdbc:postgresql://127.0.0.1:" + Startup.freePort() + "/shop?user=me&password=secret");

        assertThatThrownBy(() -> provider.start(PLAIN, Progress.SILENT))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("Cannot connect to shop at 127.0.0.1:")
                .hasMessageNotContaining("secret");
    }
}
