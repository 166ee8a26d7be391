package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import java.math.BigDecimal;
import java.util.Optional;

/** Amounts of rules that would leave the values of a column as they are. Stateless. */
final class UnchangedValues {

    private UnchangedValues() {}

    /** Why, with what to write instead; empty where the rule changes them. */
    static Optional<String> by(Treatment treatment, String amount, SourceColumn column) {
        Kind kind = column.type().innermost().kind();
        boolean isNumber = kind == Kind.INTEGER || kind == Kind.NUMERIC;
        boolean isDate = kind == Kind.DATE || kind == Kind.TIMESTAMP;
        BigDecimal number = amount.matches("-?\\d+(\\.\\d+)?%?") ? new BigDecimal(amount.replace("%", "")) : null;
        return switch (treatment) {
            case NOISE ->
                isNumber && number != null && number.signum() <= 0
                        ? refused(amount, "noise", "10%")
                        : isDate && number != null && number.compareTo(BigDecimal.ONE) < 0
                                ? refused(amount, "noise", "a number of days")
                                : Optional.empty();
            case SHIFT_DATES ->
                number != null && number.longValue() == 0
                        ? refused(amount, "shiftDates", "a number of days")
                        : Optional.empty();
            case GENERALISE ->
                isNumber && number != null && number.compareTo(step(column)) <= 0
                        ? refused(
                                amount,
                                "generalise",
                                "a step larger than " + step(column).toPlainString())
                        : kind == Kind.DATE && amount.equals("day")
                                ? refused(amount, "generalise", "month or year")
                                : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Between one number of a column and the next; 0 where that depends on the number. */
    private static BigDecimal step(SourceColumn column) {
        return column.type().innermost().kind() == Kind.INTEGER
                ? BigDecimal.ONE
                : column.scale() < 0 ? BigDecimal.ZERO : BigDecimal.ONE.movePointLeft(column.scale());
    }

    private static Optional<String> refused(String amount, String rule, String instead) {
        return Optional.of(rule + " by " + amount + " would leave values as they are; write " + instead);
    }
}
