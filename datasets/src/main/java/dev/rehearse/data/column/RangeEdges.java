package dev.rehearse.data.column;

import dev.rehearse.data.catalog.SqlType;
import java.util.stream.Stream;

/**
 * Ranges and multiranges that break programs. Discrete ones the server brings into its own form, so that no bound may lie where the next
 * value would be out of range.
 *
 * @see <a href="https://www.postgresql.org/docs/current/rangetypes.html">Range types</a>
 */
final class RangeEdges {

    private RangeEdges() {}

    static Stream<EdgeCase> ranges(SqlType type) {
        return Stream.concat(
                Stream.of(EdgeCase.of("empty", "empty"), EdgeCase.of("without bounds", "(,)")), bounded(type));
    }

    static Stream<EdgeCase> multiranges(SqlType type) {
        Stream<EdgeCase> single = Stream.concat(Stream.of(EdgeCase.of("without bounds", "(,)")), bounded(type))
                .map(range -> EdgeCase.of("one range, " + range.name(), "{" + range.text() + "}"));
        return Stream.concat(Stream.of(EdgeCase.of("empty", "{}")), Stream.concat(single, several(type)));
    }

    private static Stream<EdgeCase> bounded(SqlType type) {
        String[] v = values(type);
        if (v.length == 0) {
            return Stream.of();
        }
        return Stream.concat(
                Stream.of(
                        EdgeCase.of("without a lower bound", "(," + v[1] + ")"),
                        EdgeCase.of("without an upper bound", "[" + v[1] + ",)"),
                        EdgeCase.of("without a lower bound, the upper one inclusive", "(," + v[1] + "]"),
                        EdgeCase.of("a single value", "[" + v[1] + "," + v[1] + "]"),
                        EdgeCase.of("bounds inclusive", "[" + v[0] + "," + v[1] + "]"),
                        EdgeCase.of("bounds exclusive", "(" + v[0] + "," + v[1] + ")"),
                        EdgeCase.of("only the upper bound inclusive", "(" + v[1] + "," + v[2] + "]"),
                        EdgeCase.of("up to where the next begins", "[" + v[0] + "," + v[1] + ")"),
                        EdgeCase.of("from where the one before ends", "[" + v[1] + "," + v[2] + ")")),
                limits(type));
    }

    private static Stream<EdgeCase> several(SqlType type) {
        String[] v = values(type);
        if (v.length == 0) {
            return Stream.of();
        }
        return Stream.of(
                EdgeCase.of("with a gap", "{[" + v[0] + "," + v[1] + "),[" + v[2] + "," + v[3] + ")}"),
                EdgeCase.of("adjacent, which become one", "{[" + v[0] + "," + v[1] + "),[" + v[1] + "," + v[2] + ")}"),
                EdgeCase.of(
                        "overlapping, which become one", "{[" + v[0] + "," + v[2] + "),[" + v[1] + "," + v[3] + ")}"),
                EdgeCase.of("all but a gap", "{(," + v[1] + "),[" + v[2] + ",)}"),
                EdgeCase.of("with an empty one, which goes", "{empty,[" + v[0] + "," + v[1] + ")}"));
    }

    /** Ascending values of the subtype; none where it is not known, or a domain that may forbid them. */
    private static String[] values(SqlType type) {
        SqlType subtype = type.element();
        if (subtype == null || !subtype.domainChecks().isEmpty()) {
            return new String[0];
        }
        if (subtype.kind().isNumber()) {
            return new String[] {"0", "1", "5", "9"};
        }
        return switch (subtype.kind()) {
            case DATE -> new String[] {"2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31"};
            case TIMESTAMP ->
                new String[] {
                    "2024-02-28 23:59:59.999999", "2024-02-29 00:00:00", "2024-03-31 02:30:00", "2024-10-27 02:30:00"
                };
            case TIMESTAMPTZ ->
                new String[] {
                    "2024-03-31 00:30:00+00",
                    "2024-03-31 01:00:00+00",
                    "2024-10-27 00:30:00+00",
                    "2024-10-27 01:30:00+00"
                };
            default -> new String[0];
        };
    }

    /** Bounds at the ends of the subtype, and infinite ones, which are not the same as none. */
    private static Stream<EdgeCase> limits(SqlType type) {
        SqlType subtype = type.element();
        return subtype == null
                ? Stream.of()
                : switch (subtype.kind()) {
                    case INT4 ->
                        subtype.sqlName().equals("oid")
                                ? Stream.of()
                                : Stream.of(EdgeCase.of("the whole of the type", "[-2147483648,2147483647)"));
                    case INT8 ->
                        Stream.of(EdgeCase.of("the whole of the type", "[-9223372036854775808,9223372036854775807)"));
                    case DATE, TIMESTAMP, TIMESTAMPTZ ->
                        Stream.of(
                                EdgeCase.of("until infinity, exclusive", "[2024-01-01,infinity)"),
                                EdgeCase.of("until infinity, inclusive", "[2024-01-01,infinity]"),
                                EdgeCase.of("from -infinity", "[-infinity,2024-01-01)"));
                    default -> Stream.of();
                };
    }
}
