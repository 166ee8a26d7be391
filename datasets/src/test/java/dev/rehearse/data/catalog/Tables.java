package dev.rehearse.data.catalog;

import java.util.ArrayList;
import java.util.List;

/** Tables for tests that need no database. */
public final class Tables {

    private Tables() {}

    public static SqlType type(SqlType.Kind kind, int modifier) {
        return new SqlType(
                kind.name().toLowerCase(java.util.Locale.ROOT),
                kind,
                modifier,
                List.of(),
                null,
                List.of(),
                List.of(),
                false);
    }

    public static Column column(int number, String name, SqlType.Kind kind) {
        return new Column(number, name, type(kind, -1), false, null, null, false, false);
    }

    public static Table table(long oid, String name, long existingRows, ForeignKey... foreignKeys) {
        return new Table(
                oid,
                "public",
                name,
                false,
                List.of(column(1, "id", SqlType.Kind.INT4)),
                List.of(),
                List.of(foreignKeys),
                List.of(),
                List.of(),
                List.of(),
                existingRows);
    }

    public static ForeignKey foreignKey(long table, long parent) {
        return new ForeignKey(table * 100 + parent, "fk", table, parent, List.of(1), List.of(1), false, 0);
    }

    public static Table checked(List<Column> columns, String... checks) {
        List<CheckConstraint> constraints = new ArrayList<>();
        for (String check : checks) {
            constraints.add(new CheckConstraint(
                    "check" + constraints.size(),
                    check,
                    columns.stream().map(Column::number).toList()));
        }
        return new Table(1, "public", "t", false, columns, List.of(), List.of(), constraints, List.of(), List.of(), 0);
    }
}
