package dev.rehearse.loadtest.replay;

import dev.rehearse.serverlog.StatementLog;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to replay. Immutable.
 *
 * @param url of the database, as {@link dev.rehearse.database.DatabaseUrl} has it
 * @param log the statements
 * @param name what results call it
 * @param speed how many times as fast as they came; 1: at the log's own times
 * @param length of the run: what would be due later is not replayed; {@link Duration#ZERO}: to the end of the log
 * @param writes whether the sessions may write; else they are read-only
 * @param intervalLog as in {@code LoadTestPlan}
 */
public record ReplayPlan(
        String url,
        StatementLog log,
        String name,
        double speed,
        Duration length,
        boolean writes,
        @Nullable Path intervalLog) {}
