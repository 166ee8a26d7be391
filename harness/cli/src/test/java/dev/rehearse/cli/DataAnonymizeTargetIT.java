package dev.rehearse.cli;

import static dev.rehearse.cli.TestSql.execute;
import static dev.rehearse.cli.TestSql.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.rehearse.Progress;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.engine.CoreEngine;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.dump.SchemaTools;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code rehearse data anonymize} does to what stood in its target before. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DataAnonymizeTargetIT {

    /** What a database has beside what a run brings. */
    private static final String KEPT = """
            SELECT string_agg(what, '; ' ORDER BY what) FROM (
                SELECT 'schema ' || nspname || ' of ' || nspowner::regrole || coalesce(nspacl::text, '')
                    || coalesce(obj_description(oid, 'pg_namespace'), '') AS what
                FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'rehearse_filling')
                UNION ALL SELECT 'extension ' || extname || ' in ' || extnamespace::regnamespace
                    || coalesce(obj_description(oid, 'pg_extension'), '') FROM pg_extension
                UNION ALL SELECT 'default ' || defaclacl::text FROM pg_default_acl
                UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE oid >= 16384
                UNION ALL SELECT 'relation ' || oid::regclass FROM pg_class WHERE oid >= 16384
                    AND relnamespace::regnamespace::text !~ '^(pg_|rehearse_filling)'
                UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
                UNION ALL SELECT 'server ' || srvname FROM pg_foreign_server) w""";

    @TempDir
    private static Path folder;

    private static TestDatabase ours;
    private static Server source;
    private static Path careless;

    @BeforeAll
    static void start() throws Exception {
        SchemaTools tools;
        try {
            tools = SchemaTools.find(DatabaseRequest.OLDEST);
        } catch (AnonymizeException e) {
            if ("required".equals(System.getenv("REHEARSE_TEST_CONTAINERS"))) {
                throw e;
            }
            abort(e.getMessage());
            return;
        }
        ours = DatabaseProviders.embedded()
                .start(new DatabaseRequest(tools.major(), 0, Map.of("fsync", "off"), null, null), Progress.SILENT);
        source = database("source");
        execute(source, """
                CREATE EXTENSION hstore;
                CREATE EXTENSION pg_trgm;
                COMMENT ON EXTENSION pg_trgm IS 'of the source';
                COMMENT ON SCHEMA public IS 'of the source';
                CREATE SCHEMA app;
                CREATE TYPE app.mood AS ENUM ('glad', 'sad');
                CREATE FUNCTION app.twice(i int) RETURNS int LANGUAGE sql IMMUTABLE RETURN i * 2;
                CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
                CREATE OPERATOR app.<+> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
                CREATE FOREIGN DATA WRAPPER nowhere;
                CREATE SERVER afar FOREIGN DATA WRAPPER nowhere;
                CREATE TABLE people (id int PRIMARY KEY, last_name text, note text, mood app.mood, more hstore);
                INSERT INTO people VALUES (1, 'Kowalczykowa', 'to Kowalczykowa', 'glad', 'a=>1');
                CREATE TABLE app.events (id int, at date) PARTITION BY RANGE (at);
                CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                CREATE VIEW app.seen AS SELECT id, app.twice(id) FROM people""");
        careless = Files.writeString(folder.resolve("careless.yaml"), "tables: { people: { note: keep } }");
    }

    @AfterAll
    static void stop() {
        if (ours != null) {
            ours.close();
        }
    }

    @Test
    void what_was_there_before_a_leak_is_there_after_it_and_what_comes_then_is_not_taken_for_ours() throws Exception {
        Server target = database("furnished");
        execute(target, """
                CREATE ROLE landlord;
                CREATE EXTENSION pg_trgm;
                CREATE SCHEMA shelf;
                CREATE EXTENSION citext SCHEMA shelf;
                ALTER SCHEMA public OWNER TO landlord;
                GRANT CREATE ON SCHEMA public TO PUBLIC;
                COMMENT ON SCHEMA public IS 'of the target';
                ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO landlord""");
        String before = value(target, KEPT);

        Outcome leaked = anonymize(target, "--rules", careless.toString());

        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        assertThat(leaked.err).contains("everything that was copied was taken out of the target");
        assertThat(value(target, KEPT)).isEqualTo(before);
        execute(target, "CREATE TABLE public.mine ()");
        Outcome refused = anonymize(target);
        assertThat(refused.code).as(refused.err).isEqualTo(2);
        assertThat(refused.err).contains("The target is not empty: it has table public.mine.");
        execute(target, "DROP TABLE public.mine");
        Outcome made = anonymize(target);
        assertThat(made.code).as(made.err).isZero();
        assertThat(value(target, "SELECT extname FROM pg_extension WHERE extname = 'citext'"))
                .isEqualTo("citext");
    }

    @Test
    void what_holds_more_than_extensions_is_refused_each_time() throws Exception {
        Server target = database("settled");
        execute(target, "CREATE SCHEMA app; CREATE FUNCTION app.f() RETURNS int LANGUAGE sql RETURN 1");
        for (int run = 0; run < 2; run++) {
            Outcome refused = anonymize(target);
            assertThat(refused.code).as(refused.err).isEqualTo(2);
            assertThat(refused.err).contains("The target is not empty: it has function app.f(), schema app.");
        }
        assertThat(value(target, "SELECT app.f()")).isEqualTo("1");
        execute(
                target,
                "DROP SCHEMA app CASCADE; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w");
        assertThat(anonymize(target).err).contains("foreign-data wrapper w, server s");
        execute(target, "DROP FOREIGN DATA WRAPPER w CASCADE; CREATE TYPE public.t AS (i int); CREATE PUBLICATION p");
        assertThat(anonymize(target).err).contains("publication p, type public.t");
    }

    @Test
    void a_target_that_cannot_be_emptied_hides_no_leak_and_what_others_made_meanwhile_stays() throws Exception {
        Server target = database("stubborn");
        execute(target, """
                CREATE EXTENSION pg_trgm;
                CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_identity = 'public.people') THEN
                        RAISE 'people stay' USING ERRCODE = '55P03';
                    END IF; END $$;
                CREATE EVENT TRIGGER refuses ON sql_drop EXECUTE FUNCTION public.refuse();
                ALTER EXTENSION pg_trgm ADD FUNCTION public.refuse();
                ALTER EXTENSION pg_trgm ADD EVENT TRIGGER refuses""");
        String before = value(target, KEPT);

        Outcome leaked = anonymize(target, "--rules", careless.toString());

        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        assertThat(leaked.err)
                .contains("could not be emptied and still holds what leaks", "people stay", "public.people.note: 1");
        assertThat(value(target, "SELECT spec FROM rehearse_filling.filling")).isEqualTo("an anonymized snapshot");
        execute(
                target,
                "ALTER EVENT TRIGGER refuses DISABLE; CREATE TABLE public.theirs (id int);"
                        + " CREATE FUNCTION public.of_theirs() RETURNS int LANGUAGE sql RETURN 1");
        Outcome refused = anonymize(target);
        assertThat(refused.code).as(refused.err).isEqualTo(2);
        assertThat(refused.err)
                .contains("The target is not empty: it has table public.theirs, function public.of_theirs().");
        assertThat(value(target, "SELECT public.of_theirs() + count(*) FROM public.theirs"))
                .isEqualTo("1");
        execute(target, "DROP TABLE public.theirs; DROP FUNCTION public.of_theirs()");
        Outcome again = anonymize(target, "--rules", careless.toString());
        assertThat(again.code).as(again.err).isEqualTo(1);
        assertThat(value(target, KEPT)).isEqualTo(before);
    }

    private record Outcome(int code, String err) {}

    private static Outcome anonymize(Server target, String... options) {
        StringWriter err = new StringWriter();
        Console console =
                new Console(new PrintWriter(new StringWriter()), new PrintWriter(err, true), false, false, 100);
        String[] command = new String[options.length + 6];
        System.arraycopy(
                new String[] {"data", "anonymize", "--from", url(source), "--to", url(target)}, 0, command, 0, 6);
        System.arraycopy(options, 0, command, 6, options.length);
        return new Outcome(RehearseCommand.run(console, new CoreEngine(), command), err.toString());
    }

    private static String url(Server server) {
        return server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password();
    }

    private static Server database(String name) throws SQLException {
        Server server = ours.primary();
        execute(server, "CREATE DATABASE " + name);
        execute(server, "COMMENT ON DATABASE " + name + " IS 'rehearse: disposable " + name + "'");
        return new Server("primary", server.host(), server.port(), name, server.user(), server.password());
    }
}
