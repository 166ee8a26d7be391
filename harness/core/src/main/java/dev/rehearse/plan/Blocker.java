package dev.rehearse.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A scripted session that stands in the way of the migration.
 *
 * @param kind what it does
 * @param table the table it is about; null for those that need none (PG_DUMP reads every table)
 * @param holdsFor how long it stands in the way, counted from the start of the migration; it is in place before the migration starts
 */
public record Blocker(Kind kind, @Nullable String table, Duration holdsFor) {

    public static final Duration DEFAULT_DURATION = Duration.ofSeconds(3);

    public Blocker {
        Span.that(
                kind.needsTable() == (table != null),
                kind.needsTable()
                        ? kind.label() + " needs the table it is about, for example \"" + kind.label() + ": orders\"."
                        : kind.label() + " reads every table, so it takes no name, but got \"" + table + "\".");
        Span.checkDuration("how long " + kind.label() + " stands in the way", holdsFor, Duration.ofMillis(1));
    }

    /** What a blocker does. The label is what plans, reports and {@code application_name} call it. */
    public enum Kind {
        /** One long SELECT on the table. */
        LONG_READER("longReader"),
        /** A transaction that read the table and then does nothing. */
        IDLE_IN_TRANSACTION("idleInTransaction"),
        /** A transaction that wrote to the table and stays open. */
        OPEN_WRITER("openWriter"),
        /** A REPEATABLE READ snapshot that read the table (usually another one than the migration's). */
        SNAPSHOT("snapshot"),
        /** A REPEATABLE READ transaction that locks every table ACCESS SHARE and reads one after the other, as pg_dump does. */
        PG_DUMP("pgDump"),
        /** VACUUM of the table, over and over. */
        VACUUM("vacuum");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        /** Whether it is about one table. */
        public boolean needsTable() {
            return this != PG_DUMP;
        }
    }
}
