package dev.rehearse.scenarios.locktable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.scenarios.locktable.LockCase.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * {@code reports/lock-table.md} is what the servers say: all of them where {@code REHEARSE_TEST_VERSIONS=all} is in the environment, the oldest
 * and the newest otherwise. Those between are asked in turn, where the file has them say what one of these says. With {@code -DlockTable=write} the file is written instead.
 */
class LockTableIT {

    private static final Path TABLE = Path.of("..", "reports", "lock-table.md");
    private static final Path MEASURED = Path.of("target", "lock-table.md");

    /** More would measure the machine. */
    private static final int SERVERS_AT_A_TIME = 2;

    /** Of the versions between the oldest and the newest a case is asked on one. */
    private static final int IN_TURN = DatabaseRequest.NEWEST - DatabaseRequest.OLDEST - 1;

    /** A lock that is neither taken in a transaction nor reported is sampled, so that a machine that stands still can hide it. */
    private static final int TIMES = 3;

    /** What is more often seen to do otherwise does so, or the recorder has a fault. */
    private static final int SPOILT_ONE_IN = 100;

    /** The server reports no command end for these, so that only a transaction shows their locks for certain. */
    private static final Set<String> SEEN_IN_TRANSACTIONS_ONLY =
            Set.of("truncate", "cluster", "analyze", "lock", "reindex", "select", "update", "delete", "load");

    @Test
    void the_committed_table_is_what_the_servers_say() throws Exception {
        boolean write = "write".equals(System.getProperty("lockTable"));
        boolean all = write || "all".equals(System.getenv("REHEARSE_TEST_VERSIONS"));
        List<Integer> versions = all
                ? IntStream.rangeClosed(DatabaseRequest.OLDEST, DatabaseRequest.NEWEST)
                        .boxed()
                        .toList()
                : List.of(DatabaseRequest.OLDEST, DatabaseRequest.NEWEST);

        String known = write ? "" : Files.readString(TABLE);
        String measured = table(versions, LockTable.rows(known, versions));
        Files.writeString(MEASURED, measured);
        if (write) {
            Files.writeString(TABLE, measured);
        }

        String committed = Files.readString(TABLE);
        String difference = "reports/lock-table.md is not what the servers say (scenarios/target/lock-table.md). "
                + "If the servers are right, write it anew: " + LockTable.REGENERATE;
        assertThat(LockTable.rows(committed, versions))
                .as(difference)
                .isEqualTo(LockTable.rows(measured, versions))
                .hasSizeGreaterThan(200);
        if (all) {
            assertThat(ofMajors(committed)).as(difference).isEqualTo(ofMajors(measured));
        }
    }

    /** Which minor release showed the facts last changes with the machine, where a PostgreSQL is installed. */
    private static String ofMajors(String table) {
        return table.replaceAll("\\b(1[4-8])\\.\\d+\\b", "$1");
    }

    private static String table(List<Integer> versions, Map<String, String> known)
            throws IOException, InterruptedException {
        List<LockCase> cases = CaseFile.readAll(LockTableTest.FOLDER);
        Map<Integer, Future<Measured>> servers = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(SERVERS_AT_A_TIME);
        try {
            for (int version : versions) {
                List<LockCase> asked = IntStream.range(0, cases.size())
                        .filter(turn -> cases.get(turn).isFor(version)
                                && asked(cases.get(turn), turn, version, known) == version)
                        .mapToObj(cases::get)
                        .toList();
                servers.put(version, threads.submit(() -> measure(version, asked, known)));
            }
            SortedMap<Integer, String> names = new TreeMap<>();
            for (Map.Entry<Integer, Future<Measured>> server : servers.entrySet()) {
                names.put(server.getKey(), outcome(server.getValue()).serverVersion());
            }
            LockTable table = new LockTable(names);
            for (int turn = 0; turn < cases.size(); turn++) {
                LockCase lockCase = cases.get(turn);
                for (int version : versions) {
                    if (lockCase.isFor(version)) {
                        int asked = asked(lockCase, turn, version, known);
                        table.add(
                                lockCase,
                                version,
                                outcome(servers.get(asked)).facts().get(lockCase));
                    }
                }
            }
            return table.render(Expectations.read(LockTableTest.EXPECTED));
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * The version that answers for this one: a case is asked on its oldest and its newest, and on one of those between; what is known of the others
     * must be what one of these two says, or they are asked themselves.
     *
     * @param turn the number of the case, which decides which one
     */
    private static int asked(LockCase lockCase, int turn, int version, Map<String, String> known) {
        String expected = known.get(LockTable.row(lockCase, version));
        int oldest = Math.max(lockCase.oldest(), DatabaseRequest.OLDEST);
        int newest = Math.min(lockCase.newest(), DatabaseRequest.NEWEST);
        if (expected == null || version == oldest || version == newest || (turn + version) % IN_TURN == 0) {
            return version;
        }
        return IntStream.of(oldest, newest)
                .filter(end -> expected.equals(known.get(LockTable.row(lockCase, end))))
                .findFirst()
                .orElse(version);
    }

    private record Measured(String serverVersion, Map<LockCase, Facts> facts) {}

    /** @param known what is known of cases; what is seen to do otherwise is tried again */
    private static Measured measure(int version, List<LockCase> cases, Map<String, String> known)
            throws IOException, SQLException, InterruptedException {
        try (LockServer server = new LockServer(version, Files.readString(LockTableTest.SCHEMA))) {
            Map<LockCase, Facts> facts = new LinkedHashMap<>();
            int spoilt = 0;
            int most = cases.size() / SPOILT_ONE_IN + TIMES;
            for (LockCase lockCase : cases) {
                if (lockCase.isFor(version)) {
                    String expected = known.get(LockTable.row(lockCase, version));
                    Facts seen = server.measure(lockCase);
                    for (int time = 1; time < TIMES && spoilt < most; time++) {
                        if (expected == null || cells(seen).equals(expected)) {
                            break;
                        }
                        spoilt++;
                        seen = server.measure(lockCase);
                    }
                    facts.put(lockCase, seen);
                }
            }
            return new Measured(server.serverVersion(), facts);
        }
    }

    private static String cells(Facts facts) {
        return String.join(" | ", facts.cells());
    }

    private static Measured outcome(Future<Measured> started) throws InterruptedException {
        try {
            return started.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        }
    }

    /** In a transaction the locks are read after the statement; without one, the server reports them before it lets go. */
    @Test
    void a_statement_without_a_transaction_is_seen_to_do_the_same() throws Exception {
        SortedMap<String, String> together = LockTable.rows(Files.readString(TABLE), List.of(DatabaseRequest.NEWEST));
        List<LockCase> cases = CaseFile.readAll(LockTableTest.FOLDER).stream()
                .filter(c -> c.isFor(DatabaseRequest.NEWEST) && isOneReportedStatement(c))
                .map(LockTableIT::alone)
                .toList();
        SortedMap<String, String> alone = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(SERVERS_AT_A_TIME);
        try {
            List<Future<Measured>> parts = IntStream.range(0, SERVERS_AT_A_TIME)
                    .mapToObj(part -> threads.submit(() -> measure(
                            DatabaseRequest.NEWEST,
                            cases.subList(
                                    cases.size() * part / SERVERS_AT_A_TIME,
                                    cases.size() * (part + 1) / SERVERS_AT_A_TIME),
                            together)))
                    .toList();
            for (Future<Measured> part : parts) {
                outcome(part)
                        .facts()
                        .forEach((lockCase, facts) ->
                                alone.put(LockTable.row(lockCase, DatabaseRequest.NEWEST), cells(facts)));
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(alone).hasSizeGreaterThan(100);
        assertThat(alone.keySet().stream()
                        .filter(row -> !alone.get(row).equals(together.get(row)))
                        .map(row -> row + ": " + alone.get(row) + " alone, " + together.get(row) + " in a transaction"))
                .isEmpty();
    }

    private static boolean isOneReportedStatement(LockCase lockCase) {
        List<Step> steps = lockCase.steps();
        List<String> statements = steps.get(0).statements();
        return steps.size() == 1
                && statements.size() == 3
                && statements.get(0).equals("begin")
                && statements.get(2).equals("commit")
                && !SEEN_IN_TRANSACTIONS_ONLY.contains(statements.get(1).split("\\s")[0]);
    }

    private static LockCase alone(LockCase lockCase) {
        return lockCase.with(List.of(lockCase.steps().get(0).statements().get(1)));
    }
}
