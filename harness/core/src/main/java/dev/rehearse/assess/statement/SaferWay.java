package dev.rehearse.assess.statement;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to do instead of a dangerous statement. It is recognised by what the server did first (rewrite, scan, index build, lock) and by
 * its words only to tell apart what the server does alike.
 *
 * @param catalogue id in the catalogue of dangerous operations, or null
 * @param text the way
 */
public record SaferWay(@Nullable String catalogue, String text) {

    private static final String RETRY = "Set a short lock_timeout for the migration and retry";
    private static final String NOT_VALID =
            "ADD CONSTRAINT ... NOT VALID, commit, then VALIDATE CONSTRAINT in a transaction of its own.";

    private static final String CHANGES_TYPE = " alter (column )?(\\S+|\".+\") (set data )?type ";

    private static final String COMMIT =
            "Commit right after this statement, so that its lock does not outlive it, under a short lock_timeout with retries; long work belongs into a transaction of its own.";

    /**
     * Where a statement is short, and its transaction is not.
     *
     * @param own of the statement, which takes longer on larger tables; null: there is none
     */
    public static SaferWay commitFirst(@Nullable SaferWay own) {
        return own == null ? new SaferWay("TX-02", COMMIT) : new SaferWay(own.catalogue, COMMIT + " " + own.text);
    }

    /** @param statement null: it is not known */
    public static SaferWay of(@Nullable StatementFact statement) {
        if (statement == null) {
            return new SaferWay(null, RETRY + "; keep each transaction to one table.");
        }
        String sql = Words.withoutComments(statement.sql())
                .strip()
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
        if (!statement.rewrites().isEmpty() && !sql.startsWith("refresh ")) {
            return rewrite(sql);
        }
        if (!sql.startsWith("alter index") && matches(sql, " (attach|detach) partition | partition of ")) {
            return partition(sql);
        }
        if (matches(sql, "^(create (unique )?index|drop index|reindex|refresh materialized view)\\b")) {
            return matches(sql, "\\bconcurrently\\b") ? concurrently(sql) : index(sql, isPartitioned(statement));
        }
        if (matches(sql, "^(update|delete|insert|merge|copy|with|do|call)\\b") && strongest(statement) == null) {
            return new SaferWay(
                    "DML-01",
                    "Batches by key, each in its own transaction with a pause after its commit, not during it.");
        }
        if (sql.startsWith("truncate")) {
            return new SaferWay("TAB-02", "DELETE in batches, or swap in an empty partition.");
        }
        if (sql.startsWith("alter domain")) {
            return new SaferWay(
                    "DOM-01",
                    "ALTER DOMAIN ... ADD CONSTRAINT ... CHECK (...) NOT VALID, which new values have to fulfil. Its VALIDATE CONSTRAINT"
                            + " locks the tables against writers, too: let a CHECK constraint of each table, NOT VALID and then validated, prove the rest.");
        }
        if (!statement.indexBuilds().isEmpty() && sql.startsWith("alter table")) {
            return indexBuild(sql, isPartitioned(statement));
        }
        if (!statement.indexBuilds().isEmpty() && matches(sql, "\\bcreate (unique )?index\\b")) {
            // Within a block.
            return index("create index", isPartitioned(statement));
        }
        if (!statement.scans().isEmpty()) {
            return scan(sql, statement);
        }
        if (statement.inTransaction() && strongest(statement) != null && !waitedLongerThanHeld(statement)) {
            return commitFirst(null);
        }
        return new SaferWay("TX-02", RETRY + ": whoever is in front then costs the application little.");
    }

    private static SaferWay rewrite(String sql) {
        if (matches(sql, CHANGES_TYPE)) {
            return new SaferWay(
                    "TYP-03",
                    "A second column of the new type, written by a trigger, backfilled in batches, then the switch.");
        }
        if (matches(sql, " set expression ")) {
            return new SaferWay(
                    "COL-24",
                    "A second column with the new expression, written by a trigger, backfilled, then the switch.");
        }
        if (matches(sql, " add (column )?(if not exists )?")) {
            return addedColumn(sql);
        }
        return new SaferWay(
                "TAB-05",
                "Copy into a new table in batches and switch, or pg_repack; a rewrite holds ACCESS EXCLUSIVE throughout.");
    }

    private static SaferWay addedColumn(String sql) {
        if (matches(sql, " generated always as \\(")) {
            return new SaferWay(
                    "COL-06",
                    "An ordinary column, written by a trigger and backfilled in batches; from PostgreSQL 18 on also VIRTUAL instead of STORED.");
        }
        if (matches(sql, " add (column )?(if not exists )?(\\S+|\".+\") (small|big)?serial[248]?\\b| as identity")) {
            return new SaferWay(
                    "COL-05",
                    "Add the column without a default, CREATE SEQUENCE, SET DEFAULT nextval('...'), then backfill in batches.");
        }
        if (matches(sql, " default ")) {
            return new SaferWay(
                    "COL-04",
                    "Add the column nullable, SET DEFAULT, backfill in batches"
                            + (matches(sql, " not null| primary key")
                                    ? ", CHECK NOT VALID, VALIDATE, SET NOT NULL."
                                    : "."));
        }
        return new SaferWay(
                "COL-08",
                "Add the column with the type under the domain, and the domain's condition as CHECK ... NOT VALID; commit, then VALIDATE CONSTRAINT.");
    }

    private static SaferWay partition(String sql) {
        if (matches(sql, " detach partition ")) {
            return new SaferWay(
                    "PAR-03",
                    matches(sql, " concurrently\\b")
                            ? RETRY + "; where it gave up half way, DETACH PARTITION ... FINALIZE."
                            : "DETACH PARTITION ... CONCURRENTLY, outside a transaction; where there is a default partition, which forbids that,"
                                    + " a short lock_timeout and retries.");
        }
        return new SaferWay(
                matches(sql, " attach ") ? "PAR-02" : "PAR-01",
                "Make it a table of its own first, with the parent's indexes and foreign keys and a validated CHECK of its bounds (with IS NOT NULL); give the default"
                        + " partition a validated CHECK that excludes these; then ATTACH PARTITION, which scans neither.");
    }

    private static SaferWay concurrently(String sql) {
        return sql.startsWith("refresh")
                ? new SaferWay("TX-02", RETRY + ".")
                : new SaferWay(
                        "IDX-03",
                        "Run it while no transaction is long, as it waits for those before it; without a short lock_timeout, which would end it half way"
                                + " and leave an INVALID index.");
    }

    private static SaferWay index(String sql, boolean partitioned) {
        if (sql.startsWith("create")) {
            return new SaferWay(
                    partitioned ? "IDX-09" : "IDX-01",
                    partitioned
                            ? "CREATE INDEX ... ON ONLY the partitioned table, CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX ... ATTACH PARTITION."
                            : "CREATE INDEX CONCURRENTLY, outside a transaction, in a migration of its own; look for an INVALID index after a failure.");
        }
        if (sql.startsWith("drop")) {
            return new SaferWay(
                    "IDX-05",
                    partitioned
                            ? RETRY + "; the index of a partitioned table cannot be dropped CONCURRENTLY."
                            : "DROP INDEX CONCURRENTLY, outside a transaction.");
        }
        if (sql.startsWith("reindex")) {
            return new SaferWay("IDX-07", "REINDEX ... CONCURRENTLY, outside a transaction.");
        }
        return new SaferWay("TAB-11", "A unique index on the view, then REFRESH MATERIALIZED VIEW CONCURRENTLY.");
    }

    /** An index built by something else than CREATE INDEX. */
    private static SaferWay indexBuild(String sql, boolean partitioned) {
        if (matches(sql, " exclude ")) {
            return new SaferWay(
                    "CON-10",
                    "An exclusion constraint takes no index that is there already: add it to a new table that a trigger keeps up and batches fill, then switch.");
        }
        if (matches(sql, CHANGES_TYPE)) {
            return new SaferWay(
                    "TYP-07",
                    "A second column of the new type, written by a trigger, backfilled in batches, indexed CONCURRENTLY, then the switch; or, where"
                            + " queries can do without the index meanwhile, DROP INDEX CONCURRENTLY before and CREATE INDEX CONCURRENTLY after.");
        }
        if (partitioned) {
            return new SaferWay(
                    "PAR-06",
                    "ALTER TABLE ONLY ... ADD CONSTRAINT; on each partition CREATE UNIQUE INDEX CONCURRENTLY and ADD CONSTRAINT ... USING INDEX; then"
                            + " ALTER INDEX ... ATTACH PARTITION.");
        }
        return new SaferWay(
                "CON-10",
                "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... USING INDEX, which only takes a moment"
                        + (matches(sql, " primary key") ? " if its columns are NOT NULL before." : "."));
    }

    private static SaferWay scan(String sql, StatementFact statement) {
        if (matches(sql, " set not null")) {
            return matches(sql, " drop constraint ")
                    ? new SaferWay(
                            "COL-21",
                            "Two statements: SET NOT NULL first, which takes a valid CHECK (column IS NOT NULL) for proof, DROP CONSTRAINT after it.")
                    : new SaferWay(
                            "COL-19",
                            "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, commit, VALIDATE CONSTRAINT, then SET NOT NULL, then drop the check.");
        }
        if (matches(sql, " foreign key| references ")) {
            return new SaferWay(
                    "CON-05",
                    isOfPartitioned(sql, statement)
                            ? "ADD CONSTRAINT ... NOT VALID and VALIDATE CONSTRAINT on each partition, then the same constraint on the partitioned table, which"
                                    + " takes theirs."
                            : NOT_VALID);
        }
        if (matches(sql, " primary key")) {
            return new SaferWay(
                    "CON-11",
                    "Make its columns NOT NULL before: ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, commit, VALIDATE CONSTRAINT, then SET NOT NULL.");
        }
        return new SaferWay("CON-01", NOT_VALID);
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

    /** Whether those behind it waited for whoever was in front of it, rather than for what it did with its lock. */
    private static boolean waitedLongerThanHeld(StatementFact statement) {
        return statement.locks().stream()
                .max(Comparator.comparingLong(RelationLock::waitMicros))
                .filter(lock -> lock.waitMicros() > lock.heldMicros())
                .isPresent();
    }

    private static boolean isPartitioned(StatementFact statement) {
        return partitionedTables(statement).findAny().isPresent();
    }

    /** Whether the table that a foreign key is of is partitioned, and not only the one that it refers to. */
    private static boolean isOfPartitioned(String sql, StatementFact statement) {
        return partitionedTables(statement)
                .map(table -> table.replaceFirst("^(\\w+|\".+?\")\\.", ""))
                .anyMatch(table -> matches(
                        sql, "alter table (if exists )?(only )?(\\S+\\.)?\"?" + Pattern.quote(table) + "\"?(?!\\w)"));
    }

    private static Stream<String> partitionedTables(StatementFact statement) {
        return statement.locks().stream()
                .filter(lock -> lock.relationKind().equals("partitioned table"))
                .map(lock -> lock.relation().toLowerCase(Locale.ROOT));
    }
}
