package dev.rehearse.data.catalog;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A CHECK constraint of a table or of a domain.
 *
 * @param name its name
 * @param expression the condition as the server writes it back; a domain's speaks of VALUE
 * @param columns numbers of the columns it reads; empty for a domain's
 */
public record CheckConstraint(String name, String expression, List<Integer> columns) {

    /** Several of them, as messages name them. */
    public static String named(List<CheckConstraint> checks) {
        return checks.stream()
                .map(check -> check.name + ": " + check.expression)
                .collect(Collectors.joining(" and "));
    }
}
