package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.RelationSize;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.ServerSample;
import dev.rehearse.recording.Recording.StandbyWait;
import dev.rehearse.recording.Recording.StateSample;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.ServerCost;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The migration of a {@link RecordedRun} runs from second 5 to second 8. */
class ServerSideTest {

    private final RecordedRun run = new RecordedRun();

    private void state(double seconds, Map<String, Integer> active, long checkpoints, long databaseBytes, long age) {
        run.states.add(new StateSample(
                Math.round(seconds * SECOND),
                active,
                checkpoints,
                checkpoints,
                checkpoints * 1_000,
                databaseBytes,
                databaseBytes / 2,
                age,
                2 * age));
    }

    @Test
    void what_was_read_while_the_migration_ran_is_told_by_where_it_was_found() {
        run.server.add(new ServerSample(4_900_000, 10, 0, 0, 0, 0, 500, 7_000, 3));
        run.server.add(new ServerSample(8_100_000, 30, 0, 0, 0, 0, 600, 7_000, 3));
        // What a session did counts up to a second later, but for WAL.
        run.server.add(new ServerSample(9_000_000, 90, 40, 1, 0, 0, 1_700, 9_000, 3));
        run.server.add(new ServerSample(9_250_000, 99, 80, 5, 0, 0, 8_000, 9_900, 3));

        ServerCost cost = Assessment.of(run.build()).server();

        assertThat(cost.bufferReadBytes()).isEqualTo(1_200);
        assertThat(cost.bufferHitBytes()).isEqualTo(2_000);
        assertThat(cost.tempBytes()).isEqualTo(40);
        assertThat(cost.deadlocks()).isEqualTo(1);
        assertThat(cost.walBytes()).isEqualTo(20);
    }

    @Test
    void what_the_migration_had_the_server_do_and_keep_is_told() {
        state(3, Map.of(), 2, 999, 50);
        state(4.9, Map.of(), 2, 1_000, 60);
        state(6, Map.of(), 3, 1_900, 700);
        state(7.9, Map.of(), 4, 1_500, 900);
        state(9.1, Map.of(), 5, 1_100, 10);
        state(9.9, Map.of(), 9, 5_000, 5_000);

        ServerCost cost = Assessment.of(run.build()).server();

        assertThat(cost.checkpoints()).isEqualTo(3);
        assertThat(cost.requestedCheckpoints()).isEqualTo(3);
        assertThat(cost.checkpointBytes()).isEqualTo(3_000);
        assertThat(cost.databaseBytesBefore()).isEqualTo(1_000);
        assertThat(cost.databaseBytesPeak()).isEqualTo(1_900);
        assertThat(cost.walDirectoryBytesPeak()).isEqualTo(950);
        assertThat(cost.oldestSnapshotAge()).isEqualTo(900);
        assertThat(cost.frozenXidAge()).isEqualTo(1_800);
    }

    @Test
    void what_a_transaction_wrote_anew_is_on_disk_beside_what_was_there_however_short_it_was() {
        state(4.9, Map.of(), 0, 10_000, 0);
        state(6, Map.of(), 0, 10_100, 0);
        sizes(RelationSize.BEFORE, 4_000, 500);
        sizes(RelationSize.AFTER_MIGRATION, 4_400, 600);
        run.statements.clear();
        wrote(1, true, List.of("orders"), List.of("orders_pkey on orders"));
        wrote(1, true, List.of("orders"), List.of());
        wrote(2, false, List.of(), List.of("orders_pkey on orders"));
        wrote(1, false, List.of(), List.of());
        wrote(1, false, List.of("orders"), List.of());

        ServerCost cost = Assessment.of(run.build()).server();

        assertThat(cost.databaseBytesPeak()).isEqualTo(10_000 + 4_400 + 600 + 4_400);
    }

    @Test
    void what_another_transaction_dropped_may_be_gone_when_a_table_is_written_anew() {
        state(4.9, Map.of(), 0, 10_000, 0);
        state(8.5, Map.of(), 0, 6_000, 0);
        sizes(RelationSize.BEFORE, 4_000, 5_000);
        sizes(RelationSize.AFTER_MIGRATION, 4_000, 1_000);
        run.statements.clear();
        wrote(1, false, List.of("orders"), List.of());

        assertThat(Assessment.of(run.build()).server().databaseBytesPeak()).isEqualTo(10_000);
    }

    private void sizes(String moment, long ofTable, long ofIndex) {
        run.relations.add(new RelationSize(moment, "shop.orders", "table", ofTable, 0));
        run.relations.add(new RelationSize(moment, "shop.orders_pkey", "index", ofIndex, -1));
    }

    private void wrote(int pid, boolean staysOpen, List<String> rewrites, List<String> indexBuilds) {
        StatementFact sent = run.sent(null, pid, 6 * SECOND, staysOpen, "ALTER TABLE orders ...");
        run.statements.set(
                sent.index(),
                new StatementFact(
                        sent.index(),
                        sent.phase(),
                        sent.migrator(),
                        sent.attempt(),
                        sent.migration(),
                        sent.backendPid(),
                        sent.source(),
                        sent.sql(),
                        sent.startMicros(),
                        sent.endMicros(),
                        sent.outcome(),
                        sent.sqlState(),
                        sent.message(),
                        sent.inTransaction(),
                        sent.messageStatements(),
                        sent.rows(),
                        sent.locks(),
                        rewrites,
                        sent.scans(),
                        indexBuilds,
                        sent.serverWords(),
                        sent.walBytes()));
    }

    @Test
    void a_wait_of_replay_that_began_before_the_migration_ended_is_told_with_who_was_in_its_way() {
        run.replication.add(new ReplicationSample(7_000_000, "standby 1", 900_000, 0, 0, 0));
        run.standbyWaits.add(new StandbyWait(
                "standby 1",
                RecordedRun.waited(
                        "replay", "orders", "AccessExclusiveLock", 6 * SECOND, SECOND, RecordedRun.reader())));
        run.standbyWaits.add(new StandbyWait(
                "standby 1",
                RecordedRun.waited("replay", "orders", "AccessExclusiveLock", SECOND, SECOND, RecordedRun.reader())));

        assertThat(Assessment.of(run.build()).replication())
                .singleElement()
                .satisfies(standby -> assertThat(standby.lockWaits())
                        .singleElement()
                        .satisfies(wait -> {
                            assertThat(wait.waiter()).isEqualTo("replay");
                            assertThat(wait.mode()).isEqualTo("ACCESS EXCLUSIVE");
                            assertThat(wait.rootBlocker()).startsWith("longReader");
                            assertThat(wait.phase()).isEqualTo("MIGRATE");
                        }));
    }

    @Test
    void what_was_not_sampled_is_not_measured() {
        ServerCost cost = Assessment.of(run.build()).server();

        assertThat(cost.checkpoints()).isEqualTo(-1);
        assertThat(cost.databaseBytesBefore()).isEqualTo(-1);
        assertThat(cost.databaseBytesPeak()).isEqualTo(-1);
        assertThat(cost.oldestSnapshotAge()).isEqualTo(-1);
    }

    @Test
    void counters_that_a_crash_has_set_back_measure_nothing() {
        state(4.9, Map.of(), 7, 1_000, 60);
        state(9.1, Map.of(), 2, 1_100, 10);

        ServerCost cost = Assessment.of(run.build()).server();

        assertThat(cost.checkpoints()).isEqualTo(-1);
        assertThat(cost.checkpointBytes()).isEqualTo(-1);
        assertThat(cost.databaseBytesBefore()).isEqualTo(1_000);
    }

    @Test
    void the_timeline_has_by_what_they_waited_for_the_sessions_of_the_moment_when_most_ran() {
        state(6, Map.of("Lock:relation", 3, "IO:DataFileRead", 1), 0, 0, 0);
        state(6.001, Map.of("Lock:relation", 2, "CPU", 4), 0, 0, 0);
        state(6.1, Map.of("IO:WALSync", 2), 0, 0, 0);
        state(9, Map.of(), 0, 0, 0);

        RehearsalReport.Timeline timeline = Assessment.of(run.build()).timeline();

        Map<String, List<Integer>> active = timeline.active();
        // Not three that waited for a lock and four that ran: these were different moments.
        assertThat(active).containsOnlyKeys("CPU", "IO:WALSync", "Lock:relation");
        assertThat(active.get("Lock:relation")).hasSameSizeAs(timeline.due()).containsOnly(0, 2);
        assertThat(active.get("CPU")).hasSameSizeAs(timeline.due()).containsOnly(0, 4);
        // A sample lasts until the next, but not for ever.
        double width = timeline.bucketMillis();
        assertThat(bucketsWith(active.get("Lock:relation")))
                .isEqualTo(bucketsWith(active.get("CPU")))
                .isBetween(Math.floor(99 / width), Math.ceil(99 / width) + 1);
        assertThat(bucketsWith(active.get("IO:WALSync")))
                .isBetween(Math.floor(1_000 / width), Math.ceil(1_000 / width) + 1);
    }

    private static double bucketsWith(List<Integer> sessions) {
        return sessions.stream().filter(n -> n > 0).count();
    }
}
