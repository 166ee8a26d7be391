package dev.rehearse.assess.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.report.RehearsalReport.TableLag;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenTablesTest {

    @Test
    void a_standby_is_as_far_behind_with_a_table_as_with_the_oldest_write_that_it_has_not_replayed() {
        OperationLog log = new OperationLog();
        int place = log.addKind(new OperationKind("place", "app", List.of("orders", "customers"), List.of("orders")));
        int move = log.addKind(new OperationKind("move", "app", List.of("customers"), List.of("customers")));
        wrote(log, place, 6_000, Outcome.SUCCEEDED);
        wrote(log, move, 6_200, Outcome.FAILED);
        wrote(log, place, 6_500, Outcome.SUCCEEDED);
        wrote(log, move, 6_800, Outcome.SUCCEEDED);

        List<TableLag> lags =
                new WrittenTables(log).behind(List.of(lag(6_400, 0), lag(7_000, 900), lag(7_500, 300), lag(8_000, 0)));

        assertThat(lags).containsExactly(new TableLag("orders", 500, 7_000), new TableLag("customers", 200, 7_000));
    }

    private static void wrote(OperationLog log, int kind, long endMillis, Outcome outcome) {
        log.add(new Operation(kind, 0, 0, 1_000 * endMillis, outcome, null, 100));
    }

    private static ReplicationSample lag(long millis, long lagMillis) {
        return new ReplicationSample(1_000 * millis, "standby 1", 1_000 * lagMillis, 0, 0, 0);
    }
}
