package dev.rehearse.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.plan.Workload;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadConnectionsIT {

    @TempDir
    Path folder;

    @Test
    void a_server_that_wants_tls_from_now_on_gets_it_after_one_refusal() throws Exception {
        try (LoadedServer shop = new LoadedServer(18)) {
            LoadConnections connections = connections(shop);
            assertThat(isEncrypted(connections)).isFalse();

            shop.demandTls(folder);

            assertThatThrownBy(() -> isEncrypted(connections))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no encryption");
            assertThat(isEncrypted(connections)).isTrue();
        }
    }

    @Test
    void the_rights_of_the_application_do_not_hide_that_the_server_demands_tls() throws Exception {
        try (LoadedServer shop = new LoadedServer(18)) {
            shop.execute(
                    "CREATE ROLE shop_rights",
                    "GRANT shop_rights TO " + LoadedServer.ROLE,
                    "ALTER ROLE " + LoadedServer.ROLE + " SET role = 'shop_rights'");
            shop.demandTls(folder);

            LoadConnections connections = connections(shop);
            assertThat(currentUser(connections)).isEqualTo("shop_rights");
            assertThat(currentUser(connections)).isEqualTo("shop_rights");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void the_load_logs_in_by_its_password_which_is_hashed_once(int version) throws Exception {
        try (LoadedServer shop = new LoadedServer(version)) {
            assertThat(currentUser(connections(shop))).isEqualTo(LoadedServer.ROLE);
            assertThat(shop.value("SELECT rolpassword FROM pg_authid WHERE rolname = '" + LoadedServer.ROLE + "'"))
                    .startsWith("SCRAM-SHA-256$1:");
            assertThatThrownBy(() -> currentUser(connections(shop, "another")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    private static LoadConnections connections(LoadedServer shop) {
        return connections(shop, LoadedServer.PASSWORD);
    }

    private static LoadConnections connections(LoadedServer shop, String password) {
        return new LoadConnections(shop.server, LoadedServer.ROLE, password, Workload.Sessions.DEFAULT);
    }

    private static String currentUser(LoadConnections connections) throws SQLException {
        try (Connection connection = connections.open("rehearse-load-1");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user")) {
            row.next();
            return row.getString(1);
        }
    }

    private static boolean isEncrypted(LoadConnections connections) throws SQLException {
        try (Connection connection = connections.open("rehearse-load-1");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            return row.next() && row.getBoolean(1);
        }
    }
}
