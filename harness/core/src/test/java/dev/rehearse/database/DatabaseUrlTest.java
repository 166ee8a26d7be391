package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5433/shop?user=me&password=s%40cret",
        "postgresql://me:s%40cret@db:5433/shop",
        "postgres://me:s@cret@db:5433/shop",
        "postgresql://db:5433/shop?user=me&password=s%40cret"
    })
    void both_forms_mean_the_same(String url) {
        Properties read = DatabaseUrl.of(url).read();

        assertThat(read)
                .containsEntry("PGHOST", "db")
                .containsEntry("PGPORT", "5433")
                .containsEntry("PGDBNAME", "shop")
                .containsEntry("user", "me")
                .containsEntry("password", "s@cret");
        assertThat(DatabaseUrl.isMeant(url)).isTrue();
        assertThat(DatabaseUrl.of(url)).asString().endsWith("://db:5433/shop");
    }

    @Test
    void parameters_and_several_hosts_are_kept() {
        DatabaseUrl url = DatabaseUrl.of("postgresql://me+you@one:1,two:2/shop?sslmode=require");

        assertThat(url.parameters()).containsExactly("sslmode", "user");
        assertThat(url.read())
                .containsEntry("sslmode", "require")
                .containsEntry("PGHOST", "one,two")
                .containsEntry("user", "me+you");
        assertThat(url).hasToString("postgresql://one:1,two:2/shop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop",
                "localhost:5432",
                "mysql://me:secret@db/shop",
                "jdbc:mysql://me:secret@db/shop",
                "jdbc:postgresql://me:secret@db/shop",
                "postgresql://db:x/shop",
                "postgresql://db:65536/shop",
                "jdbc:postgresql://one:5432,two:0/shop",
                "postgresql://me:secret@data base/shop",
                "postgresql://me:se/cret@db/shop",
                "postgresql://me:se?cret@db/shop",
                "postgresql://me:se#cret@db/shop",
                "postgresql://me:secret%@db/shop",
                "postgresql://me:s@cret w/?#x@db/shop",
                "jdbc:postgresql://me:s@cret/?x@db/shop"
            })
    void what_is_no_url_is_refused_without_a_password(String url) {
        assertThatThrownBy(() -> DatabaseUrl.of(url))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Expected jdbc:postgresql://")
                .hasMessageNotContaining("cret");
    }

    @Test
    void what_libpq_would_read_as_another_server_is_refused() {
        assertThatThrownBy(() -> DatabaseUrl.of("postgresql://me@db/shop?host=/var/run/postgresql"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("The parameter host of the database's URL leads elsewhere");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql:///shop",
                "postgresql:///shop?host=/var/run/postgresql",
                "postgresql://me:secret@%2Fvar%2Frun%2Fpostgresql/shop",
                "jdbc:postgresql://%2fvar%2frun%2fpostgresql/shop"
            })
    void a_local_socket_is_refused_as_one(String url) {
        assertThatThrownBy(() -> DatabaseUrl.of(url))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("local socket")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_failure_to_connect_names_the_database_and_nothing_secret() {
        DatabaseUrl url = DatabaseUrl.of("postgresql://me:secret@127.0.0.1:1/shop");

        assertThatThrownBy(() -> url.connect("rehearse-test").close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(url.cannotConnect(e))
                                .hasMessageStartingWith("Cannot connect to postgresql://127.0.0.1:1/shop: ")
                                .hasMessageContaining("(08001). User and password come from the URL")
                                .hasMessageNotContaining("secret"));
    }

    @Test
    void a_host_that_nobody_knows_and_what_the_system_says_are_named() {
        DatabaseUrl url = DatabaseUrl.of("postgresql://no-such-host.invalid/shop");

        assertThat(url.cannotConnect(new SQLException(
                        "The connection attempt failed.", "08001", new UnknownHostException("no-such-host.invalid"))))
                .hasMessageContaining("/shop: The connection attempt failed: the host is not known (08001). User");
        assertThat(url.cannotConnect(new SQLException(
                        "The connection attempt failed.", "08001", new SocketException("Too many open files"))))
                .hasMessageContaining("/shop: The connection attempt failed: Too many open files (08001). User");
    }
}
