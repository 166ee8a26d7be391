package dev.rehearse.data.anonymize.source;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column of the source.
 *
 * @param declared its type as it was declared
 * @param most characters that it takes, or -1
 * @param generated computed by the server, so never copied
 * @param numbered its default comes from a sequence
 * @param unique part of a primary key or a unique index
 * @param listsPartition partitions list its values, and none takes others
 * @param ordersPartition partitions are made of ranges of its values, or list some of them beside a DEFAULT one
 * @param codes the values that a CHECK constraint lists for it; empty where there is none
 */
public record SourceColumn(
        int number,
        String name,
        ValueType type,
        String declared,
        int most,
        boolean notNull,
        boolean generated,
        boolean numbered,
        boolean unique,
        boolean listsPartition,
        boolean ordersPartition,
        List<String> codes) {

    private static final Pattern PRECISION = Pattern.compile("numeric\\((?<precision>\\d+),(?<scale>-?\\d+)\\).*");

    /** Digits behind the point that its numbers have; -1 where its type does not say that. */
    public int scale() {
        Matcher numeric = PRECISION.matcher(declared);
        return numeric.matches() ? Math.max(0, Integer.parseInt(numeric.group("scale"))) : -1;
    }

    /** The largest number that it takes; empty where that is far away, or not known. */
    public Optional<BigDecimal> largest() {
        Matcher numeric = PRECISION.matcher(declared);
        if (numeric.matches()) {
            BigDecimal above = BigDecimal.ONE.scaleByPowerOfTen(
                    Integer.parseInt(numeric.group("precision")) - Integer.parseInt(numeric.group("scale")));
            return Optional.of(above.subtract(BigDecimal.ONE.movePointLeft(Integer.parseInt(numeric.group("scale")))));
        }
        return switch (type.innermost().name()) {
            case "int2" -> Optional.of(BigDecimal.valueOf(Short.MAX_VALUE));
            case "int4" -> Optional.of(BigDecimal.valueOf(Integer.MAX_VALUE));
            case "int8" -> Optional.of(BigDecimal.valueOf(Long.MAX_VALUE));
            case "money" -> Optional.of(BigDecimal.valueOf(Long.MAX_VALUE, 2));
            default -> Optional.empty();
        };
    }
}
