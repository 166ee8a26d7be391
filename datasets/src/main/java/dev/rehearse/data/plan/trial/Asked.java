package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.DocumentKey;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a check asks a column to be, as far as the server can compute that of the row: equal to something, with something in its document, or an
 * address within a network, which none would be by chance.
 *
 * @param expression what satisfies the check, of the column's type
 */
record Asked(Column column, String expression, Way way) {

    enum Way {
        EQUAL,
        /** A document that has it at one of its places. */
        PART,
        /** An address with the bits of its host in the other network. */
        WITHIN,
        /** The network around the other address. */
        AROUND
    }

    private static final String WITHIN = "<<=?";
    private static final String AROUND = ">>=?";

    /** What a check asks of any of some columns. */
    static Stream<Asked> all(List<Column> columns, CheckConstraint check) {
        return columns.stream()
                .filter(column -> check.columns().contains(column.number()))
                .flatMap(column -> Stream.ofNullable(of(column, columns, check.expression())));
    }

    /** The first that is equal to something; of a network one that no key reads before one that a key does, and an address before its network. */
    static Comparator<Asked> preferred(Table table) {
        return Comparator.<Asked>comparingInt(asked -> Math.min(asked.way.ordinal(), Way.WITHIN.ordinal()))
                .thenComparing(asked -> asked.way.compareTo(Way.WITHIN) >= 0
                        && table.keys().stream().anyMatch(key -> key.columns().contains(asked.column.number())))
                .thenComparing(Asked::way);
    }

    /** Whether it is made of the value that the column has. */
    boolean readsItself() {
        return way != Way.EQUAL;
    }

    private static @Nullable Asked of(Column column, List<Column> columns, String condition) {
        String name = Sql.quotedIfNeeded(column.name());
        @Nullable String equal = CheckText.equalTo(name, condition);
        if (equal != null) {
            return new Asked(column, "(" + equal + ")::" + column.type().castName(), Way.EQUAL);
        }
        Kind kind = column.type().kind();
        if (kind == Kind.JSON) {
            return columns.stream()
                    .flatMap(other -> part(column, Sql.quotedIfNeeded(other.name()), condition).stream())
                    .findFirst()
                    .orElse(null);
        }
        if (kind != Kind.INET && kind != Kind.CIDR) {
            return null;
        }
        @Nullable String network = CheckText.otherSide(name, condition, WITHIN, AROUND);
        if (network != null) {
            return new Asked(column, within("(" + name + ")::inet", "(" + network + ")::inet", kind), Way.WITHIN);
        }
        @Nullable String address = CheckText.otherSide(name, condition, AROUND, WITHIN);
        return address == null ? null : new Asked(column, around("(" + address + ")::inet"), Way.AROUND);
    }

    /** The document of a column with the value of another one at the place that a check compares with that. */
    private static Optional<Asked> part(Column document, String other, String condition) {
        return Optional.ofNullable(CheckText.equalTo(other, condition))
                .flatMap(side -> DocumentKey.whole(side, document))
                .map(path -> new Asked(
                        document,
                        "jsonb_set((" + Sql.quotedIfNeeded(document.name()) + ")::jsonb, ARRAY["
                                + path.stream().map(Sql::literal).collect(Collectors.joining(", ")) + "], to_jsonb("
                                + other + "))::" + document.type().castName(),
                        Way.PART));
    }

    private static String within(String address, String network, Kind kind) {
        String first = "set_masklen(network(" + network + ")::inet, -1)";
        String host = "CASE family(" + address + ") WHEN family(" + network + ") THEN (set_masklen(" + address
                + ", -1) & hostmask(" + network + ")) | " + first + " ELSE " + first + " + 1 END";
        String longest = "CASE family(" + network + ") WHEN 4 THEN 32 ELSE 128 END";
        return kind == Kind.INET
                ? host
                : "set_masklen(" + host + ", least(masklen(" + network + ") + 4, " + longest + "))::cidr";
    }

    private static String around(String address) {
        return "network(set_masklen(" + address + ", greatest(masklen(" + address + ") - 8, 0)))";
    }
}
