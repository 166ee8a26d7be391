package dev.rehearse.data;

import static org.assertj.core.api.Assertions.assertThat;

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
    }

    private static long rows(FilledDataset filled, String table) {
        return filled.tables().stream()
                .filter(t -> t.name().equals(table) && t.schema().equals("shop"))
                .findFirst()
                .orElseThrow()
                .rows();
    }

    /** All definitions that the load may take away, as the server writes them back. */
    private static final String OBJECTS = """
            SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated || condeferrable
                   || coalesce(obj_description(oid, 'pg_constraint'), '') AS object
            FROM pg_constraint WHERE connamespace IN ('shop'::regnamespace, '"Odd Names"'::regnamespace)
            UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid || indisclustered || coalesce(obj_description(indexrelid, 'pg_class'), '')
            FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace IN ('shop'::regnamespace, '"Odd Names"'::regnamespace)
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
