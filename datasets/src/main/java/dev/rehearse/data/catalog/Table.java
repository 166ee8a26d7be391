package dev.rehearse.data.catalog;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user table; a partitioned one stands for all its partitions.
 *
 * @param oid its number in the catalog
 * @param schema its schema
 * @param name its name
 * @param partitioned whether it is the root of partitions
 * @param columns the columns that COPY may fill; generated ones are left out
 * @param keys its unique indexes
 * @param foreignKeys its foreign keys
 * @param checks its CHECK constraints
 * @param partitions its partitions that hold rows
 * @param computed what the server computes of the columns: generated columns and expressions of indexes
 * @param existingRows rows it has already
 */
public record Table(
        long oid,
        String schema,
        String name,
        boolean partitioned,
        List<Column> columns,
        List<UniqueKey> keys,
        List<ForeignKey> foreignKeys,
        List<CheckConstraint> checks,
        List<Partition> partitions,
        List<Computed> computed,
        long existingRows) {

    /**
     * Something that the server computes of a row.
     *
     * @param number the number of a generated column; 0 for the expression of an index
     * @param name the name of the column, or of the index
     * @param expression the expression as the server writes it back
     * @param columns numbers of the columns that it reads, among those that COPY may fill
     * @param type the type of what is computed
     * @param notNull whether it may not be NULL
     */
    public record Computed(
            int number, String name, String expression, List<Integer> columns, SqlType type, boolean notNull) {

        public boolean isColumn() {
            return number > 0;
        }

        /** What the table holds of it: the server does not write back how a generated column rounds. */
        public String value() {
            boolean rounds = type.kind().isNumber()
                    || switch (type.kind()) {
                        case DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ -> true;
                        default -> false;
                    };
            return isColumn() && rounds ? "((" + expression + ")::" + type.roundedName() + ")" : expression;
        }
    }

    /** {@code schema.name}, as people write it. */
    public String label() {
        return schema + "." + name;
    }

    /** Whether it is one of those that are named: by {@code name}, {@code schema.name}, or as all of a {@code schema}. */
    public boolean isAmong(Set<String> names) {
        return names.contains(name) || names.contains(label()) || names.contains(schema);
    }

    /** The name as SQL needs it. */
    public String quoted() {
        return Sql.quote(schema) + "." + Sql.quote(name);
    }

    Table withExistingRows(long rows) {
        return new Table(
                oid, schema, name, partitioned, columns, keys, foreignKeys, checks, partitions, computed, rows);
    }

    public Column column(int number) {
        return columns.get(indexOf(number));
    }

    /** The column of a name that COPY may fill, or null. */
    public @Nullable Column named(String column) {
        return columns.stream()
                .filter(each -> each.name().equals(column))
                .findFirst()
                .orElse(null);
    }

    /** The type of a column, a generated one included. */
    public SqlType typeOf(int number) {
        return generated(number)
                .map(Computed::type)
                .orElseGet(() -> column(number).type());
    }

    /** Whether a column may be NULL; of a generated one only the server knows. */
    public boolean mayBeNull(int number) {
        return indexOf(number) < 0 || !column(number).notNull();
    }

    /** The generated column of a number, if it is one. */
    public Optional<Computed> generated(int number) {
        return computed.stream()
                .filter(each -> each.isColumn() && each.number() == number)
                .findFirst();
    }

    /** What a generated column has in all rows, as text; empty for any other column. */
    public Optional<String> constant(int number) {
        return generated(number)
                .flatMap(each -> ExpressionParser.parse(each.expression()))
                .filter(Expression.Constant.class::isInstance)
                .map(constant -> ((Expression.Constant) constant).text());
    }

    /** The place of a column among {@link #columns}, or -1 for one that COPY cannot fill. */
    public int indexOf(int number) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).number() == number) {
                return i;
            }
        }
        return -1;
    }

    /** What checks and domains ask of the values of some columns without regard to any other. */
    public List<CheckConstraint> checksOf(List<Integer> numbers) {
        return Stream.concat(
                        checks.stream()
                                .filter(check -> !check.columns().isEmpty() && numbers.containsAll(check.columns())),
                        columns.stream()
                                .filter(column -> numbers.contains(column.number()))
                                .flatMap(column -> column.type().domainChecks().stream()
                                        .map(check -> new CheckConstraint(
                                                check.name(), check.expression(), List.of(column.number())))))
                .toList();
    }

    public List<String> columnNames(List<Integer> numbers) {
        return columns.stream()
                .filter(column -> numbers.contains(column.number()))
                .map(Column::name)
                .toList();
    }
}
