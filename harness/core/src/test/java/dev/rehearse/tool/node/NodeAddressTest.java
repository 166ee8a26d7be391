package dev.rehearse.tool.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ToolProject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressTest {

    private static final List<String> KEYS = List.of("connection", "connectionString", "host", "port");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: process.env.DATABASE_URL,",
                "connection: { connectionString: process.env['DATABASE_URL'] }",
                "connection: { host: process.env.PGHOST || 'localhost', database: 'shop' }",
                "connection: { host: process.env.SHOP_HOST, user: 'shop' }",
                "connection: env(\"DATABASE_URL\")",
                "connection: { database: 'shop' }",
                "connection: settings.database,",
            })
    void what_the_rehearsal_can_point_elsewhere_passes(String code) {
        assertThatCode(() -> check(code)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: 'postgres://localhost/shop',",
                "connection: { host: '127.0.0.1', user: 'shop' }",
                "connection: { host: process.env.PGHOST, port: 5432 }",
            })
    void a_fixed_address_is_refused(String code) {
        assertThatThrownBy(() -> check(code))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("fixed value")
                .hasMessageContaining("knexfile.js");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: process.env.OTHER_URL,",
                "connection: { connectionString: process.env.OTHER_URL ?? 'postgres://localhost/shop' }",
                "connection: env('OTHER_URL'),",
            })
    void a_variable_that_nobody_sets_is_refused_with_what_to_add(String code) {
        assertThatThrownBy(() -> check(code))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("environment: { OTHER_URL: \"{url}\" }");
    }

    @Test
    void a_variable_that_is_called_as_those_of_libpq_are_is_none_of_ours() {
        assertThatThrownBy(() -> check("connection: process.env.PG_CONNECTION_STRING,"))
                .hasMessageContaining("environment: { PG_CONNECTION_STRING: \"{url}\" }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url: `postgres://${env.DB_LOGIN}:${env.DB_KEY}@${env.DB_SERVER}:${env.DB_P}/${env.DB}?sslmode=${env.DB_SSLMODE}&schema=${env.DB_SCHEMA}`",
                "connection: env.NODE_ENV === 'test' ? 'a' : `pg://${encodeURIComponent(env.DB_LOGIN)}:${env.DB_KEY}@${env.DB_SERVER}:${env.DB_P ?? '5'}/${env.DB}?sslmode=${env.DB_SSLMODE}`",
                "url: 'postgres://' + env.DB_LOGIN + ':' + env['DB_KEY'] + '@' + env.DB_SERVER + ':' + env.DB_P + '/' + env.DB + \"?sslmode=\" + env.DB_SSLMODE",
            })
    void what_an_address_is_put_together_of_is_told_by_its_place(String code) {
        assertThat(NodeAddress.wanted(code))
                .isEqualTo(Map.of(
                        "DB_LOGIN", "{user}",
                        "DB_KEY", "{password}",
                        "DB_SERVER", "{host}",
                        "DB_P", "{port}",
                        "DB", "{database}",
                        "DB_SSLMODE", "disable"));
    }

    @Test
    void what_is_put_before_the_parameters_of_an_address_is_the_address() {
        assertThat(NodeAddress.wanted("connection: `${env.SHOP_URL}?sslmode=require&x=${env.X}`"))
                .isEqualTo(Map.of("SHOP_URL", "{url}"));
        assertThat(NodeAddress.wanted("connection: env.SHOP_URL ?? `postgres://${env.DB_HOST}/${env.DB}`"))
                .isEqualTo(Map.of("SHOP_URL", "{url}", "DB_HOST", "{host}", "DB", "{database}"));
    }

    private void check(String code) {
        try (ToolProject project = new ToolProject(new Knex(), folder, Map.of("SHOP_HOST", "{host}"), null)) {
            NodeAddress.check(project, folder.resolve("knexfile.js"), code, KEYS);
        }
    }
}
