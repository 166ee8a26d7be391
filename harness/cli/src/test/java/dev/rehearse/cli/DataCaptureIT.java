package dev.rehearse.cli;

import static dev.rehearse.cli.TestSql.execute;
import static dev.rehearse.cli.TestSql.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.engine.CoreEngine;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rehearse data capture} and {@code rehearse data fill --profile} from end to end. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DataCaptureIT {

    private static final String SCHEMA = """
            CREATE TABLE customer (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, plan text NOT NULL);
            CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, total numeric(10,2));""";

    private static final String ROWS = """
            INSERT INTO customer (email, plan) SELECT 'ann' || i || '@secret.test', CASE WHEN i % 10 = 0 THEN 'gold' ELSE 'free' END
            FROM generate_series(1, 2000) i;
            INSERT INTO orders (customer_id, total) SELECT 1 + i * i % 1999, CASE WHEN i % 4 > 0 THEN i % 977 END FROM generate_series(1, 7000) i;
            ANALYZE""";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
        return RehearseCommand.run(console, new CoreEngine(), arguments);
    }

    @Test
    void a_profile_is_captured_and_a_twin_is_made_of_it() throws Exception {
        try (TestDatabase ours = DatabaseProviders.embedded()
                .start(
                        new DatabaseRequest(DatabaseRequest.NEWEST, 0, Map.of("fsync", "off"), null, null),
                        Progress.SILENT)) {
            Server source = database(ours.primary(), "source");
            execute(source, ROWS);
            Server twin = database(ours.primary(), "twin");
            execute(twin, "COMMENT ON DATABASE twin IS 'rehearse: disposable twin'");
            Path file = folder.resolve("source.profile.yaml");

            int captured = run(
                    "data",
                    "capture",
                    "--url",
                    url(source),
                    "--out",
                    file.toString(),
                    "--harmless",
                    "public.customer.plan");
            assertThat(captured).as(err.toString()).isZero();
            assertThat(out.toString()).contains("2 tables, 9,000 rows by estimate");
            assertThat(err.toString()).contains("missing: There is no workload");
            assertThat(Files.readString(file)).contains("\"free\", \"gold\"").doesNotContain("secret", "ann1");

            int filled = run("data", "fill", "--url", url(twin), "--profile", file.toString());
            assertThat(filled).as(err.toString()).isZero();
            assertThat(value(twin, "SELECT count(*) FROM customer")).isEqualTo("2000");
            assertThat(value(twin, "SELECT count(*) FROM orders")).isEqualTo("7000");
            assertThat(value(twin, "SELECT count(*) FROM customer WHERE plan = 'gold'"))
                    .isEqualTo("200");
            assertThat(value(twin, "SELECT count(*) FROM orders WHERE total IS NULL"))
                    .isEqualTo("1750");

            Files.writeString(file, Files.readString(file).replace("complete: true", ""));
            assertThat(run("data", "fill", "--url", url(twin), "--profile", file.toString()))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("source.profile.yaml:").contains("the profile was cut short");
        }
    }

    @Test
    void a_source_that_does_not_answer_and_a_url_that_is_none_are_told_apart() {
        assertThat(run("data", "capture", "--url", "jdbc:postgresql://127.0.0.1:1/x", "--out", "f"))
                .isEqualTo(4);
        assertThat(err.toString()).contains("Cannot connect to jdbc:postgresql://127.0.0.1:1/x: ");
        assertThat(run("data", "capture", "--url", "mysql://x", "--out", "f")).isEqualTo(2);
        assertThat(err.toString()).contains("This is no URL of a PostgreSQL database: mysql://x.");
    }

    private static String url(Server server) {
        return "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + server.database() + "?user="
                + server.user() + "&password=" + server.password();
    }

    private static Server database(Server server, String name) throws SQLException {
        execute(server, "CREATE DATABASE " + name);
        Server database = new Server("primary", server.host(), server.port(), name, server.user(), server.password());
        execute(database, SCHEMA);
        return database;
    }
}
