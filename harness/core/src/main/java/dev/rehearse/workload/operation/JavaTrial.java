package dev.rehearse.workload.operation;

import dev.rehearse.workload.lend.Lending;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.statement.SqlTemplate;
import dev.rehearse.workload.statement.TrackedWrite;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sees what Java code writes when it is tried, and whether its rows can be followed. Used by one thread. */
final class JavaTrial implements Lending.Watch {

    private final String operation;
    private final Catalog catalog;
    private final Map<Catalog.Table, String> excluded;
    private final Check stored;
    private final Map<String, TrackedWrite> writes = new HashMap<>();
    private final Set<Long> tables = new HashSet<>();
    private final boolean follows;

    /** Whether a row is stored as the statement gave it back. */
    @FunctionalInterface
    interface Check {
        boolean isStored(TrackedWrite write, String json) throws SQLException;
    }

    JavaTrial(String operation, Catalog catalog, Map<Catalog.Table, String> excluded, Check stored) {
        this(operation, catalog, excluded, stored, true);
    }

    private JavaTrial(
            String operation, Catalog catalog, Map<Catalog.Table, String> excluded, Check stored, boolean follows) {
        this.operation = operation;
        this.catalog = catalog;
        this.excluded = excluded;
        this.stored = stored;
        this.follows = follows;
    }

    JavaTrial following(boolean any) {
        return new JavaTrial(operation, catalog, excluded, stored, any);
    }

    /** By statement, what was prepared in its place. */
    Map<String, TrackedWrite> writes() {
        return Map.copyOf(writes);
    }

    /** Tables whose rows came back. */
    Set<Long> tables() {
        return tables;
    }

    @Override
    public @Nullable TrackedWrite follows(String sql) {
        TrackedWrite write = follows ? TrackedWrite.of(SqlTemplate.ofJdbc(sql), catalog) : null;
        if (write != null) {
            writes.put(sql, write);
            tables.add(write.table().oid());
            if (write.changesKey()) {
                excluded.put(write.table(), operation + " changes primary keys");
            }
        }
        return write;
    }

    @Override
    public void wrote(TrackedWrite write, String json) throws SQLException {
        if (write.verb() != TrackedWrite.Verb.DELETE && !stored.isStored(write, json)) {
            excluded.put(write.table(), "a trigger changes its rows after they were written");
        }
    }

    @Override
    public void unfollowed(String sql) {
        TrackedWrite write = TrackedWrite.of(SqlTemplate.ofJdbc(sql), catalog);
        if (write != null) {
            excluded.put(write.table(), operation + ": " + Lending.UNFOLLOWED);
        }
    }
}
