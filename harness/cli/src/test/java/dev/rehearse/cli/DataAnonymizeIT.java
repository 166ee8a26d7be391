package dev.rehearse.cli;

import static dev.rehearse.cli.TestSql.execute;
import static dev.rehearse.cli.TestSql.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.Progress;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.engine.CoreEngine;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.anonymize.dump.DumpFile;
import dev.rehearse.data.anonymize.dump.SchemaTools;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rehearse data anonymize} from a source that its role can only read, with the programs of PostgreSQL that are installed. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DataAnonymizeIT {

    private static final List<String> TABLES = List.of("customers", "orders", "order_lines", "notes", "\"Visits\"");

    /** What must not stand in the output, in any column. */
    private static final String PLANTED =
            "kowalczykowa|planted|secret\\.example|601.?777.?888|987.?65.?4321|zimmermann|fitzgerald|annegret";

    /** But for what marks the target, and for what is the server's own. */
    private static final String NOTHING_LEFT = """
            SELECT count(*) FROM pg_namespace n
            JOIN (SELECT relnamespace AS of FROM pg_class UNION ALL SELECT pronamespace FROM pg_proc UNION ALL SELECT typnamespace FROM pg_type) o
              ON o.of = n.oid
            WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse_filling')""";

    @TempDir
    private static Path folder;

    private static TestDatabase ours;
    private static SchemaTools tools;
    private static Server source;
    private static Path keyFile;

    @BeforeAll
    static void start() throws Exception {
        try {
            tools = SchemaTools.find(DatabaseRequest.OLDEST);
        } catch (AnonymizeException e) {
            if ("required".equals(System.getenv("REHEARSE_TEST_CONTAINERS"))) {
                throw e;
            }
            abort(e.getMessage());
        }
        ours = DatabaseProviders.embedded()
                .start(new DatabaseRequest(tools.major(), 0, Map.of("fsync", "off"), null, null), Progress.SILENT);
        source = database("source");
        try (InputStream sql = DataAnonymizeIT.class.getResourceAsStream("anonymized-source.sql")) {
            execute(source, new String(Objects.requireNonNull(sql).readAllBytes(), StandardCharsets.UTF_8));
        }
        keyFile = Files.writeString(folder.resolve("key"), "a key that this test keeps to itself\n");
    }

    @AfterAll
    static void stop() {
        if (ours != null) {
            ours.close();
        }
    }

    private record Outcome(int code, String out, String err) {}

    private static Outcome anonymize(String from, String to, String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
        List<String> command = new ArrayList<>(List.of("data", "anonymize", "--from", from, "--to", to));
        command.addAll(List.of(options));
        int code = RehearseCommand.run(console, new CoreEngine(), command.toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    /** By a role that can write nothing there, not even temporary tables. */
    private static String fromSource() {
        return "postgresql://reader:reader@" + source.host() + ":" + source.port() + "/source";
    }

    private static String url(Server server) {
        return server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password();
    }

    private static Server database(String name) throws SQLException {
        return database(name, name);
    }

    private static Server database(String options, String name) throws SQLException {
        Server server = ours.primary();
        execute(server, "CREATE DATABASE " + options);
        execute(server, "COMMENT ON DATABASE " + name + " IS 'rehearse: disposable " + name + "'");
        return new Server("primary", server.host(), server.port(), name, server.user(), server.password());
    }

    private static Endpoint endpoint(Server server) {
        return new Endpoint(
                () -> server.connect("test"), DatabaseUrl.of(url(server)).libpq(), true);
    }

    @Test
    void a_snapshot_behaves_as_its_source_holds_nothing_of_it_and_comes_out_of_a_dump_the_same() throws Exception {
        Server target = database("target");
        Path json = folder.resolve("made.json");

        Outcome made = anonymize(
                fromSource(), url(target), "--key-file", keyFile.toString(), "--json", json.toString(), "--verbose");

        assertThat(made.code).as(made.err + made.out).isZero();
        assertThat(made.out)
                .contains("leak check: nothing that identifies")
                .containsPattern("public\\.customers +2,001 ");
        assertSameShape(target);
        for (String table : TABLES) {
            assertThat(value(target, "SELECT count(*) FROM " + table + " t WHERE t::text ~* '" + PLANTED + "'"))
                    .as(table)
                    .isEqualTo("0");
        }
        // What a person is called in the free text is what she is called in her own row.
        String mentioned =
                "SELECT count(*) FROM notes n JOIN customers c ON c.id = n.customer_id AND position(upper(c.last_name) IN upper(n.body)) > 0"
                        + " WHERE position(c.email IN n.body) > 0 OR n.hotline IS NOT NULL";
        assertThat(value(target, mentioned)).isEqualTo("2501").isEqualTo(value(source, mentioned));
        assertThat(value(
                        target,
                        "SELECT count(*) FROM notes WHERE doc ->> 'kind' = 'call' AND (doc ->> 'minutes')::int < 60"))
                .isEqualTo("2500");
        assertThat(value(target, "SELECT customers FROM customers_by_plan WHERE plan = 'gold'"))
                .isEqualTo("500");
        assertThat(value(target, "SELECT nextval('orders_id_seq')")).isEqualTo("6001");
        assertThat(value(target, "SELECT count(*) FROM pg_namespace WHERE nspname = 'rehearse_filling'"))
                .isEqualTo("0");
        assertThat(value(target, "SELECT count(*) FROM pg_stats WHERE tablename = 'customers'"))
                .isNotEqualTo("0");
        JsonNode told = new ObjectMapper().readTree(json.toFile());
        assertThat(told.at("/whole").asBoolean()).isTrue();
        assertThat(told.at("/tables").findValuesAsText("rule")).contains("keep", "pseudonymise", "shiftDates");
        assertThat(told.at("/leakCheck/leaks")).isEmpty();
        assertThat(told.at("/leakCheck/notSeen").asText()).contains("compressed", "salt");

        Path dump = folder.resolve("source.dump");
        tools.dump(endpoint(source), dump);
        Path script = folder.resolve("source.sql");
        tools.dump(endpoint(source), script);
        assertThat(script).content().contains("-- PostgreSQL database dump complete");
        Server again = database("again");
        Outcome fromDump = anonymize(
                dump.toString(),
                url(again),
                "--key-file",
                keyFile.toString(),
                "--readers",
                "1",
                "--throttle",
                "900MB/s");
        assertThat(fromDump.code).as(fromDump.err).isZero();
        for (String table : TABLES) {
            assertThat(fingerprint(again, table)).as(table).isEqualTo(fingerprint(target, table));
        }

        byte[] whole = Files.readAllBytes(dump);
        Path cut = Files.write(folder.resolve("cut.dump"), Arrays.copyOf(whole, whole.length - whole.length / 3));
        Server empty = database("empty");
        Outcome ofCut = anonymize(cut.toString(), url(empty));
        assertThat(ofCut.code).as(ofCut.err).isEqualTo(2);
        assertThat(ofCut.err).contains("pg_restore cannot read the dump " + cut + " to its end");
        assertThat(value(empty, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                .isEqualTo("0");
    }

    /** Counts, constraints, joins, uniqueness, lengths and classes of characters. */
    private static void assertSameShape(Server target) throws SQLException {
        List<String> questions = new ArrayList<>(List.of(
                "SELECT string_agg(conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated, ',' ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
                "SELECT string_agg(pg_get_indexdef(indexrelid), ',' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)",
                "SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal",
                "SELECT string_agg(n::text, ',' ORDER BY n) FROM (SELECT count(*) AS n FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.id) g",
                "SELECT string_agg(n::text, ',' ORDER BY n) FROM (SELECT count(*) AS n FROM orders o JOIN customers c ON c.ssn = o.payer_ssn GROUP BY c.id) g",
                "SELECT string_agg(n::text, ',' ORDER BY n) FROM (SELECT count(*) AS n FROM customers GROUP BY last_name) g",
                "SELECT count(*) FROM customers a JOIN customers b ON a.referred_by = b.id JOIN orders o ON o.id = a.favourite_order",
                "SELECT count(*) FROM notes JOIN order_lines USING (order_id, line_no)",
                "SELECT count(*) || ' ' || sum(total) || ' ' || count(DISTINCT placed_on) FROM orders",
                "SELECT string_agg(status || coalesce(plan, '') || coalesce(mood::text, '') || coalesce(credit, 0), ',' ORDER BY id) FROM customers",
                "SELECT count(DISTINCT born) || ' ' || sum(extract(year FROM born)) FROM customers",
                "SELECT count(*) FROM customers WHERE to_date(birth_number::text, 'YYYYMMDD') = born",
                "SELECT count(DISTINCT avatar_id) FROM customers",
                "SELECT count(DISTINCT last_ip) || ' ' || count(DISTINCT split_part(host(last_ip), '.', 2)) FROM customers",
                "SELECT count(*) FROM visits_old"));
        for (String column : List.of(
                "ssn",
                "first_name",
                "last_name",
                "email",
                "phone",
                "phone_digits",
                "iban",
                "full_name",
                "tags",
                "contact",
                "photo")) {
            questions.add(
                    "SELECT count(DISTINCT (" + column + ")::text) || ' ' || count(" + column + ") FROM customers");
            if (!column.equals("photo")) {
                questions.add(classes(column, "customers"));
            }
        }
        for (String column : List.of("body", "doc ->> 'text'", "raw", "props", "mentions", "hotline")) {
            questions.add(classes(column, "notes"));
        }
        for (String question : questions) {
            assertThat(value(target, question)).as(question).isEqualTo(value(source, question));
        }
        for (String column : List.of(
                "ssn",
                "last_name",
                "email",
                "phone",
                "phone_digits",
                "born",
                "iban",
                "last_ip",
                "avatar_id",
                "birth_number",
                "birth_day")) {
            assertThat(pairs(target, column)).isNotEmpty().doesNotContainAnyElementsOf(pairs(source, column));
        }
    }

    private static Set<String> pairs(Server server, String column) throws SQLException {
        return Set.of(value(
                        server,
                        "SELECT string_agg(id || ' ' || " + column + ", ',') FROM customers WHERE " + column
                                + " IS NOT NULL")
                .split(","));
    }

    private static String classes(String column, String table) {
        return "SELECT md5(string_agg(regexp_replace(regexp_replace(regexp_replace((" + column
                + ")::text, '[0-9]', '0', 'g'), '[A-Z]', 'A', 'g'), '[a-z]', 'a', 'g'), '|' ORDER BY id)) FROM "
                + table;
    }

    private static String fingerprint(Server server, String table) throws SQLException {
        return value(
                server, "SELECT md5(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM " + table + " t");
    }

    @Test
    void careless_rules_fail_closed_and_leave_an_empty_target_that_is_marked() throws Exception {
        Server target = database("careless");
        Path rules = Files.writeString(folder.resolve("careless.yaml"), """
                rehearseRules: 1
                tables:
                  notes: { body: keep, doc: keep, raw: keep, props: keep, mentions: keep, hotline: keep, page: keep, packed: keep, avatar: { rule: pseudonymise, keepWords: true } }
                  customers:
                    phone_digits: keep
                    plan: { rule: keep }
                """);

        Outcome leaked = anonymize(
                fromSource(),
                url(target),
                "--rules",
                rules.toString(),
                "--json",
                "-",
                "--where",
                "customers=last_name = 'Kowalczykowa' OR id = 7");

        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        JsonNode told = new ObjectMapper().readTree(leaked.out);
        assertThat(told.at("/whole").asBoolean()).isFalse();
        // Another letter case and another number's separators, an address inside of JSON, an attribute, an hstore's
        // text, an array, an entity, base64, the digest of a mail address.
        assertThat(told.at("/leakCheck/leaks").findValuesAsText("column"))
                .containsExactly(
                        "public.customers.phone_digits",
                        "public.notes.avatar",
                        "public.notes.body",
                        "public.notes.doc",
                        "public.notes.hotline",
                        "public.notes.mentions",
                        "public.notes.packed",
                        "public.notes.page",
                        "public.notes.props",
                        "public.notes.raw");
        assertThat(leaked.err)
                .contains("everything that was copied was taken out of the target")
                .doesNotContainIgnoringCase("kowalczykowa");
        assertThat(value(target, NOTHING_LEFT)).isEqualTo("0");
        assertThat(value(target, "SELECT spec FROM rehearse_filling.filling")).isEqualTo("an anonymized snapshot");
        // What our own run left is taken out again; what somebody else has there is not.
        Outcome again = anonymize(fromSource(), url(target));
        assertThat(again.code).as(again.err).isZero();
        assertThat(again.out).contains("An earlier run was begun anew");
        Outcome onceMore = anonymize(fromSource(), url(target));
        assertThat(onceMore.code).isEqualTo(2);
        assertThat(onceMore.err).contains("The target is not empty");
    }

    @Test
    void a_subset_is_closed_goes_into_a_dump_and_has_other_pseudonyms_without_the_key() throws Exception {
        Path suggested = folder.resolve("rules.yaml");
        Outcome suggestion = anonymize(fromSource(), "unused", "--suggest", suggested.toString());
        assertThat(suggestion.code).as(suggestion.err).isZero();
        assertThat(suggested).content().containsPattern("avatar_id: pseudonymise .* digests of column email");
        String reviewed = Files.readString(suggested)
                .replaceFirst("body: pseudonymise", "body: { rule: pseudonymise, keepWords: true }")
                .replaceFirst("last_name: pseudonymise", "last_name: synthesise")
                .replaceFirst("credit: keep", "credit: { rule: noise, amount: 5% }")
                .replaceFirst("    tags: pseudonymise", "    tags: \"null\"");
        assertThat(reviewed).contains("keepWords", "synthesise", "noise", "tags: \"null\"");
        Files.writeString(suggested, reviewed);
        Path file = folder.resolve("subset.dump");

        Outcome made = anonymize(
                fromSource(),
                file.toString(),
                "--rules",
                suggested.toString(),
                "--where",
                "public.customers=id % 50 = 0",
                "--percent",
                "2");

        assertThat(made.code).as(made.err + made.out).isZero();
        Server restored = database("restored");
        tools.restore(DumpFile.at(file), endpoint(restored));
        assertThat(value(restored, "SELECT count(*) FROM customers WHERE id % 50 = 0"))
                .isEqualTo("40");
        String theirs = "SELECT count(*) FROM orders WHERE customer_id % 50 = 0";
        assertThat(value(restored, theirs)).isEqualTo(value(source, theirs));
        assertThat(Long.parseLong(value(restored, "SELECT count(*) FROM orders")))
                .isBetween(50L, 2000L);
        assertThat(value(restored, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"))
                .isEqualTo("7");
        assertThat(value(restored, "SELECT count(*) FROM customers WHERE tags IS NOT NULL"))
                .isEqualTo("0");
        assertThat(
                        value(
                                restored,
                                "SELECT count(*) FROM notes WHERE body LIKE 'Call from % about order %, please write to %@%.%'"))
                .isEqualTo(value(restored, "SELECT count(*) FROM notes WHERE body LIKE 'Call %'"))
                .isNotEqualTo("0");
        assertThat(pairs(restored, "ssn")).isNotEmpty().doesNotContainAnyElementsOf(pairs(source, "ssn"));
    }

    @Test
    void all_mistakes_of_a_rules_file_are_told_at_once_and_a_constraint_that_breaks_is_named() throws Exception {
        Server target = database("mistaken");
        Path rules = Files.writeString(folder.resolve("mistaken.yaml"), """
                harmles: [gold]
                tables:
                  customer: { id: keep }
                  public.notes:
                    boddy: keep
                    body: pseudonymize
                  orders:
                    payer_ssn: keep
                    customer_id: { rule: noise, amount: lots }
                  customers:
                    ssn: pseudonymise
                    email: "null"
                    vip: noise
                """);

        Outcome wrong = anonymize(fromSource(), url(target), "--rules", rules.toString());

        assertThat(wrong.code).isEqualTo(2);
        assertThat(wrong.err)
                .contains("mistaken.yaml:1: unknown key \"harmles\"", "Did you mean \"harmless\"?")
                .contains("mistaken.yaml:3: there is no table \"customer\". Did you mean \"customers\"?")
                .contains("mistaken.yaml:5: table public.notes has no column \"boddy\". Did you mean \"body\"?")
                .contains(
                        "mistaken.yaml:6: public.notes.body: there is no rule \"pseudonymize\". Did you mean \"pseudonymise\"?")
                .contains("mistaken.yaml:9: public.orders.customer_id: \"lots\" is no amount")
                .contains("noise would break joins")
                .contains("mistaken.yaml:11: public.customers.ssn is tied by foreign keys to public.orders.payer_ssn")
                .contains("mistaken.yaml:12: public.customers.email: the column takes no NULL")
                .contains("mistaken.yaml:13: public.customers.vip: values of type boolean have no pseudonyms");
        Files.writeString(rules, "tables: { customers: { ssn: generalise } }");
        assertThat(anonymize(fromSource(), url(target), "--rules", rules.toString()).err)
                .contains("generalise would break joins");
        Files.writeString(rules, "tables: { customers: { status: pseudonymise } }");
        Outcome broken = anonymize(fromSource(), url(target), "--rules", rules.toString());
        assertThat(broken.code).as(broken.err).isEqualTo(2);
        assertThat(broken.err)
                .contains("customers_status_check of table public.customers", "column status (rule pseudonymise)");
    }

    @Test
    void what_constraints_and_definitions_ask_for_is_told_at_once_with_what_to_write() throws Exception {
        Server clubs = database("clubs");
        execute(clubs, """
                CREATE TABLE members (id bigserial PRIMARY KEY, last_name text, city text DEFAULT 'Berlin', state text, quarter text,
                    email text CHECK (email IN ('boss@firm.example', 'info@firm.example')), country text CHECK (country = 'DE'),
                    year_of_birth int CHECK (year_of_birth BETWEEN 1900 AND 2029), month_of_birth int CHECK (month_of_birth <= 12),
                    doc jsonb, CHECK (state = 'on' OR quarter IN ('Alpha One', 'Beta Two')));
                INSERT INTO members (last_name, city, state, quarter, email, country, year_of_birth, month_of_birth, doc)
                SELECT (ARRAY['Unknown', 'Meier', 'Springfield'])[1 + i % 3], (ARRAY['Berlin', 'Bonn'])[1 + i % 2],
                       (ARRAY['on', 'off'])[1 + i % 2], 'Alpha One', 'boss@firm.example', 'DE', 1950 + i, 1 + i % 12,
                       jsonb_build_object('location', 'header', 'friends', jsonb_build_object('Kow' || chr(97 + i) || 'ska', i))
                FROM generate_series(0, 23) i;
                CREATE TABLE benutzer (id bigserial PRIMARY KEY, vorname text, geburtsdatum date, geboren_am timestamp, gehalt numeric,
                    username text, role text, homepage_address text, shop_url text, kontakt jsonb, kennwort text, sha256 text);
                INSERT INTO benutzer (vorname, geburtsdatum, geboren_am, gehalt, username, role, homepage_address, shop_url, kontakt, kennwort)
                SELECT 'Kwitt' || chr(97 + i) || 'ra', DATE '2023-01-01' + i, DATE '2023-01-01' + i, 40001 + i, CASE i WHEN 7 THEN 'admin' ELSE 'kw' || i END,
                       CASE i WHEN 7 THEN 'admin' ELSE 'member' END, 'https://kwitt.example/' || i, 'https://shop.example/',
                       jsonb_build_object('status', 'open', 'kind', 'Kwitt' || chr(97 + i) || 'ra'), 'pbkdf2_sha256$1$' || md5(i::text)
                FROM generate_series(0, 23) i;
                CREATE TABLE stays (valid_from date, termination date, CHECK (termination >= valid_from),
                    stay daterange GENERATED ALWAYS AS (daterange(valid_from, termination, '[]')) STORED);
                INSERT INTO stays SELECT DATE '2023-01-01' + i, DATE '2023-01-01' + i + i % 2 FROM generate_series(0, 23) i;
                CREATE TABLE besuche (tag date) PARTITION BY RANGE (tag);
                CREATE TABLE besuche_20230102 PARTITION OF besuche FOR VALUES FROM ('2023-01-02') TO ('2023-01-03');
                CREATE TABLE schema_migrations (version text PRIMARY KEY);
                INSERT INTO schema_migrations VALUES ('20110322001319'), ('20120318201948'), ('20240229000003');
                CREATE FUNCTION called(n text) RETURNS text LANGUAGE sql AS
                    $$ SELECT CASE WHEN n = 'Springfield' THEN 'Berlin' ELSE coalesce(n, 'Unknown') END $$;
                CREATE VIEW headers AS SELECT coalesce(last_name, 'Unknown') AS called, city = 'Bonn' AS there, 'header' AS at FROM members""");
        Server target = database("clubstarget");
        Path rules = folder.resolve("clubs.yaml");

        Outcome broken = anonymize(url(clubs), url(target));

        assertThat(broken.code).as(broken.err).isEqualTo(2);
        assertThat(broken.err)
                .contains(
                        "quarter: { rule: keep, personal: false }.",
                        "email: { rule: keep, personal: false }, and harmless: [\"boss@firm.example\", \"info@firm.example\"].",
                        "Nothing was copied")
                .doesNotContain("birth", "country");
        Files.writeString(rules, """
                harmless: ["boss@firm.example", "info@firm.example"]
                tables: { members: { quarter: { rule: keep, personal: false }, email: { rule: keep, personal: false } } }
                """);
        Outcome leaked = anonymize(url(clubs), url(target), "--rules", rules.toString());
        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        assertThat(leaked.err)
                .contains(
                        "the definition of function called(text): 1, such as the value S... of 11 characters as a literal")
                .doesNotContain("definition of view", "Unknown", "Berlin", "Springfield");
        Files.writeString(rules, Files.readString(rules).replace("[\"boss", "[Springfield, \"boss"));
        Outcome made = anonymize(url(clubs), url(target), "--rules", rules.toString());
        assertThat(made.code).as(made.err).isZero();
        assertThat(value(target, """
                        SELECT count(DISTINCT year_of_birth) || ' ' || min(year_of_birth) / 10 || ' ' || sum((doc ? 'location')::int) || ' '
                               || count(DISTINCT doc #>> '{}') || ' ' || count(*) FILTER (WHERE doc::text ~ 'Kow.ska')
                        FROM members""")).isEqualTo("24 195 24 24 0");
        assertThat(value(
                        target,
                        "SELECT sum(termination - valid_from) || ' ' || bool_or(valid_from < '2023-01-01') FROM stays"))
                .isEqualTo("12 true");
        String inGerman = """
                SELECT count(DISTINCT vorname) || ' ' || sum((vorname ~ '^Kwitt.ra')::int + (kontakt ->> 'kind' ~ '^Kwitt.ra')::int) || ' '
                       || sum((vorname = kontakt ->> 'kind')::int) || ' ' || count(*) FILTER (WHERE kontakt ->> 'status' = 'open') || ' '
                       || count(*) FILTER (WHERE role = 'admin') FROM benutzer""";
        assertThat(value(clubs, inGerman)).isEqualTo("24 48 24 24 1");
        assertThat(value(target, inGerman)).isEqualTo("24 0 24 24 1");
        String births =
                "SELECT string_agg(id || ' ' || geburtsdatum || ',' || id || ' ' || geboren_am || ',' || id || ' ' || gehalt, ',') FROM benutzer";
        assertThat(value(target, births).split(","))
                .doesNotContain(value(clubs, births).split(","));
        assertThat(value(target, "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations"))
                .isEqualTo("20110322001319 20120318201948 20240229000003");
    }

    @Test
    void who_is_called_as_codes_keys_and_places_are_raises_no_alarm_and_who_stands_among_them_does() throws Exception {
        // In an encoding in which pg_dump writes other bytes than UTF-8.
        Server shop = database("shop TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "shop");
        execute(shop, """
                CREATE TABLE clients (id int PRIMARY KEY, last_name text, city text, country text, time_zone text, address jsonb, geo jsonb, votes jsonb, parts jsonb[]);
                INSERT INTO clients SELECT i, (ARRAY['Billing', 'Page', 'Point', 'London', 'Georgia', 'Kwittara'])[i], (ARRAY['Dublin', 'Singapore'])[1 + i % 2],
                    CASE i WHEN 1 THEN 'Singapore' WHEN 2 THEN 'Georgia' ELSE 'Ireland' END, 'Europe/London',
                    jsonb_build_object('type', 'billing', 'page', i, 'state', CASE i WHEN 3 THEN 'Dublin' WHEN 9 THEN 'Kwittara' ELSE 'Ohio' END),
                    jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(8.5 + i, 48.1)), '{"kwittara": 2, "billing": 5}',
                    ARRAY[jsonb_build_object('type', 'Vron' || chr(96 + i))]
                FROM generate_series(1, 24) i;
                CREATE TABLE settings (key text PRIMARY KEY, value text);
                INSERT INTO settings VALUES ('mail', 'support@shop.example');
                CREATE TABLE posts (id int PRIMARY KEY, author text, place text DEFAULT 'Köln');
                INSERT INTO posts VALUES (1, 'Annelie Kwittmann', 'Zürich');
                CREATE TYPE desk AS ENUM ('Kwittmann, Annelie');
                CREATE FUNCTION footer() RETURNS text LANGUAGE sql AS $$ SELECT 'Write to support@shop.example' $$;
                ANALYZE""");
        Server target = database("shoptarget");

        Outcome leaked = anonymize(url(shop), url(target));

        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        assertThat(leaked.err)
                .contains(
                        "public.clients.address: 1, such as the word k... of 8 letters",
                        "public.clients.votes: 2, such as the word",
                        "the definition of type desk: 1, such as the full name K... of 18 characters")
                .doesNotContain("public.clients.geo", "public.clients.country", "time_zone", "footer");
        execute(
                shop,
                "DROP TYPE desk; UPDATE clients SET votes = NULL; UPDATE clients SET address = '{\"type\": \"billing\", \"state\": \"Dublin\"}' WHERE id = 9");
        Outcome made = anonymize(url(shop), url(target));
        assertThat(made.code).as(made.err).isZero();
        assertThat(made.out).contains("the mail address s... in the definition of function footer()");
        assertThat(value(target, """
                        SELECT count(*) FILTER (WHERE last_name IN ('Billing', 'Page', 'Kwittara')) || ' ' || count(*) FILTER (WHERE address ->> 'state' = 'Dublin') || ' '
                               || count(DISTINCT country) || ' ' || count(*) FILTER (WHERE geo ->> 'type' = 'Point') || ' ' || count(*) FILTER (WHERE parts[1] ->> 'type' LIKE 'Vron_')
                        FROM clients""")).isEqualTo("0 2 3 24 0");
        execute(target, "INSERT INTO posts VALUES (2)");
        assertThat(value(
                        target,
                        "SELECT string_agg((place = 'Köln')::text || length(place), ',' ORDER BY id) FROM posts"))
                .isEqualTo("false6,true4");
    }

    @Test
    void a_lost_session_costs_a_part_and_the_same_command_goes_on_where_a_lost_source_ended_it() throws Exception {
        // Of its own: a snapshot is the same again only on a server to which nothing is written.
        try (TestDatabase other = DatabaseProviders.embedded()
                .start(new DatabaseRequest(tools.major(), 0, Map.of("fsync", "off"), null, null), Progress.SILENT)) {
            Server target = other.primary();
            execute(
                    target,
                    "COMMENT ON DATABASE \"" + target.database() + "\" IS 'rehearse: disposable " + target.database()
                            + "'");
            execute(ours.primary(), "ALTER SYSTEM SET autovacuum = off");
            execute(ours.primary(), "SELECT pg_reload_conf()");
            String[] options = {"--key-file", keyFile.toString(), "--readers", "1"};
            String[] slowly = {"--key-file", keyFile.toString(), "--readers", "1", "--throttle", "4_000rows/s"};
            CompletableFuture<Outcome> first =
                    CompletableFuture.supplyAsync(() -> anonymize(fromSource(), url(target), slowly));

            // Nobody else may be connected to the target while it is taken.
            Server beside =
                    new Server("primary", target.host(), target.port(), "template1", target.user(), target.password());
            await(
                    beside,
                    "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity WHERE query LIKE 'COPY % FROM STDIN' AND state = 'active'");
            await(target, "SELECT count(*) > 1 FROM rehearse_filling.parts");
            execute(
                    ours.primary(),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rehearse-anonymize' AND datname = 'source'");
            Outcome lost = first.get(60, TimeUnit.SECONDS);

            assertThat(lost.code).as(lost.err).isEqualTo(4);
            assertThat(lost.err).contains("Failed copying table public.", "Run the same command again");
            assertThat(value(target, "SELECT spec FROM rehearse_filling.filling"))
                    .isEqualTo("an anonymized snapshot");
            execute(target, "CREATE TABLE rehearse_filling.proofs_before AS SELECT * FROM rehearse_filling.proofs");
            execute(target, "UPDATE rehearse_filling.parts SET rows = rows + 1");
            Outcome different = anonymize(fromSource(), url(target), options);
            assertThat(different.code).as(different.err).isEqualTo(4);
            assertThat(different.err).contains("An earlier run wrote ", " where the source now has ", "it begins anew");
            assertThat(value(target, "SELECT count(*) FROM rehearse_filling.proofs"))
                    .isEqualTo("0");
            // As it was, so that it can be gone on with.
            execute(target, "INSERT INTO rehearse_filling.proofs SELECT * FROM rehearse_filling.proofs_before");
            execute(target, "DROP TABLE rehearse_filling.proofs_before");
            execute(target, "UPDATE rehearse_filling.parts SET rows = rows - 1");
            Outcome wentOn = anonymize(fromSource(), url(target), options);
            assertThat(wentOn.code).as(wentOn.err).isZero();
            assertThat(wentOn.out).contains("This run went on with one that was interrupted");
            assertSameShape(target);
            assertThat(value(target, "SELECT count(*) FROM pg_namespace WHERE nspname = 'rehearse_filling'"))
                    .isEqualTo("0");
        }
    }

    private static void await(Server server, String condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!holds(server, condition)) {
            assertThat(System.nanoTime()).as(condition).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static boolean holds(Server server, String condition) throws SQLException {
        try {
            return "t".equals(value(server, condition));
        } catch (SQLException e) {
            // Undefined table: it is not there yet.
            if ("42P01".equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    @Test
    void views_comments_and_accounts_are_looked_at_and_a_disk_that_fills_ends_it() throws Exception {
        Server odd = database("odd");
        execute(odd, """
                CREATE TYPE addresses AS RANGE (subtype = inet);
                CREATE TABLE people (id int PRIMARY KEY, last_name text, token uuid, code bytea, phone text,
                    login text CHECK (NOT (login IN ('admin', 'root'))), nick text CHECK (nick = 'none' OR length(nick) > 3),
                    state text CHECK (state IN ('new', 'old') OR state IS NULL), place point, snowflake bigint UNIQUE, savings money,
                    dials numeric[], birth_days daterange, hosts addresses, born date, born_at timestamp);
                INSERT INTO people SELECT i, 'Surname' || chr(97 + i % 26) || chr(97 + i / 26), gen_random_uuid(), 'plain',
                    '+49 151 ' || 2000000 + i, 'surname' || i, 'Surname' || i, 'new', point(48.1, 11.5), 1700000000000000000 + i,
                    (1000 + i)::numeric::money, ARRAY[491512000000 + i], '[1970-01-01,1970-01-02]', '[10.0.0.1,10.0.0.9]',
                    date '1970-01-01' + i, timestamp '1970-01-01 10:00' + i * interval '1 day'
                FROM generate_series(0, 600) i;
                INSERT INTO people VALUES (1000, 'Kowalczykowa', NULL, NULL);
                CREATE TABLE by_name (surname text PRIMARY KEY) PARTITION BY RANGE (surname);
                CREATE TABLE by_name_1 PARTITION OF by_name FOR VALUES FROM (MINVALUE) TO ('N');
                CREATE TABLE by_name_2 PARTITION OF by_name DEFAULT;
                INSERT INTO by_name SELECT last_name FROM people;
                CREATE TABLE calls (id int PRIMARY KEY, dialled numeric, seconds int);
                INSERT INTO calls SELECT i, i, i FROM generate_series(1, 3) i;
                UPDATE calls SET dialled = 491512000001 WHERE id = 2;
                CREATE VIEW plain AS SELECT 'Kowalczykowa' AS named;
                CREATE MATERIALIZED VIEW names AS SELECT 'of Kowalczykowa' AS who UNION ALL SELECT last_name FROM people;
                CREATE MATERIALIZED VIEW sums AS SELECT 19700000 + 102 AS total;
                CREATE TABLE tickets (id int PRIMARY KEY, motto text, citizen_id bigint, areas box[], dob_number int, flags bit(8),
                    doc jsonb, no8 numeric(8), due8 text, lives daterange[], card_last4 int, channel text, born jsonb, page xml);
                INSERT INTO tickets SELECT i, 'of surname' || i, 38010112345 + i, '{(3,4),(1,2);(5,6),(0,0)}', 19700101 + i, B'1'::bit(8),
                    jsonb_build_object('street', 'Station Street ' || i), to_char(date '1950-01-02' + i * 1000, 'YYYYMMDD')::numeric,
                    to_char(date '2023-01-02' + i * 20, 'YYYYMMDD'), ARRAY[daterange(date '1950-01-02' + i * 1000, NULL)], 1200 + i,
                    CASE i WHEN 7 THEN '10.20.30.40' ELSE 'web' END, jsonb_build_object('birth', jsonb_build_object('year', 1950 + i, 'day', i)),
                    xmlparse(CONTENT '<p><status>open</status>Kwittara</p>')
                FROM generate_series(1, 20) i;
                ALTER TABLE tickets ADD CHECK (motto IN ('new', 'old')) NOT VALID;
                CREATE TABLE receipts (id bigint GENERATED BY DEFAULT AS IDENTITY (START 100000001) PRIMARY KEY, paid int);
                CREATE TABLE receipt_lines (receipt_id bigint REFERENCES receipts);
                INSERT INTO receipts (paid) SELECT i FROM generate_series(1, 5) i;
                INSERT INTO receipt_lines SELECT id FROM receipts;
                CREATE SEQUENCE reached;
                SELECT setval('reached', 491512000002);
                COMMENT ON TABLE calls IS 'ask helpdesk@nobody.example';
                COMMENT ON TABLE people IS 'ask Kowalczykowa';
                COMMENT ON COLUMN people.id IS 'a plain number';
                COMMENT ON SCHEMA public IS 'of Kowalczykowa';
                CREATE ROLE odd_application;
                CREATE POLICY theirs ON people TO odd_application USING (true);
                ANALYZE""");
        Server target = database("oddtarget");
        Outcome leaked = anonymize(url(odd), url(target));

        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        // A measure by its name, in which a phone number stands, ends it before the views are made.
        assertThat(leaked.err)
                .contains(
                        "public.calls.dialled: 1, such as the number 4... of 12 digits",
                        "the last value of the sequence \"public\".\"reached\": 1",
                        "the definition of view plain: 1, such as the value K... of 12 characters as a literal");
        assertThat(leaked.err).doesNotContain("Kowalczykowa");
        assertThat(value(target, NOTHING_LEFT)).isEqualTo("0");
        execute(
                odd,
                "UPDATE calls SET dialled = 12345 WHERE id = 2; SELECT setval('reached', 5);"
                        + " CREATE OR REPLACE VIEW plain AS SELECT 'ask Kowalczykowa' AS named");
        leaked = anonymize(url(odd), url(target));
        assertThat(leaked.code).as(leaked.err).isEqualTo(1);
        assertThat(leaked.err).contains("public.names.who: 1, such as the word k... of 12 letters");
        assertThat(value(target, NOTHING_LEFT)).isEqualTo("0");
        execute(odd, "DROP MATERIALIZED VIEW names; CREATE MATERIALIZED VIEW names AS SELECT last_name FROM people");
        Path rules =
                Files.writeString(folder.resolve("bytes.yaml"), "tables: { people: { code: keep, born: generalise } }");
        Outcome made = anonymize(url(odd), url(target), "--rules", rules.toString());
        assertThat(made.code).as(made.err).isZero();
        assertThat(made.out)
                .contains(
                        "begun anew",
                        "Comments were left out",
                        "on table people",
                        "on schema public",
                        "on table calls",
                        "Definitions (defaults, views, functions, partitions) went over as they are",
                        "the word k... of 12 letters in the definition of view plain");
        assertThat(value(target, "SELECT count(*) FROM names WHERE last_name ~ 'Surname|Kowal'"))
                .isEqualTo("0");
        assertThat(value(target, "SELECT count(*) FROM people WHERE login ~ 'surname' OR nick ~ 'Surname'"))
                .isEqualTo("0");
        assertThat(value(target, """
                        SELECT count(*) || ' ' || count(DISTINCT snowflake) || ' ' || count(*) FILTER (WHERE state = 'new') || ' '
                               || count(*) FILTER (WHERE place[0] BETWEEN 10 AND 100 AND place[0] <> 48.1) || ' '
                               || count(birth_days) + count(hosts) || ' ' || min(length(snowflake::text))
                        FROM people WHERE id <= 600""")).isEqualTo("601 601 601 601 0 19");
        assertThat(value(target, """
                        SELECT count(DISTINCT citizen_id) || ' ' || count(*) FILTER (WHERE motto ~ 'surname' OR citizen_id / 100 = 380101123
                               OR dob_number = 19700101 + id OR extract(year FROM to_date(dob_number::text, 'YYYYMMDD')) <> 1970) || ' ' || sum(cardinality(areas)) || ' ' || (SELECT total FROM sums)
                        FROM tickets""")).isEqualTo("20 0 40 19700102");
        // What says nothing by its name: births in numbers and ranges, days in texts, a card's last digits, an address
        // among codes.
        String unnamed =
                "SELECT string_agg(concat_ws(',', id || ' ' || no8, id || ' ' || due8, id || ' ' || lower(lives[1]), id || ' ' || card_last4, id || (born #>> '{birth,day}')), ',')"
                        + " FROM tickets";
        Set<String> same = new HashSet<>(List.of(value(odd, unnamed).split(",")));
        same.retainAll(List.of(value(target, unnamed).split(",")));
        // One day of a month or of a year may become itself by chance.
        assertThat(same).hasSizeLessThan(10);
        assertThat(value(target, """
                        SELECT count(to_date(no8::text, 'YYYYMMDD')) || ' ' || count(to_date(due8, 'YYYYMMDD')) || ' '
                               || min(due8::int) / 10000 || ' ' || count(*) FILTER (WHERE channel = '10.20.30.40' OR page::text ~ 'Kwittara') || ' '
                               || count(*) FILTER (WHERE page::text ~ '<status>open<')
                        FROM tickets""")).isEqualTo("20 20 2023 0 20");
        assertThat(value(target, "SELECT min(receipt_id) || ' ' || max(receipt_id) FROM receipt_lines"))
                .isEqualTo("100000001 100000005");
        assertThat(value(target, "SELECT count(*) FROM by_name WHERE surname ~ 'Surname'"))
                .isEqualTo("0");
        assertThat(value(
                        target,
                        "SELECT count(*) FROM people WHERE dials[1]::text ~ '^491512000' OR phone ~ '151 2000'"))
                .isEqualTo("0");
        assertThat(value(target, "SELECT obj_description('people'::regclass)")).isEqualTo("null");
        assertThat(value(target, "SELECT obj_description('public'::regnamespace)"))
                .isEqualTo("null");
        assertThat(value(target, "SELECT col_description('people'::regclass, 1)"))
                .isEqualTo("a plain number");
        assertThat(value(target, "SELECT count(DISTINCT born) || ' ' || max(extract(day FROM born)) FROM people"))
                .isEqualTo("20 1");
        // Bytes that stay are read as text, and when somebody was born as a day.
        Files.writeString(rules, "tables: { people: { code: keep, born_at: keep } }");
        execute(odd, "UPDATE people SET code = 'ask Kowalczykowa' WHERE id = 3");
        Outcome bytes = anonymize(url(odd), url(database("bytes")), "--rules", rules.toString());
        assertThat(bytes.code).as(bytes.err).isEqualTo(1);
        assertThat(bytes.err).contains("public.people.code: 1", "public.people.born_at: 601");

        // Not in the test's folder, which the server's user may not enter.
        Path disk = Files.createTempDirectory("rehearse-disk-");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root makes a disk that fills");
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=64m,mode=777", "tmpfs", disk.toString()))
                .isZero();
        try {
            Path room = Files.createDirectory(disk.resolve("room"));
            assertThat(run("chown", "postgres", room.toString())).isZero();
            Server admin = ours.primary();
            execute(admin, "CREATE TABLESPACE small LOCATION '" + room + "'");
            Server tight = database("tight TABLESPACE small", "tight");
            byte[] filler = new byte[(int) disk.toFile().getUsableSpace() - 1_300_000];
            Files.write(disk.resolve("filler"), filler);
            Outcome full = anonymize(fromSource(), url(tight));
            assertThat(full.code).as(full.err).isEqualTo(4);
            assertThat(full.err).contains("ran out of disk", "SQLSTATE 53100", "the target is not whole");
            // Who connects needs some room, too.
            Files.delete(disk.resolve("filler"));
            assertThat(value(tight, "SELECT count(*) FROM pg_namespace WHERE nspname = 'rehearse_filling'"))
                    .isEqualTo("1");
            execute(admin, "DROP DATABASE tight");
            execute(admin, "DROP TABLESPACE small");
        } finally {
            run("umount", "--lazy", disk.toString());
            Files.delete(disk);
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void a_script_with_owners_is_restored_and_what_is_no_whole_dump_is_refused() throws Exception {
        String pgDump = tools.folder().resolve("pg_dump").toString();
        String from = "--dbname=postgresql://" + source.user() + ":" + source.password() + "@" + source.host() + ":"
                + source.port() + "/source";
        Path script = folder.resolve("owned.sql");
        execute(source, "CREATE ROLE \"Jörg, its owner\"");
        execute(source, "ALTER TABLE order_lines OWNER TO \"Jörg, its owner\"");
        execute(source, "GRANT CONNECT ON DATABASE source TO \"Jörg, its owner\"");
        assertThat(run(pgDump, from, "--create", "--clean", "--file=" + script)).isZero();
        execute(source, "ALTER TABLE order_lines OWNER TO CURRENT_USER");
        execute(source, "DROP OWNED BY \"Jörg, its owner\"");
        execute(source, "DROP ROLE \"Jörg, its owner\"");
        Path packed = folder.resolve("owned.sql.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(script, out);
        }
        Server restored = database("owned");
        tools.restore(DumpFile.at(packed), endpoint(restored));
        assertThat(value(restored, "SELECT tableowner FROM pg_tables WHERE tablename = 'order_lines'"))
                .isEqualTo("Jörg, its owner");
        assertThat(value(restored, "SELECT count(*) > 0 FROM order_lines")).isEqualTo("t");
        cutAt(packed, 3000);
        assertThatThrownBy(() -> DumpFile.at(packed)).hasMessageContaining("was cut short in what gzip packed");
        cutAt(script, Files.readString(script).indexOf("FROM stdin;") + 30);
        assertThatThrownBy(() -> DumpFile.at(script))
                .hasMessageContainingAll("was cut short in line", "among the rows of");

        Path tar = folder.resolve("archive.tar");
        assertThat(run(pgDump, from, "--format=tar", "--file=" + tar)).isZero();
        assertThat(DumpFile.at(tar).major()).isEqualTo(tools.major());
        cutAt(tar, Files.size(tar) * 2 / 3);
        assertThatThrownBy(() -> DumpFile.at(tar)).hasMessageContaining("was cut short in its part");
        Path custom = folder.resolve("archive.custom");
        assertThat(run(pgDump, from, "--format=custom", "--file=" + custom)).isZero();
        cutAt(custom, Files.size(custom) - 100);
        assertThatThrownBy(() -> tools.restore(DumpFile.at(custom), endpoint(restored)))
                .hasMessageContainingAll("to its end: it was cut short or damaged", "processing data for table");
        for (String options : List.of("--compress=0", "--compress=6", "--compress=0 --inserts")) {
            Path archive = folder.resolve("folder " + options);
            List<String> command = new ArrayList<>(List.of(pgDump, from, "--format=directory", "--file=" + archive));
            command.addAll(List.of(options.split(" ")));
            assertThat(run(command.toArray(String[]::new))).isZero();
            assertThat(DumpFile.at(archive).major()).isEqualTo(tools.major());
            Path largest;
            try (var files = Files.list(archive)) {
                largest = files.filter(file -> file.getFileName().toString().matches("\\d.*"))
                        .max(Comparator.comparing(file -> file.toFile().length()))
                        .orElseThrow();
            }
            cutAt(largest, Files.size(largest) - 5);
            assertThatThrownBy(() -> DumpFile.at(archive))
                    .hasMessageContaining("was cut short in its file " + largest.getFileName());
        }
        Path part = folder.resolve("part.custom");
        assertThat(run(pgDump, from, "--format=custom", "--schema-only", "--file=" + part))
                .isZero();
        assertThatThrownBy(() -> DumpFile.at(part)).hasMessageContaining("has tables but no rows");
        Path cluster = Files.writeString(folder.resolve("all.sql"), "--\n-- PostgreSQL database cluster dump\n--\n");
        assertThatThrownBy(() -> DumpFile.at(cluster)).hasMessageContaining("is of pg_dumpall");
    }

    private static void cutAt(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }
}
