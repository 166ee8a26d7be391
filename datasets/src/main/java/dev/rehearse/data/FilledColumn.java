package dev.rehearse.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was mixed into the plausible values of one column.
 *
 * @param name its name, as the catalog spells it
 * @param nullShare the share of the loaded rows that have NULL there, 0 to 1
 * @param edgeCases how many rows got which edge case, by its name; a case that no row got has 0
 */
public record FilledColumn(String name, double nullShare, Map<String, Long> edgeCases) {

    /** Keeps the order of the cases. */
    public FilledColumn {
        edgeCases = Collections.unmodifiableMap(new LinkedHashMap<>(edgeCases));
    }
}
