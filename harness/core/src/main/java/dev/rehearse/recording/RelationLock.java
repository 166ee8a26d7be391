package dev.rehearse.recording;

import org.jspecify.annotations.Nullable;

/**
 * A lock that a migration's backend took on a relation, or on an enum type or a domain.
 *
 * @param relation schema-qualified where the schema is not {@code public}; as {@code quote_ident} writes it
 * @param relationKind {@code pg_class.relkind} in words: table, index, partitioned table, sequence, view, materialized view, TOAST table;
 *     {@code enum type} and {@code domain}: on these, nothing but other DDL waits
 * @param mode the strongest mode held
 * @param forRows whether a mode was held, that or another, in which rows are locked
 * @param waitMicros how long the backend waited for it; 0 where it did not wait
 * @param heldMicros from being granted to the end of the transaction (or of the statement, outside a transaction); where a statement commits within, as a procedure may, in one
 *     of its transactions the longest, as samples tell (a time without any is taken for one of them)
 * @param existedBefore whether the relation existed before the migration; locks on what the migration itself made block nobody
 * @param source how it became known: {@code pg_locks after the statement}, {@code event trigger}, {@code the server's words}
 *     (it says what it got after a wait), {@code sampling}
 */
public record RelationLock(
        String relation,
        String relationKind,
        LockMode mode,
        boolean forRows,
        long waitMicros,
        long heldMicros,
        boolean existedBefore,
        @Nullable String source) {

    /** One that was held in one mode only. */
    public RelationLock(
            String relation,
            String relationKind,
            LockMode mode,
            long waitMicros,
            long heldMicros,
            boolean existedBefore,
            @Nullable String source) {
        this(relation, relationKind, mode, mode.locksRows(), waitMicros, heldMicros, existedBefore, source);
    }

    /** Whether it is on a type, which no query waits for. */
    public boolean onType() {
        return relationKind.equals("enum type") || relationKind.equals("domain");
    }
}
