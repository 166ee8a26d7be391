package dev.rehearse.workload;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestCertificate;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.RunClock;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.BooleanSupplier;

/** A server of the asked major with the load's role, for tests. */
public final class LoadedServer implements AutoCloseable {

    static final String ROLE = "shop_app";
    static final String PASSWORD = "it's a 'secret\\";
    public static final int SHORTEST_REPORTED_WAIT_MILLIS = LoadRole.shortestReportedWaitMillis(8, null);

    /** For what is due to be done at the end: the machine may stall. */
    public static final Duration DRAIN = Duration.ofSeconds(60);

    final TestDatabase database;
    public final TestDatabase.Server server;
    public final RunClock clock = new RunClock();

    public LoadedServer(int version, String... schema) throws SQLException {
        database = TestServers.provider()
                .start(new DatabaseRequest(version, 0, Map.of("fsync", "off"), null, null), Progress.SILENT);
        server = database.primary();
        try (Connection admin = server.connect("rehearse-test")) {
            LoadRole.create(admin, ROLE, PASSWORD, server.user(), SHORTEST_REPORTED_WAIT_MILLIS);
        }
        execute(schema);
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** From now on it lets nobody in but over TLS, with SCRAM. */
    public void demandTls(Path folder) throws Exception {
        KeyStore certificate = TestCertificate.make(folder, "server");
        execute(
                TestCertificate.write("server.crt", TestCertificate.certificatePem(certificate)),
                TestCertificate.write("server.key", TestCertificate.keyPem(certificate)),
                TestCertificate.write("pg_hba.conf", "local all all trust\nhostssl all all all scram-sha-256\n"),
                "ALTER SYSTEM SET ssl = on",
                "SELECT pg_reload_conf()");
        await("the server to demand TLS", this::isPlainRefused);
    }

    private boolean isPlainRefused() {
        Properties plain = new Properties();
        plain.setProperty("user", ROLE);
        plain.setProperty("password", PASSWORD);
        plain.setProperty("sslmode", "disable");
        try {
            DriverManager.getConnection(server.jdbcUrl(), plain).close();
            return false;
        } catch (SQLException e) {
            return "28000".equals(e.getSQLState());
        }
    }

    /** 10,000 accounts with 1,000 cents each, and no others. */
    void fillAccounts() throws SQLException {
        execute(
                "DROP TABLE IF EXISTS account CASCADE",
                "CREATE TABLE account (id int PRIMARY KEY, owner text NOT NULL, cents bigint NOT NULL)",
                "INSERT INTO account SELECT i, 'owner ' || i, 1000 FROM generate_series(1, 10000) i",
                "ANALYZE account");
    }

    public String value(String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public LoadPlan plan(Workload workload) {
        return LoadPlan.resolve(
                workload, server, ROLE, PASSWORD, List.of("kept_history"), List.of(), 7, Progress.SILENT);
    }

    public LoadGenerator generator(Workload workload) {
        return new LoadGenerator(plan(workload), server, ROLE, PASSWORD, SHORTEST_REPORTED_WAIT_MILLIS, clock);
    }

    public static Workload workload(double rate, int clients, Workload.Operation... operations) {
        return workload(
                rate,
                clients,
                new Workload.Application(operations.length == 0 ? "derived" : "app-1", List.of(operations)),
                null);
    }

    public static Workload workload(double rate, int clients, Workload.Application before, Workload.Application after) {
        return new Workload(
                RateCurve.constant(rate),
                Workload.Arrivals.POISSON,
                Workload.Sessions.DEFAULT.withClients(clients),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                before,
                after,
                List.of());
    }

    public static Workload.Operation operation(
            String name, boolean transaction, Map<String, Workload.Parameter> parameters, String... statements) {
        List<Workload.Step> steps = new ArrayList<>();
        for (String sql : statements) {
            steps.add(new Workload.Step(sql, OptionalInt.empty()));
        }
        return new Workload.Operation(name, 1, transaction, true, parameters, steps);
    }

    public static Workload.Parameter key(String table, String column) {
        return new Workload.Parameter(
                Workload.Parameter.Kind.KEY, table, column, Workload.Parameter.Distribution.UNIFORM, 0, 0, List.of());
    }

    public static Workload.Parameter unique(String table, String column) {
        return new Workload.Parameter(
                Workload.Parameter.Kind.UNIQUE,
                table,
                column,
                Workload.Parameter.Distribution.UNIFORM,
                0,
                0,
                List.of());
    }

    public static Workload.Parameter integer(long low, long high) {
        return new Workload.Parameter(
                Workload.Parameter.Kind.INTEGER,
                null,
                null,
                Workload.Parameter.Distribution.UNIFORM,
                low,
                high,
                List.of());
    }

    public static List<OperationLog.Operation> operations(OperationLog log) {
        List<OperationLog.Operation> all = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            all.add(log.get(i));
        }
        return all;
    }

    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + DRAIN.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("Waited " + DRAIN + " in vain: " + what);
            }
            Thread.sleep(2);
        }
    }

    /** Lets the load run for so long. */
    public void runFor(Duration length) throws InterruptedException {
        long until = clock.micros() + length.toNanos() / 1_000;
        await("time to pass", () -> clock.micros() >= until);
    }

    @Override
    public void close() {
        database.close();
    }
}
