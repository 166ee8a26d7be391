package dev.rehearse.data.column;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is mixed into the plain values of a column: NULL, its default, and edge cases, each at a share. */
public final class ColumnFrame {

    private static final Pattern CONSTANT = Pattern.compile(
            "'((?:[^']++|'')*+)'(?:::.*)?|\\(?(-?\\d+(?:\\.\\d+)?)\\)?(?:::.*)?|(true|false)", Pattern.DOTALL);

    private static final double DEFAULT_SHARE = 0.5;

    /** Shares of NULL in a column that may be NULL and that no index reads; which of them is drawn per column. */
    private static final List<Double> NULL_SHARES = List.of(0.0, 0.1, 0.25);

    /** The same of what is said of some only, as its name tells. */
    private static final List<Double> OPTIONAL_SHARES = List.of(0.5, 0.75);

    private static final Set<String> OPTIONAL =
            Set.of(("middle maiden suffix fax note notes comment comments remark remarks secondary alternate"
                            + " alternative alt extra optional error failure failed exception cancellation rejection"
                            + " parent previous prev next override legacy old promo coupon end ended finished closed"
                            + " resolved completed left terminated termination")
                    .split(" "));

    private static final Set<String> AMOUNTS = Set.of("total price amount quantity qty subtotal net gross".split(" "));

    /** The share of rows that have seen what befalls few. */
    static final double EXCEPTIONS = 0.05;

    private ColumnFrame() {}

    /** The share of NULL in a column that may be NULL. */
    public static double nullShare(Column column, double edgeCaseShare, long seed) {
        if (column.notNull() || column.computedFrom()) {
            return 0;
        }
        ColumnName name = ColumnName.of(column.name());
        if (ValueMaker.isInstant(column) && name.isException()) {
            return 1 - EXCEPTIONS;
        }
        boolean telling = column.indexed()
                || column.defaultValue() != null
                || column.type().kind().isNumber() && name.hasAny(AMOUNTS)
                || ValueMaker.isInstant(column)
                        && name.words().size() == 2
                        && (name.isCreation() || name.hasAny("updated", "modified"));
        List<Double> shares = name.hasAny(OPTIONAL) ? OPTIONAL_SHARES : NULL_SHARES;
        return telling ? edgeCaseShare : Math.max(edgeCaseShare, shares.get((int) Mix.below(seed, shares.size())));
    }

    public static Values nullable(Values inner, double share, long seed) {
        if (share <= 0) {
            return inner;
        }
        long nullSeed = Mix.seed(seed, "null");
        return (row, out) -> {
            if (Mix.within(Mix.at(nullSeed, row), share)) {
                out.putNull();
            } else {
                inner.write(row, out);
            }
        };
    }

    /** @param cases may lose some before the first row is made */
    public static Values withEdgeCases(Values inner, List<EdgeCase> cases, double share, long seed) {
        if (cases.isEmpty() || share <= 0) {
            return inner;
        }
        long edgeSeed = Mix.seed(seed, "edge cases");
        return (row, out) -> {
            long bits = Mix.at(edgeSeed, row);
            if (Mix.within(bits, share) && !cases.isEmpty()) {
                EdgeCase edge = cases.get((int) Mix.below(Mix.mix(bits), cases.size()));
                out.put(edge.escaped());
                if (out.counting()) {
                    edge.uses().increment();
                }
            } else {
                inner.write(row, out);
            }
        };
    }

    /**
     * Half of the rows have the column's default where that is a constant, as it is in most applications. One that the column's own checks
     * forbid is there to be overwritten.
     */
    public static Values withDefault(Values inner, Column column, Restriction r, long seed) {
        @Nullable String text = constant(column);
        if (text == null || !r.admits(column.type(), text)) {
            return inner;
        }
        byte[] constant = CopyBuffer.escape(text);
        long defaultSeed = Mix.seed(seed, "default");
        return (row, out) -> {
            if (Mix.within(Mix.at(defaultSeed, row), DEFAULT_SHARE)) {
                out.put(constant);
            } else {
                inner.write(row, out);
            }
        };
    }

    private static @Nullable String constant(Column column) {
        if (column.defaultValue() == null) {
            return null;
        }
        Matcher m = CONSTANT.matcher(column.defaultValue());
        if (!m.matches()) {
            return null;
        }
        String quoted = m.group(1);
        return quoted != null ? quoted.replace("''", "'") : m.group(2) != null ? m.group(2) : m.group(3);
    }
}
