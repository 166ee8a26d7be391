package dev.rehearse.assess;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.StatementFact;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to do instead of a dangerous statement. It is recognised by what the server did first (rewrite, scan, index build, lock) and by
 * its words only to tell apart what the server does alike.
 *
 * @param catalogue id in the catalogue of dangerous operations, or null
 * @param text the way
 */
record SaferWay(@Nullable String catalogue, String text) {

    private static final String RETRY = "Set a short lock_timeout for the migration and retry";

    static SaferWay of(@Nullable StatementFact statement) {
        if (statement == null) {
            return new SaferWay(null, RETRY + "; keep each transaction to one table.");
        }
        String sql = Words.withoutLeadingComments(statement.sql())
                .strip()
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
        boolean concurrently = sql.contains("concurrently");
        if (!statement.rewrites().isEmpty()) {
            return rewrite(sql);
        }
        if (matches(sql, "^create (unique )?index") && !concurrently) {
            return new SaferWay(
                    "IDX-01",
                    "CREATE INDEX CONCURRENTLY, outside a transaction, in a migration of its own; look for an INVALID index after a failure.");
        }
        if (sql.startsWith("drop index") && !concurrently) {
            return new SaferWay("IDX-05", "DROP INDEX CONCURRENTLY, outside a transaction.");
        }
        if (sql.startsWith("reindex") && !concurrently) {
            return new SaferWay("IDX-07", "REINDEX ... CONCURRENTLY, outside a transaction.");
        }
        if (sql.startsWith("refresh materialized view") && !concurrently) {
            return new SaferWay("TAB-11", "A unique index on the view, then REFRESH MATERIALIZED VIEW CONCURRENTLY.");
        }
        if (matches(sql, "^(update|delete|insert) |^with ")) {
            return new SaferWay(
                    "DML-01",
                    "Batches by key, each in its own transaction with a pause after its commit, not during it.");
        }
        if (sql.startsWith("truncate")) {
            return new SaferWay("TAB-02", "DELETE in batches, or swap in an empty partition.");
        }
        if (matches(sql, " set not null")) {
            return new SaferWay(
                    "COL-19",
                    "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, commit, VALIDATE CONSTRAINT, then SET NOT NULL, then drop the check.");
        }
        if (!statement.indexBuilds().isEmpty()) {
            return new SaferWay(
                    "CON-10",
                    "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... USING INDEX, which only takes a moment.");
        }
        if (matches(sql, "foreign key|references ") && !sql.contains("not valid")) {
            return new SaferWay(
                    "CON-05",
                    "ADD CONSTRAINT ... NOT VALID, commit, then VALIDATE CONSTRAINT in a transaction of its own.");
        }
        if (!statement.scans().isEmpty()) {
            return new SaferWay(
                    "CON-01",
                    "ADD CONSTRAINT ... NOT VALID, commit, then VALIDATE CONSTRAINT in a transaction of its own.");
        }
        if (statement.inTransaction() && strongest(statement) != null) {
            return new SaferWay(
                    "TX-02",
                    "Commit right after this statement, so that its lock does not outlive it, under a short lock_timeout with retries; long work belongs into a transaction of its own.");
        }
        return new SaferWay("TX-02", RETRY + ": whoever is in front then costs the application little.");
    }

    private static SaferWay rewrite(String sql) {
        if (matches(sql, "add column|add (if not exists )?[a-z_\"]+ ")) {
            return new SaferWay(
                    "COL-04",
                    "Add the column nullable, SET DEFAULT, backfill in batches, CHECK NOT VALID, VALIDATE, SET NOT NULL.");
        }
        if (matches(sql, " type | set data type ")) {
            return new SaferWay(
                    "TYP-03",
                    "A second column of the new type, written by a trigger, backfilled in batches, then the switch.");
        }
        return new SaferWay(
                "TAB-05",
                "Copy into a new table in batches and switch, or pg_repack; a rewrite holds ACCESS EXCLUSIVE throughout.");
    }

    private static boolean matches(String sql, String pattern) {
        return Pattern.compile(pattern).matcher(sql).find();
    }

    private static @Nullable LockMode strongest(StatementFact statement) {
        return statement.locks().stream()
                .filter(lock ->
                        lock.existedBefore() && !lock.onType() && lock.mode().blocksWriters())
                .map(lock -> lock.mode())
                .max(LockMode::compareTo)
                .orElse(null);
    }
}
