package dev.rehearse.data.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.data.AskedOnce;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.ScratchServer;
import dev.rehearse.data.catalog.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatasetIT {

    private static ScratchServer server;

    @BeforeAll
    static void start() {
        server = ScratchServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void every_table_of_the_torture_schema_is_filled_and_no_object_is_changed() throws Exception {
        ConnectionSource database = server.database("torture");
        script(database, resource("torture.sql"));
        List<String> objects = query(database, OBJECTS);
        DatasetSpec spec = new DatasetSpec(
                2_000, Map.of("shop.ORDERS", 61_000L, "order_line", 150_000L, "shop.audit", 0L), 7, 0.02);

        FilledDataset filled = Dataset.fill(database, spec, FillProgress.SILENT);

        assertThat(query(database, OBJECTS)).isEqualTo(objects);
        for (FilledTable table : filled.tables()) {
            String quoted = Sql.quote(table.schema()) + "." + Sql.quote(table.name());
            String only = table.name().equals("base") ? "ONLY " : "";
            assertThat(query(database, "SELECT count(*) FROM " + only + quoted))
                    .as(table.name())
                    .containsExactly(String.valueOf(table.rows()));
        }
        assertThat(rows(filled, "orders")).isEqualTo(61_000);
        assertThat(rows(filled, "audit")).isZero();
        assertThat(rows(filled, "currency")).isEqualTo(2);
        assertThat(filled.tables().stream().filter(table -> table.rows() == 0).map(FilledTable::name))
                .containsExactly("audit");
        assertThat(query(database, "SELECT count(*) > 3 FROM shop.totals")).containsExactly("t");
        assertThat(query(database, "SELECT count(*) FROM shop.price_list WHERE currency IN ('EUR', 'JPY')"))
                .containsExactly(String.valueOf(rows(filled, "price_list")));
        assertThat(query(database, "SELECT nextval('shop.customer_id_seq') > (SELECT max(id) FROM shop.customer)"))
                .containsExactly("t");
        assertThat(query(database, "SELECT relallvisible > 0 FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .containsExactly("t");
        assertThat(query(database, """
                        SELECT count(*) FILTER (WHERE isempty(aw) OR lower_inf(aw) OR upper_inf(aw)) > 5
                           AND count(*) FILTER (WHERE isempty(ax) OR lower_inf(ax) OR upper_inf(ax)) > 5
                           AND count(*) FILTER (WHERE ay::text IS NOT NULL AND ((ay).street IS NULL OR (ay).number IS NULL)) > 0
                           AND count(*) FILTER (WHERE (ay).street IN ('', ' ', 'NULL', '-1', '%_%') OR (ay).number IN (-1, 2147483647, -2147483648)) > 0
                        FROM shop.everything""")).containsExactly("t");
    }

    @Test
    void constraints_of_every_kind_are_satisfied() throws Exception {
        ConnectionSource database = server.database("constraints");
        script(database, resource("torture-constraints.sql"));
        // Its table is not found by every search path.
        script(database, """
                CREATE TABLE watched (n integer);
                CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM n FROM watched; END $$;
                CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();
                CREATE SEQUENCE heard;
                CREATE FUNCTION hear() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.heard'); END $$;""");
        // Only a superuser can make ranges whose bounds descend.
        script(database, """
                CREATE FUNCTION lab.cmp_down(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT RETURN btint4cmp($2, $1);
                CREATE OPERATOR CLASS lab.int4_down FOR TYPE integer USING btree AS
                  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 lab.cmp_down(integer, integer);
                CREATE TYPE lab.down AS RANGE (subtype = integer, subtype_opclass = lab.int4_down);
                CREATE TABLE lab.descending (id integer PRIMARY KEY, d lab.down NOT NULL, m lab.down_multirange);
                CREATE EVENT TRIGGER hearing ON ddl_command_end EXECUTE FUNCTION hear();
                CREATE EVENT TRIGGER hearing_drops ON sql_drop EXECUTE FUNCTION hear();""");
        List<String> objects = query(database, OBJECTS);

        FilledDataset filled = Dataset.fill(database, DatasetSpec.of(1_000, 7), FillProgress.SILENT);

        assertThat(query(database, OBJECTS)).isEqualTo(objects);
        assertThat(query(database, "SELECT to_regnamespace('rehearse_filling')::text"))
                .containsOnlyNulls();
        assertThat(filled.tables().stream().filter(table -> table.rows() == 0)).isEmpty();
        assertThat(filled.notes())
                .allMatch(note -> note.contains("lab.one_row got 1 rows")
                        || note.contains("lab.bucket got 10 rows")
                        || note.contains("lab.report got 200 rows")
                        || note.contains("lab.merger got 100 rows")
                        || note.contains("lab.payment got 100 rows")
                        || note.contains("lab.attribute got 200 rows")
                        || note.contains("lab.team got 4 rows")
                        || note.contains("Table lab.truck got ")
                        || note.contains("only one value is known"));
        assertThat(query(database, """
                        SELECT count(DISTINCT items) > 5 AND count(DISTINCT labels) > 50 AND count(DISTINCT price) > 50
                           AND count(DISTINCT customer) > 50 AND count(DISTINCT letter) = 2 FROM lab.suggested""")).containsExactly("t");
        assertThat(query(database, "SELECT DISTINCT tableoid::regclass::text FROM lab.visit ORDER BY 1"))
                .containsExactly("lab.visit_1", "lab.visit_2");
        assertThat(query(database, "SELECT count(DISTINCT (plate, hex, phone, ref)) FROM lab.checked"))
                .containsExactly("1000");
        assertThat(query(database, "SELECT count(DISTINCT gross) > 50 AND bool_or(kind = 'company') FROM lab.checked"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(*) FROM lab.measure_1_2024")).containsExactly("100");
        assertThat(query(database, "SELECT count(old) BETWEEN 10 AND count(*) - 10 FROM lab.sparse"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT old) > 10 FROM lab.sparse_ref"))
                .containsExactly("t");
        assertThat(query(database, "SELECT DISTINCT tableoid::regclass::text FROM lab.by_land ORDER BY 1"))
                .containsExactly("lab.by_land_de", "lab.by_land_rest");
        assertThat(query(database, """
                        SELECT count(DISTINCT created_at) = 1000 AND corr(id, extract(epoch FROM created_at)) > 0.99 AND count(gone_at) > 100
                        FROM lab.participant""")).containsExactly("t");
        // Edge cases aside.
        assertThat(query(database, """
                        SELECT count(*) FILTER (WHERE subtotal = quantity * unit_price AND tax_amount = round(subtotal * tax_rate / 100, 2)
                                AND total = subtotal + tax_amount AND min_qty <= max_qty AND ordered_at < delivered_at
                                AND due_date BETWEEN issue_date + 7 AND issue_date + 60) > 850 FROM lab.receipt""")).containsExactly("t");
        assertThat(query(database, "SELECT count(*) > count(DISTINCT tenant) * 5 FROM lab.account"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT role) > 10 FROM lab.grantee"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT (tenant, client, article)) > 90 FROM lab.favourite"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(article) > 50 AND count(*) = 1000 FROM lab.exclusive"))
                .containsExactly("t");
        assertThat(query(database, "SELECT is_called FROM heard")).containsExactly("f");
        assertThat(query(database, "SELECT count(DISTINCT one) > 50 AND count(DISTINCT other) > 50 FROM lab.pair"))
                .containsExactly("t");
        assertThat(query(database, "SELECT DISTINCT kind FROM lab.singer ORDER BY 1"))
                .containsExactly("2", "5", "7");
        assertThat(query(database, """
                        SELECT count(owner) = count(*) FILTER (WHERE kind > 1) AND count(DISTINCT owner) > 10 AND count(DISTINCT kind) = 3
                        FROM lab.runner""")).containsExactly("t");
        assertThat(
                        query(
                                database,
                                "SELECT count(DISTINCT number::integer) > 50 AND count(DISTINCT doubled) > 1 FROM lab.computed"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(*) = 1000 AND count(by) = 900 FROM lab.replacement"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(*) = 1000 AND count(DISTINCT reason) > 2 FROM lab.stretch"))
                .containsExactly("t");
        assertThat(query(database, """
                        SELECT count(*) FILTER (WHERE votable_type = 'Login') BETWEEN 30 AND 500 AND count(DISTINCT votable_id) > 100
                           AND count(login.id) + count(folder.id) = 1000
                        FROM lab.vote LEFT JOIN lab.login ON login.id = votable_id AND votable_type = 'Login'
                        LEFT JOIN lab.folder ON folder.id = votable_id AND votable_type = 'Folder'""")).containsExactly("t");
        assertThat(query(database, """
                        SELECT bool_and((remarkable_type IS NULL) = (remarkable_id IS NULL)) AND count(*) FILTER (
                          WHERE EXISTS (SELECT FROM pg_class WHERE replace(relname, '_', '') = lower(remarkable_type))
                          ) > 0.9 * count(remarkable_type) FROM lab.remark""")).containsExactly("t");
    }

    @Test
    void tables_are_neither_refused_nor_starved_for_what_public_schemas_ask_for() throws Exception {
        ConnectionSource database = server.database("public_schemas");
        script(database, """
                CREATE TYPE state AS ENUM ('created', 'running', 'done');
                CREATE FUNCTION state_of(text) RETURNS state LANGUAGE sql IMMUTABLE RETURN
                  CASE $1 WHEN 'created' THEN 'created'::state WHEN 'running' THEN 'running'::state WHEN 'done' THEN 'done'::state END;
                CREATE TABLE flow (
                  id varchar(100) PRIMARY KEY, value jsonb NOT NULL, key text NOT NULL GENERATED ALWAYS AS (value ->> 'key') STORED,
                  revision integer NOT NULL GENERATED ALWAYS AS ((value ->> 'revision')::integer) STORED,
                  state state NOT NULL GENERATED ALWAYS AS (state_of(value #>> '{state,current}')) STORED);
                CREATE UNIQUE INDEX ON flow ((value ->> 'host'));
                CREATE UNIQUE INDEX ON flow ((value -> 'domains' -> 0 ->> 'name'));

                CREATE TABLE method_base (id uuid PRIMARY KEY, scope text NOT NULL, UNIQUE (scope, id));
                CREATE TABLE method (
                  id uuid PRIMARY KEY, scope text NOT NULL, settings uuid NOT NULL,
                  FOREIGN KEY (scope, id) REFERENCES method_base (scope, id));
                CREATE TABLE settings (id uuid PRIMARY KEY, method uuid NOT NULL REFERENCES method, UNIQUE (method, id));
                ALTER TABLE method ADD FOREIGN KEY (id, settings) REFERENCES settings (method, id);

                CREATE TABLE model (kind text NOT NULL, id integer, PRIMARY KEY (kind, id));
                CREATE TABLE permit (
                  id serial PRIMARY KEY, kind text NOT NULL DEFAULT 'permit' CHECK (kind = 'permit'), model integer NOT NULL,
                  FOREIGN KEY (kind, model) REFERENCES model (kind, id));

                CREATE TABLE file (id serial PRIMARY KEY, name text NOT NULL, CHECK (false) NO INHERIT);
                CREATE TABLE invoice_file (PRIMARY KEY (id)) INHERITS (file);

                CREATE TABLE tenant (id varchar(20) PRIMARY KEY, name text NOT NULL, is_default boolean NOT NULL DEFAULT false, created_at timestamptz NOT NULL);
                CREATE UNIQUE INDEX ON tenant (is_default) WHERE is_default = true;
                INSERT INTO tenant VALUES ('main', 'Main', true, now());
                CREATE TABLE account (
                  id serial PRIMARY KEY, tenant varchar(20) NOT NULL REFERENCES tenant, email text NOT NULL,
                  opens_on date NOT NULL, closes_on date NOT NULL, deleted_at timestamptz);
                CREATE UNIQUE INDEX ON account (lower(email)) WHERE deleted_at IS NULL;

                CREATE SEQUENCE below INCREMENT BY -1;
                CREATE TABLE below_zero (id integer PRIMARY KEY DEFAULT nextval('below'));
                CREATE TABLE library (id integer PRIMARY KEY);
                CREATE TABLE secret (id integer PRIMARY KEY, library integer NOT NULL REFERENCES library, UNIQUE (library, id));
                CREATE TABLE lease (id integer PRIMARY KEY, library integer, FOREIGN KEY (library, id) REFERENCES secret (library, id));

                CREATE TABLE price_override (id integer PRIMARY KEY);
                CREATE TABLE phase (id integer PRIMARY KEY, override integer REFERENCES price_override, deleted_at timestamptz);
                CREATE UNIQUE INDEX ON phase (override) WHERE override IS NOT NULL AND deleted_at IS NULL;
                CREATE TABLE draft (id integer PRIMARY KEY, override integer REFERENCES price_override, deleted_at timestamptz);
                CREATE UNIQUE INDEX ON draft (override) WHERE deleted_at IS NULL;
                CREATE MATERIALIZED VIEW phases AS SELECT count(*) AS number FROM phase WITH NO DATA;
                CREATE MATERIALIZED VIEW twice_as_many AS SELECT number * 2 AS number FROM phases WITH NO DATA;
                CREATE MATERIALIZED VIEW by_none AS SELECT number / (number - number) AS number FROM phases WITH NO DATA;
                CREATE MATERIALIZED VIEW of_by_none AS SELECT number FROM by_none WITH NO DATA;
                CREATE MATERIALIZED VIEW until_ever AS SELECT ('Infinity'::numeric + number)::int AS days FROM phases WITH NO DATA;""");

        FilledDataset filled = Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(filled.tables())
                .extracting(FilledTable::name, FilledTable::rows)
                .containsExactlyInAnyOrder(
                        tuple("flow", 1_000L),
                        tuple("method_base", 100L),
                        tuple("method", 100L),
                        tuple("settings", 1_000L),
                        tuple("model", 100L),
                        tuple("permit", 1_000L),
                        tuple("file", 0L),
                        tuple("invoice_file", 1_000L),
                        tuple("tenant", 100L),
                        tuple("account", 1_000L),
                        tuple("below_zero", 1_000L),
                        tuple("library", 100L),
                        tuple("secret", 100L),
                        tuple("lease", 100L),
                        tuple("price_override", 100L),
                        tuple("phase", 1_000L),
                        tuple("draft", 1_000L));
        assertThat(query(
                        database,
                        "SELECT count(DISTINCT state) = 3 AND count(DISTINCT value ->> 'host') = 1000 FROM flow"))
                .containsExactly("t");
        // Who has none is expected, and not only among the deleted.
        assertThat(query(database, """
                        SELECT count(override) = 100 AND count(deleted_at) < 200 FROM phase
                        UNION ALL SELECT count(override) = 100 AND count(deleted_at) < 200 FROM draft""")).containsExactly("t", "t");
        // As a dump of the schema alone has them.
        assertThat(query(database, "SELECT number FROM twice_as_many")).containsExactly("2000");
        assertThat(filled.notes())
                .anyMatch(note -> note.startsWith("Materialized view public.by_none holds what it held before"))
                .anyMatch(note -> note.startsWith("Materialized view public.of_by_none holds what it held before"))
                .anyMatch(note -> note.startsWith("Materialized view public.until_ever holds what it held before"));
        assertThat(query(database, "SELECT count(*) FROM tenant WHERE is_default"))
                .containsExactly("1");
        assertThat(query(database, """
                        SELECT count(DISTINCT tenant) > 20 AND count(deleted_at) BETWEEN 20 AND 100 AND bool_and(opens_on <= closes_on)
                        FROM account""")).containsExactly("t");
        // Nobody opens an account with a tenant that is yet to come; one of the first cannot do else.
        assertThat(query(database, """
                        SELECT count(*) > 100 AND count(*) FILTER (WHERE opens_on < (created_at AT TIME ZONE 'UTC')::date) <= 15
                        FROM account JOIN tenant ON tenant.id = account.tenant WHERE tenant.id <> 'main'""")).containsExactly("t");
    }

    @Test
    void rows_that_a_check_asks_a_reference_of_are_deleted_where_an_index_has_no_room_for_them() throws Exception {
        ConnectionSource database = server.database("one_of_two");
        script(database, """
                CREATE TABLE person (id integer PRIMARY KEY);
                CREATE TABLE team (id integer PRIMARY KEY);
                CREATE TABLE seat (
                  id integer PRIMARY KEY, person integer REFERENCES person, team integer REFERENCES team, deleted_at timestamptz,
                  CHECK (num_nonnulls(person, team) = 1));
                CREATE UNIQUE INDEX ON seat (person) WHERE deleted_at IS NULL;
                CREATE UNIQUE INDEX ON seat (team) WHERE deleted_at IS NULL;""");

        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(query(database, "SELECT count(*) FROM seat")).containsExactly("1000");
    }

    @Test
    void what_the_first_rows_of_a_schema_have_one_each_of_grows_with_them() throws Exception {
        String schema = """
                CREATE TABLE settings (id text PRIMARY KEY, theme text NOT NULL);
                CREATE TABLE person (id integer PRIMARY KEY, created_at timestamptz NOT NULL);
                CREATE TABLE club (
                  id text PRIMARY KEY, settings text NOT NULL UNIQUE REFERENCES settings, owner integer NOT NULL REFERENCES person,
                  created_at timestamptz NOT NULL DEFAULT now());
                CREATE TABLE member (person integer REFERENCES person, club text REFERENCES club, joined_at date NOT NULL, PRIMARY KEY (person, club));
                CREATE TABLE badge (id integer PRIMARY KEY, person integer NOT NULL, club text NOT NULL, FOREIGN KEY (person, club) REFERENCES member,
                  created_at timestamptz NOT NULL);
                CREATE TABLE plan (club text PRIMARY KEY REFERENCES club, seats integer NOT NULL);
                INSERT INTO settings VALUES ('main', 'dark');
                INSERT INTO person VALUES (1, now());
                INSERT INTO club VALUES ('main', 'main', 1);
                INSERT INTO member VALUES (1, 'main', now());""";
        ConnectionSource database = server.database("begun");
        script(database, schema);
        ConnectionSource kept = server.database("begun_kept");
        script(kept, schema);

        Dataset.fill(kept, DatasetSpec.of(1_000, 7).keeping(List.of("settings")), FillProgress.SILENT);
        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(query(database, """
                        SELECT (SELECT count(*) FROM settings) = 100 AND (SELECT count(DISTINCT settings) FROM club) = 100
                           AND (SELECT count(*) FROM plan) = 100""")).containsExactly("t");
        assertThat(query(kept, "SELECT (SELECT count(*) FROM settings) = 1 AND (SELECT count(*) FROM club) = 1"))
                .containsExactly("t");
    }

    @Test
    void ids_of_other_rows_come_again_in_keys_that_something_else_makes_unique_with_and_without_a_foreign_key()
            throws Exception {
        ConnectionSource database = server.database("loose");
        script(database, """
                CREATE TABLE project (project_id integer PRIMARY KEY, name text NOT NULL);
                CREATE TABLE robot (id serial PRIMARY KEY, project_id integer NOT NULL, name text NOT NULL, UNIQUE (project_id, name));
                CREATE TABLE label (name text, team_id uuid, PRIMARY KEY (name, team_id));
                CREATE TABLE reading (sensor_id integer, taken timestamptz, PRIMARY KEY (sensor_id, taken));
                CREATE TABLE grants (account_id integer, grant_type text, UNIQUE (account_id, grant_type));
                CREATE TABLE sign_in (provider text, provider_account_id text, PRIMARY KEY (provider, provider_account_id));
                CREATE TABLE translation (product_id integer, locale text, PRIMARY KEY (product_id, locale));
                CREATE TABLE budget (year integer, cost_center_id integer, PRIMARY KEY (year, cost_center_id));""");

        FilledDataset filled =
                Dataset.fill(database, new DatasetSpec(1_000, Map.of("project", 100L), 7, 0), FillProgress.SILENT);

        assertThat(filled.tables()).extracting(FilledTable::rows).contains(100L, 1_000L);
        assertThat(query(database, """
                        SELECT concat_ws(' ',
                          (SELECT count(DISTINCT project_id) < 150 AND count(DISTINCT name) = 1000 FROM robot),
                          (SELECT count(DISTINCT name) = 1000 FROM label),
                          (SELECT count(DISTINCT sensor_id) < 700 AND count(DISTINCT taken) = 1000 FROM reading),
                          (SELECT count(DISTINCT account_id) = 1000 AND count(DISTINCT grant_type) < 100 FROM grants),
                          (SELECT count(DISTINCT provider_account_id) = 1000 FROM sign_in),
                          (SELECT count(DISTINCT product_id) = 1000 AND count(DISTINCT locale) < 100 FROM translation),
                          (SELECT count(DISTINCT cost_center_id) = 1000 AND count(DISTINCT year) < 700 FROM budget))""")).containsExactly("t t t t t t t");
    }

    @Test
    void first_rows_without_one_of_their_keys_are_referred_to_by_the_others() throws Exception {
        ConnectionSource database = server.database("first_keys");
        script(database, """
                CREATE TABLE person (id text PRIMARY KEY, passkey text UNIQUE, manager text REFERENCES person (passkey));
                CREATE TABLE visit (id integer PRIMARY KEY, person text NOT NULL REFERENCES person);
                CREATE TABLE device (person text NOT NULL REFERENCES person, passkey text NOT NULL REFERENCES person (passkey));
                CREATE TABLE guess (id integer PRIMARY KEY, passkey text REFERENCES person (passkey));
                INSERT INTO person VALUES ('root', NULL), ('admin', NULL), ('nobody', NULL), ('guest', 'key');""");

        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(query(database, "SELECT count(DISTINCT person) FROM visit")).containsExactly("4");
        assertThat(query(database, "SELECT DISTINCT passkey FROM device")).containsExactly("key");
        assertThat(query(database, "SELECT count(passkey) > 0 FROM guess")).containsExactly("t");
    }

    @Test
    void columns_that_tell_what_has_happened_to_a_row_agree_with_each_other() throws Exception {
        ConnectionSource database = server.database("happened");
        script(database, """
                CREATE TYPE message_state AS ENUM ('pending', 'sent', 'delivered', 'opened', 'failed');
                CREATE DOMAIN agreed AS boolean CHECK (VALUE);
                CREATE TABLE checked (id integer PRIMARY KEY, failure_state text CHECK (failure_state IN ('none', 'failed')), verified agreed, verified_at timestamptz);
                CREATE TABLE message (
                  id integer PRIMARY KEY, state message_state NOT NULL, sent_at timestamptz, delivered_at timestamptz, opened_at timestamptz,
                  error_message text, deleted_at timestamptz, is_deleted boolean NOT NULL DEFAULT false, updated_at timestamptz NOT NULL, created_at timestamptz NOT NULL);
                CREATE TABLE orders (
                  id integer PRIMARY KEY, subtotal numeric(10, 2) NOT NULL, tax numeric(10, 2) NOT NULL DEFAULT 0, discount numeric(10, 2) NOT NULL DEFAULT 0,
                  total numeric(10, 2) NOT NULL, shipping_city text NOT NULL, shipping_state text NOT NULL, status text NOT NULL DEFAULT 'pending', shipped_at timestamptz,
                  CHECK (status IN ('pending', 'shipped', 'delivered')));
                CREATE TABLE rented (
                  id integer PRIMARY KEY, active boolean NOT NULL, started_at timestamptz, ended_at timestamptz, deleted_at timestamptz, CHECK (active OR deleted_at IS NOT NULL));
                CREATE UNIQUE INDEX ON rented (started_at) WHERE deleted_at IS NULL;""");

        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(query(database, """
                        SELECT bool_and(CASE state WHEN 'pending' THEN num_nonnulls(sent_at, delivered_at, opened_at, error_message) = 0
                                 WHEN 'sent' THEN sent_at IS NOT NULL AND delivered_at IS NULL AND opened_at IS NULL
                                 WHEN 'opened' THEN sent_at < delivered_at AND delivered_at < opened_at ELSE true END)
                           AND bool_and(is_deleted = (deleted_at IS NOT NULL)) AND count(deleted_at) BETWEEN 10 AND 100
                           AND bool_and(state = 'failed' OR error_message IS NULL) AND count(error_message) > 0
                           AND bool_and(updated_at >= greatest(created_at, sent_at, delivered_at, opened_at, deleted_at)) FROM message
                        UNION ALL SELECT bool_and((status = 'pending') = (shipped_at IS NULL)) AND bool_and(subtotal + tax - discount = total)
                           AND bool_and(tax <= subtotal / 4) AND count(DISTINCT tax) > 100 AND count(DISTINCT shipping_state) > 20 FROM orders
                        UNION ALL SELECT bool_and(ended_at IS NULL OR started_at IS NOT NULL) AND count(ended_at) > 0 FROM rented
                        UNION ALL SELECT count(failure_state) > 0 AND count(verified) > 0 FROM checked""")).containsExactly("t", "t", "t", "t");
    }

    @Test
    void join_tables_join_what_was_there_before_them() throws Exception {
        ConnectionSource database = server.database("joined");
        script(database, """
                CREATE TABLE person (id integer PRIMARY KEY, created_at timestamptz NOT NULL);
                CREATE TABLE club (id integer PRIMARY KEY, created_at timestamptz NOT NULL);
                CREATE TABLE member (person integer REFERENCES person, club integer REFERENCES club, created_at timestamptz NOT NULL, PRIMARY KEY (person, club));""");

        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        // The clubs come in order, and the first rows have the last of them; the persons of each are the second key.
        assertThat(query(database, """
                        SELECT count(*) FILTER (WHERE member.created_at < club.created_at) < 60 AND count(DISTINCT club) > 90
                        FROM member JOIN club ON club.id = club""")).containsExactly("t");
        assertThat(query(database, """
                        SELECT count(*) || ' ' || (count(*) FILTER (WHERE member.created_at < person.created_at) < 100) || ' '
                          || (count(DISTINCT person) > 90) FROM member JOIN person ON person.id = person""")).containsExactly("1000 true true");
    }

    @Test
    void what_the_server_generates_can_be_referred_to_and_can_refer() throws Exception {
        ConnectionSource database = server.database("generated");
        script(database, """
                CREATE TYPE kind AS ENUM ('car', 'truck', 'bike');
                CREATE TABLE region (country text NOT NULL, code text NOT NULL, slug text GENERATED ALWAYS AS (lower(country) || '-' || code) STORED UNIQUE);
                INSERT INTO region VALUES ('DE', 'by'), ('FR', 'bz'), ('US', 'ca'), ('US', 'ny');
                CREATE TABLE office (id integer PRIMARY KEY, region text REFERENCES region (slug));
                CREATE TABLE login (name varchar(40) NOT NULL, lower_name text GENERATED ALWAYS AS (lower(name)) STORED UNIQUE);
                CREATE TABLE visit (id integer PRIMARY KEY, login text NOT NULL REFERENCES login (lower_name));
                CREATE TABLE vehicle (id integer PRIMARY KEY, kind kind NOT NULL, UNIQUE (id, kind));
                CREATE TABLE repair (
                  id integer PRIMARY KEY, truck integer NOT NULL, kind kind GENERATED ALWAYS AS ('truck') STORED,
                  FOREIGN KEY (truck, kind) REFERENCES vehicle (id, kind));
                CREATE TABLE ride (
                  id integer PRIMARY KEY, bike integer, kind kind GENERATED ALWAYS AS ('bike') STORED,
                  FOREIGN KEY (bike, kind) REFERENCES vehicle (id, kind) MATCH FULL);
                CREATE TABLE van (id integer PRIMARY KEY, kind text GENERATED ALWAYS AS ('van') STORED, UNIQUE (id, kind));
                CREATE TABLE trip (id integer PRIMARY KEY, vehicle integer NOT NULL, kind text NOT NULL, FOREIGN KEY (vehicle, kind) REFERENCES van (id, kind));
                CREATE TABLE weight (
                  exact numeric(8, 1) NOT NULL, kilos integer GENERATED ALWAYS AS (exact * 1.5) STORED UNIQUE,
                  tens numeric(9, 1) GENERATED ALWAYS AS (exact * 1.234) STORED UNIQUE);
                CREATE TABLE load (id integer PRIMARY KEY, kilos integer NOT NULL REFERENCES weight (kilos), tens numeric NOT NULL REFERENCES weight (tens));
                CREATE TABLE post (type text, id integer, PRIMARY KEY (type, id));
                CREATE TABLE article (
                  post integer PRIMARY KEY, type text GENERATED ALWAYS AS ('article'::text) STORED, FOREIGN KEY (type, post) REFERENCES post (type, id));""");

        FilledDataset filled = Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0.01), FillProgress.SILENT);

        assertThat(filled.tables().stream().filter(table -> table.rows() == 0)).isEmpty();
        assertThat(query(database, "SELECT count(DISTINCT region) = 4 AND count(region) > 900 FROM office"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT login) > 30 FROM visit"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT vehicle) > 20 FROM trip"))
                .containsExactly("t");
        // The server does not write back how it rounds.
        assertThat(query(database, "SELECT count(DISTINCT kilos) > 20 AND count(DISTINCT tens) > 20 FROM load"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT truck) > 20 AND count(*) = 1000 FROM repair"))
                .containsExactly("t");
        // Beside a kind there is a bike in each row.
        assertThat(query(database, "SELECT count(DISTINCT bike) > 20 AND count(bike) = 1000 FROM ride"))
                .containsExactly("t");
    }

    @Test
    void rows_of_a_tree_know_how_deep_they_are() throws Exception {
        ConnectionSource database = server.database("trees");
        script(database, """
                CREATE TABLE category (id integer PRIMARY KEY, parent integer REFERENCES category, depth smallint NOT NULL CHECK (depth >= 0),
                  made_at timestamptz NOT NULL);
                CREATE TABLE tenant (id integer PRIMARY KEY);
                CREATE TABLE folder (tenant integer REFERENCES tenant, id integer, parent_id integer, origin integer, tree_level integer NOT NULL,
                  PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, parent_id) REFERENCES folder, FOREIGN KEY (tenant, origin) REFERENCES folder);""");

        Dataset.fill(database, new DatasetSpec(2_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(query(database, """
                        WITH RECURSIVE tree AS (SELECT id, 0 AS depth FROM category WHERE parent IS NULL
                          UNION ALL SELECT c.id, tree.depth + 1 FROM category c JOIN tree ON tree.id = c.parent)
                        SELECT count(*) = 2000 AND bool_and(tree.depth = c.depth) AND count(*) FILTER (WHERE c.depth = 0) > 20 AND max(c.depth) BETWEEN 5 AND 40
                        FROM tree JOIN category c USING (id)""")).containsExactly("t");
        assertThat(query(database, """
                        SELECT bool_and(c.made_at > p.made_at) FROM category c JOIN category p ON p.id = c.parent""")).containsExactly("t");
        assertThat(query(database, """
                        SELECT bool_and(f.tree_level = coalesce(p.tree_level, 0) + 1) AND count(p.id) > 100 AND count(*) > count(p.id)
                        FROM folder f LEFT JOIN folder p ON p.tenant = f.tenant AND p.id = f.parent_id""")).containsExactly("t");
    }

    @Test
    void addresses_lie_within_their_networks() throws Exception {
        ConnectionSource database = server.database("networks");
        script(database, """
                CREATE TABLE host (id integer PRIMARY KEY, net cidr NOT NULL, address inet NOT NULL, gateway inet, CHECK (address << net), CHECK (gateway <<= net));
                CREATE TABLE named (address inet PRIMARY KEY, net cidr NOT NULL CHECK (net >> address));
                CREATE TABLE routed (net cidr PRIMARY KEY, address inet NOT NULL UNIQUE, CHECK (address << net));
                CREATE TABLE "Split" ("Net" cidr NOT NULL, part cidr NOT NULL UNIQUE, address inet, CHECK (part << "Net"), CHECK (address <<= part));
                CREATE TABLE apart (net inet NOT NULL, address inet NOT NULL, CHECK (net >>= address), EXCLUDE USING gist (net inet_ops WITH &&));
                CREATE TABLE home (address inet NOT NULL CHECK (address <<= inet '192.168.0.0/16'));""");

        FilledDataset filled = Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0.01), FillProgress.SILENT);

        assertThat(filled.tables()).extracting(FilledTable::rows).containsOnly(1_000L);
        assertThat(query(database, "SELECT count(DISTINCT address) > 300 AND count(DISTINCT net) > 300 FROM host"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(DISTINCT host(address)) > 300 FROM home"))
                .containsExactly("t");
    }

    @Test
    void periods_of_temporal_keys_do_not_overlap_and_those_that_refer_to_them_lie_within() throws Exception {
        ConnectionSource database = server.database("temporal");
        assumeTrue(query(database, "SELECT current_setting('server_version_num')::integer >= 180000")
                .equals(List.of("t")));
        script(database, """
                CREATE TABLE room (id int4range, valid daterange, name text, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
                CREATE TABLE lease (id int4range, valid daterange, PRIMARY KEY (id, valid WITHOUT OVERLAPS),
                  FOREIGN KEY (id, PERIOD valid) REFERENCES room (id, PERIOD valid));
                CREATE TABLE visit (id integer PRIMARY KEY, room int4range NOT NULL, during daterange NOT NULL,
                  FOREIGN KEY (room, PERIOD during) REFERENCES room (id, PERIOD valid));""");

        FilledDataset filled = Dataset.fill(database, DatasetSpec.of(1_000, 7), FillProgress.SILENT);

        assertThat(filled.tables())
                .extracting(FilledTable::name, FilledTable::rows)
                .containsExactlyInAnyOrder(tuple("room", 100L), tuple("lease", 100L), tuple("visit", 1_000L));
    }

    @Test
    void every_type_of_the_server_is_filled_alone_in_arrays_and_as_a_key() throws Exception {
        ConnectionSource database = server.database("types");
        script(database, resource("torture-types.sql"));

        FilledDataset filled = Dataset.fill(database, DatasetSpec.of(300, 7), FillProgress.SILENT);

        assertThat(filled.tables()).hasSizeGreaterThan(30).allMatch(table -> table.rows() >= 2);
        assertThat(filled.tables().stream().filter(table -> table.rows() < 300).map(FilledTable::name))
                .isSubsetOf("key_bit", "key_bool", "key_bpchar", "key_char");
        assertThat(filled.notes()).noneMatch(note -> note.contains("is NULL in all rows"));
        assertThat(filled.notes().stream().filter(note -> note.contains("only one value is known")))
                .allMatch(note -> note.contains("type reg") || note.contains("type aclitem"));
    }

    @Test
    void which_column_got_which_edge_cases_is_counted() throws Exception {
        ConnectionSource database = server.database("counted");
        // Which of this and that is NULL the trying of the check decides.
        script(database, """
                CREATE TABLE t (id integer PRIMARY KEY, body varchar(30), n integer NOT NULL DEFAULT 1,
                  this integer, that integer, other integer REFERENCES t, CHECK ((this IS NULL) <> (that IS NULL)))""");

        FilledTable table = Dataset.fill(database, new DatasetSpec(60_000, Map.of(), 7, 0.1), FillProgress.SILENT)
                .tables()
                .get(0);

        assertThat(table.columns()).extracting(FilledColumn::name).contains("body", "n", "this", "that", "other");
        for (FilledColumn column : table.columns()) {
            assertThat(query(database, "SELECT count(*) FROM t WHERE " + column.name() + " IS NULL"))
                    .as(column.name())
                    .containsExactly(String.valueOf(Math.round(column.nullShare() * 60_000)));
        }
        Map<String, Long> body = table.columns().get(0).edgeCases();
        assertThat(query(database, "SELECT count(*) FROM t WHERE body = ''"))
                .containsExactly(String.valueOf(body.get("empty")));
        assertThat(query(database, "SELECT count(*) FROM t WHERE body = 'O''Brien'"))
                .containsExactly(String.valueOf(body.get("single quote")));
        // Other than 0 and -1, these are no plausible numbers.
        for (String limit : List.of("2147483647", "-2147483647", "-2147483648")) {
            assertThat(query(database, "SELECT count(*) FROM t WHERE n = " + limit))
                    .containsExactly(
                            String.valueOf(table.columns().get(1).edgeCases().get(limit)));
        }
        assertThat(table.loaded()).isEqualTo(60_000);
        assertThat(table.bytes()).isPositive();
        assertThat(table.took()).isPositive();
    }

    @Test
    @AskedOnce
    void the_same_seed_gives_the_same_rows_for_one_and_for_two_streams() throws Exception {
        DatasetSpec spec = new DatasetSpec(300, Map.of("shop.orders", 120_000L, "audit", 0L), 7, 0.05);
        ConnectionSource one = server.database("one_stream");
        ConnectionSource two = server.database("two_streams");
        ConnectionSource other = server.database("other_seed");
        for (ConnectionSource database : List.of(one, two, other)) {
            script(database, resource("torture.sql"));
        }

        FilledDataset first = Dataset.fill(one, spec, FillProgress.SILENT, 1);
        FilledDataset second = Dataset.fill(two, spec, FillProgress.SILENT, 2);
        Dataset.fill(other, new DatasetSpec(300, Map.of("audit", 0L), 8, 0.05), FillProgress.SILENT);

        assertThat(second.bytes()).isEqualTo(first.bytes());
        for (FilledTable table : first.tables()) {
            assertThat(hash(two, table)).as(table.name()).isEqualTo(hash(one, table));
        }
        FilledTable customers = first.tables().stream()
                .filter(t -> t.name().equals("customer"))
                .findFirst()
                .orElseThrow();
        assertThat(hash(other, customers)).isNotEqualTo(hash(one, customers));
    }

    static List<String> hash(ConnectionSource database, FilledTable table) throws SQLException {
        return query(
                database,
                "SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")) FROM "
                        + Sql.quote(table.schema()) + "." + Sql.quote(table.name()) + " t");
    }

    @Test
    void the_owner_of_the_tables_can_fill_them_without_being_superuser() throws Exception {
        ConnectionSource database = server.database("owned");
        script(
                database,
                "DROP ROLE IF EXISTS shopkeeper; CREATE ROLE shopkeeper LOGIN; GRANT CREATE ON DATABASE owned TO shopkeeper");
        ConnectionSource owner = () -> {
            Connection connection = database.open();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET SESSION AUTHORIZATION shopkeeper");
            }
            return connection;
        };
        script(owner, resource("torture.sql"));
        script(owner, resource("torture-constraints.sql"));
        script(database, "REVOKE CREATE ON DATABASE owned FROM shopkeeper");

        List<String> objects = query(database, OBJECTS);

        FilledDataset filled =
                Dataset.fill(owner, new DatasetSpec(200, Map.of("shop.orders", 60_000L), 7, 0.01), FillProgress.SILENT);

        assertThat(filled.tables()).allMatch(table -> table.rows() > 0);
        assertThat(query(database, OBJECTS)).isEqualTo(objects);
    }

    @Test
    void keys_of_large_tables_are_marked_invalid_while_rows_are_loaded_and_nothing_of_them_is_changed()
            throws Exception {
        ConnectionSource database = server.database("keys");
        script(database, """
                CREATE TABLE big (id bigint CONSTRAINT "Big key" PRIMARY KEY, ref integer, code text NOT NULL, boss bigint REFERENCES big,
                  UNIQUE (ref) INCLUDE (code) DEFERRABLE INITIALLY DEFERRED);
                COMMENT ON CONSTRAINT "Big key" ON big IS 'says who';
                CREATE UNIQUE INDEX big_code ON big (lower(code), id) WHERE code <> '';
                ALTER INDEX big_code ALTER COLUMN 1 SET STATISTICS 7;
                CREATE UNIQUE INDEX big_identity ON big (id, code);
                ALTER TABLE big REPLICA IDENTITY USING INDEX big_identity;
                ALTER TABLE big CLUSTER ON "Big key";
                CREATE INDEX big_plain ON big (code) WITH (fillfactor = 70);
                CREATE VIEW grouped AS SELECT big.id, big.code, count(*) FROM big JOIN big other ON other.boss = big.id GROUP BY big.id;
                CREATE TABLE small (id integer PRIMARY KEY, big_id bigint NOT NULL REFERENCES big ON DELETE CASCADE);
                CREATE TABLE halves (id bigint, big_id bigint REFERENCES big, PRIMARY KEY (id)) PARTITION BY HASH (id);
                CREATE TABLE half PARTITION OF halves FOR VALUES WITH (MODULUS 1, REMAINDER 0);
                CREATE TABLE lone (id integer PRIMARY KEY, big_id bigint) PARTITION BY LIST (id);
                CREATE TABLE lonely PARTITION OF lone DEFAULT;""");
        DatasetSpec spec = new DatasetSpec(100, Map.of("big", 60_000L, "halves", 60_000L), 7, 0);
        List<String> before = query(database, KEYS);
        List<String> meanwhile = new ArrayList<>();
        AtomicBoolean looked = new AtomicBoolean();

        FillProgress looking = (what, done, total) -> {
            if (what.equals("loading") && looked.compareAndSet(false, true)) {
                meanwhile.addAll(
                        DatasetFailureIT.queryUnchecked(
                                database,
                                "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid AND NOT indisready ORDER BY 1::text"));
            }
        };

        FilledDataset filled = Dataset.fill(database, spec, looking);

        assertThat(filled.rows()).isEqualTo(120_200);
        assertThat(meanwhile)
                .contains("\"Big key\"", "big_ref_code_key", "big_code", "big_identity", "big_plain")
                .hasSize(5);
        assertThat(query(database, KEYS)).isEqualTo(before);
        assertThat(query(database, "SELECT count(*) FROM big WHERE id BETWEEN 1 AND 60000"))
                .containsExactly("60000");

        script(
                database,
                "TRUNCATE big, small, halves, lone; ALTER TABLE lonely ADD CONSTRAINT of_one FOREIGN KEY (big_id) REFERENCES big");
        List<String> withOneOfAPartition = query(database, KEYS);
        meanwhile.clear();
        looked.set(false);

        Dataset.fill(database, spec, looking);

        assertThat(meanwhile).contains("\"Big key\"").hasSize(5);
        assertThat(query(database, KEYS)).isEqualTo(withOneOfAPartition);
    }

    /** Every property of every index, and what hangs on it. */
    private static final String KEYS = """
            SELECT i::text || c.relname || c.reltablespace || coalesce(c.reloptions::text, '') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid >= 16384
            UNION ALL SELECT k::text || coalesce(obj_description(k.oid, 'pg_constraint'), '') FROM pg_constraint k
            WHERE conrelid >= 16384 AND contype NOT IN ('f', 'n')
            UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint
            WHERE conrelid >= 16384 AND contype = 'f'
            UNION ALL SELECT attrelid || attname || coalesce(attstattarget, -1) FROM pg_attribute WHERE attrelid >= 16384
            UNION ALL SELECT relname || relreplident::text FROM pg_class WHERE oid >= 16384 ORDER BY 1""";

    @Test
    void a_table_that_had_rows_is_topped_up_when_it_is_named_and_its_children_refer_to_old_and_new_rows()
            throws Exception {
        ConnectionSource database = server.database("topped_up");
        script(database, """
                CREATE TABLE color (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
                INSERT INTO color (name) SELECT 'color ' || n FROM generate_series(1, 20) n;
                CREATE TABLE version (id integer PRIMARY KEY); INSERT INTO version VALUES (7);
                CREATE TABLE flyway_schema_history (id integer PRIMARY KEY); INSERT INTO flyway_schema_history VALUES (7);
                CREATE SCHEMA tool; CREATE TABLE tool.lock (id integer PRIMARY KEY);
                CREATE TABLE thing (id bigint PRIMARY KEY, color_id integer NOT NULL REFERENCES color);""");

        FilledDataset filled = Dataset.fill(
                database,
                new DatasetSpec(5_000, Map.of("color", 100L), 7, 0).keeping(List.of("flyway_schema_history", "tool")),
                FillProgress.SILENT);

        assertThat(query(
                        database,
                        "SELECT count(*) || ' ' || (SELECT count(*) FROM tool.lock) FROM flyway_schema_history"))
                .containsExactly("1 0");
        assertThat(filled.notes()).noneMatch(note -> note.contains("history") || note.contains("tool"));
        assertThat(query(database, "SELECT count(*) || ' ' || max(id) FROM color"))
                .containsExactly("100 100");
        assertThat(query(database, "SELECT count(*) FROM version")).containsExactly("1");
        assertThat(
                        query(
                                database,
                                "SELECT count(DISTINCT color_id) > 50 AND min(color_id) <= 20 AND max(color_id) > 20 FROM thing"))
                .containsExactly("t");
        assertThat(query(database, "SELECT nextval('color_id_seq')")).containsExactly("101");
        assertThat(filled.notes()).anyMatch(note -> note.contains("public.version was left alone"));
    }

    @Test
    void edge_cases_appear_at_their_share_and_history_is_in_row_order() throws Exception {
        ConnectionSource database = server.database("edges");
        script(database, """
                CREATE TABLE note (id integer PRIMARY KEY, body varchar(30), created_at timestamptz NOT NULL, n integer NOT NULL);
                CREATE INDEX ON note (body)""");

        Dataset.fill(database, new DatasetSpec(20_000, Map.of(), 7, 0.1), FillProgress.SILENT);

        assertThat(query(database, "SELECT count(*) BETWEEN 1800 AND 2200 FROM note WHERE body IS NULL"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(*) > 20 FROM note WHERE body = ''"))
                .containsExactly("t");
        assertThat(query(database, "SELECT max(char_length(body)) || ' ' || (max(octet_length(body)) > 30) FROM note"))
                .containsExactly("30 true");
        assertThat(query(database, "SELECT max(n) || ' ' || min(n) FROM note"))
                .containsExactly("2147483647 -2147483648");
        assertThat(query(database, "SELECT count(*) > 100 FROM note WHERE created_at = 'infinity'"))
                .containsExactly("t");
        assertThat(query(database, """
                        SELECT count(*) FROM (SELECT created_at < lag(created_at) OVER (ORDER BY id) AS back FROM note
                        WHERE created_at BETWEEN '2024-01-01' AND '2026-01-01' AND created_at NOT IN ('2024-02-29', '2024-03-31 01:00+0', '2024-03-10 07:00+0', '2024-10-27 00:30+0', '2024-10-27 01:30+0', '2024-12-31 23:59:59.999999+0')) t WHERE back""")).containsExactly("0");
    }

    @Test
    void what_happens_to_a_row_happens_after_it_was_made_wherever_that_column_stands() throws Exception {
        ConnectionSource database = server.database("made");
        script(
                database,
                "CREATE TABLE code (id integer PRIMARY KEY, used_at timestamptz NOT NULL, updated_at date NOT NULL, created_at timestamptz NOT NULL)");

        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(
                        query(
                                database,
                                "SELECT count(*) FROM code WHERE used_at < created_at OR updated_at < (created_at AT TIME ZONE 'UTC')::date"))
                .containsExactly("0");
    }

    @Test
    void numbers_that_their_names_call_points_in_time_or_flags_are_such() throws Exception {
        ConnectionSource database = server.database("epochs");
        script(database, """
                CREATE TABLE post (id integer PRIMARY KEY, is_pinned smallint NOT NULL, updateat bigint NOT NULL, "createAt" bigint NOT NULL, expires_ts integer NOT NULL, total_time bigint NOT NULL);
                CREATE TABLE visit (ts bigint PRIMARY KEY, seen_at timestamptz NOT NULL);
                CREATE TABLE step (id integer PRIMARY KEY, at_step bigint NOT NULL, timestamp bigint NOT NULL CHECK (timestamp < 1000))""");

        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);

        assertThat(query(database, """
                        SELECT bool_and("createAt" BETWEEN 1700000000000 AND 1800000000000 AND updateat BETWEEN "createAt" AND 1800000000000
                          AND expires_ts BETWEEN "createAt" / 1000 AND 1800000000) AND max(total_time) < 1000000000
                          AND min(is_pinned) = 0 AND max(is_pinned) = 1 FROM post""")).containsExactly("t");
        assertThat(query(database, "SELECT bool_and(seen_at > '2023-01-01') FROM visit"))
                .containsExactly("t");
    }

    @Test
    void edge_cases_are_of_the_encoding_and_can_be_computed_with() throws Exception {
        ConnectionSource database = server.database("latin", "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        script(database, """
                CREATE TABLE reading (id integer PRIMARY KEY, body text, doc jsonb, r real, d double precision);
                CREATE MATERIALIZED VIEW figures AS SELECT id % 2000 AS part, sum(r) AS r, avg(r) AS mean_r, sum(d) AS d, avg(d) AS mean_d,
                  variance(r) + variance(d) AS spread, max(r * r) + min(d * d) AS squares FROM reading
                WHERE r NOT IN ('NaN', 'Infinity', '-Infinity') AND d NOT IN ('NaN', 'Infinity', '-Infinity') GROUP BY 1""");

        Dataset.fill(database, new DatasetSpec(20_000, Map.of(), 7, 0.2), FillProgress.SILENT);

        assertThat(query(database, "SELECT count(*) > 100 FROM reading WHERE doc ->> '\"' LIKE '%A'"))
                .containsExactly("t");
        assertThat(query(database, "SELECT count(*) > 1000 FROM figures")).containsExactly("t");
        assertThat(query(
                        database,
                        "SELECT max(d) || ' ' || max(r) FROM reading WHERE d < 'Infinity' AND r < 'Infinity'"))
                .containsExactly("1e+140 1e+15");
    }

    @Test
    void rows_are_the_same_whether_they_are_sent_in_binary_or_as_text() throws Exception {
        String columns = """
                id bigint PRIMARY KEY, a smallint, b integer, c numeric, d numeric(12, 4), e double precision, f boolean, g text, h varchar(20),
                i char(9), k date, l timestamp, m timestamptz(3), n uuid, o json, p jsonb, q mood, r positive""";
        String rows =
                "SELECT md5(string_agg(ROW(id, a, b, c, d, e, f, g, h, i, k, l, m, n, o, p, q, r)::text, '' ORDER BY id)) FROM thing";
        DatasetSpec spec = new DatasetSpec(20_000, Map.of(), 7, 0.3);
        List<List<String>> hashes = new ArrayList<>();
        // All binary; all text, for a type that is never sent in binary; binary until the server must read a value.
        for (String more : List.of("", ", z name", ", z numeric NOT NULL DEFAULT 'NaN'")) {
            ConnectionSource database = server.database("formats");
            script(
                    database,
                    "CREATE TYPE mood AS ENUM ('a', 'c'); CREATE DOMAIN positive AS integer CHECK (VALUE > 0)");
            script(database, "CREATE TABLE thing (" + columns + more + ")");

            FilledDataset filled = Dataset.fill(database, spec, FillProgress.SILENT);

            assertThat(filled.rows()).isEqualTo(20_000);
            assertThat(filled.notes()).isEmpty();
            hashes.add(query(database, rows));
        }
        assertThat(hashes).containsOnly(hashes.get(0));
    }

    @Test
    void rows_have_the_edge_cases_alone_that_the_triggers_of_their_table_take() throws Exception {
        ConnectionSource database = server.database("triggers");
        script(database, """
                CREATE TABLE customer (id serial PRIMARY KEY);
                CREATE TABLE invoice (
                  id serial PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer, code text NOT NULL, amount integer NOT NULL, note text NOT NULL);
                CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF NEW.amount < 0 OR NEW.code !~ '[a-z]' THEN RAISE EXCEPTION 'this is no invoice'; END IF;
                  RETURN NEW; END $$;
                CREATE TRIGGER look BEFORE INSERT OR UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION look();
                CREATE TABLE offer (id serial PRIMARY KEY, code text NOT NULL, amount integer NOT NULL);
                CREATE TRIGGER look BEFORE INSERT ON offer FOR EACH ROW EXECUTE FUNCTION look();""");

        FilledDataset filled = Dataset.fill(database, new DatasetSpec(2_000, Map.of(), 7, 0.2), FillProgress.SILENT);

        script(database, "UPDATE invoice SET note = note");
        assertThat(query(database, "SELECT count(*) FROM offer WHERE amount < 0 OR code !~ '[a-z]'"))
                .containsExactly("0");
        assertThat(query(
                        database,
                        "SELECT count(*) FILTER (WHERE amount = 2147483647) > 0 AND count(*) FILTER (WHERE code = 'O''Brien') > 0"
                                + " AND count(*) FILTER (WHERE note = '') > 0 AND count(*) = 2000 FROM invoice"))
                .containsExactly("t");
        assertThat(filled.notes())
                .anyMatch(
                        note -> note.contains(
                                "Table public.invoice has not all edge cases in code, amount: its triggers refuse some of them."));
    }

    @Test
    void what_was_committed_without_waiting_is_on_disk_after_a_flush() throws Exception {
        try (Connection connection = Sql.open(server.database("flushed"))) {
            Sql.execute(connection, "CREATE TABLE t (n integer)");
            Sql.execute(connection, "INSERT INTO t SELECT generate_series(1, 1000)");
            Sql.execute(connection, "CREATE TEMP TABLE before AS SELECT pg_current_wal_insert_lsn() AS place");

            Finish.flush(connection);

            assertThat(Sql.queryLong(connection, "SELECT (pg_current_wal_flush_lsn() >= place)::int FROM before"))
                    .isEqualTo(1);
        }
    }

    private static long rows(FilledDataset filled, String table) {
        return filled.tables().stream()
                .filter(t -> t.name().equals(table) && t.schema().equals("shop"))
                .findFirst()
                .orElseThrow()
                .rows();
    }

    /** All definitions that the load may take away, as the server writes them back. */
    static final String OBJECTS = """
            SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated || condeferrable
                   || coalesce(obj_description(oid, 'pg_constraint'), '') AS object
            FROM pg_constraint WHERE connamespace::regnamespace::text !~ '^(pg_|information_schema)' AND contype <> 'n'
            UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid || indisready || indisclustered || indisreplident || coalesce(obj_description(indexrelid, 'pg_class'), '')
            FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
            UNION ALL SELECT oid::regclass || relrowsecurity::text || relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p') AND oid >= 16384
            UNION ALL SELECT pg_get_triggerdef(t.oid) || tgenabled::text FROM pg_trigger t WHERE NOT tgisinternal ORDER BY 1""";

    static String resource(String name) throws IOException {
        try (InputStream in = DatasetIT.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static void script(ConnectionSource database, String sql) throws SQLException {
        try (Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static List<String> query(ConnectionSource database, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = database.open();
                Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(sql)) {
            while (r.next()) {
                values.add(r.getString(1));
            }
        }
        return values;
    }
}
