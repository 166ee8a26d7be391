package dev.rehearse.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.database.TestCertificate;
import dev.rehearse.plan.Workload;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadConnectionsIT {

    @TempDir
    Path folder;

    @Test
    void a_server_that_wants_tls_from_now_on_gets_it_after_one_refusal() throws Exception {
        KeyStore certificate = TestCertificate.make(folder, "server");
        try (LoadedServer shop = new LoadedServer(18)) {
            LoadConnections connections = new LoadConnections(
                    shop.server, LoadedServer.ROLE, LoadedServer.PASSWORD, Workload.Sessions.DEFAULT);
            assertThat(isEncrypted(connections)).isFalse();

            shop.execute(
                    TestCertificate.write("server.crt", TestCertificate.certificatePem(certificate)),
                    TestCertificate.write("server.key", TestCertificate.keyPem(certificate)),
                    TestCertificate.write("pg_hba.conf", "local all all trust\nhostssl all all all scram-sha-256\n"),
                    "ALTER SYSTEM SET ssl = on",
                    "SELECT pg_reload_conf()");
            LoadedServer.await("the server to demand TLS", () -> isPlainRefused(shop));

            assertThatThrownBy(() -> isEncrypted(connections))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no encryption");
            assertThat(isEncrypted(connections)).isTrue();
        }
    }

    private static boolean isPlainRefused(LoadedServer shop) {
        Properties plain = new Properties();
        plain.setProperty("user", LoadedServer.ROLE);
        plain.setProperty("password", LoadedServer.PASSWORD);
        plain.setProperty("sslmode", "disable");
        try {
            DriverManager.getConnection(shop.server.jdbcUrl(), plain).close();
            return false;
        } catch (SQLException e) {
            return "28000".equals(e.getSQLState());
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
