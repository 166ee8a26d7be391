package dev.rehearse.plan;

import dev.rehearse.data.Age;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.TableProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * @param scale rows of the largest tables; the others follow along the foreign keys
 * @param rows exact rows of single tables, by name
 * @param randomSeed the number that makes the data and the load reproducible
 * @param edgeCaseShare share of edge cases in each column that can hold them, 0 to 1
 * @param nulls share of NULL by column, 0 to 1
 * @param dirt rows that planned constraints will refuse
 * @param keeps planned constraints that the rows keep
 * @param age what years of use leave in the tables
 * @param profile the shape that tables and columns shall have, or null
 * @param locales of the names, addresses and the like
 */
public record DataPlan(
        long scale,
        Map<String, Long> rows,
        long randomSeed,
        double edgeCaseShare,
        Map<String, Double> nulls,
        List<Dirt> dirt,
        List<KeptConstraint> keeps,
        Age age,
        @Nullable Profile profile,
        List<String> locales) {

    public DataPlan {
        Span.SCALE.check("scale", scale);
        rows.forEach((table, count) -> Span.ROWS.check("rows of " + table, count));
        Span.checkShare("the share of edge cases", edgeCaseShare);
        nulls.forEach((column, share) -> Span.checkShare("the share of NULL of " + column, share));
        rows = Map.copyOf(rows);
        nulls = Map.copyOf(nulls);
        dirt = List.copyOf(dirt);
        keeps = List.copyOf(keeps);
        locales = List.copyOf(locales);
    }

    /** What the maker of the data is asked for. */
    public DatasetSpec spec() {
        return new DatasetSpec(scale, rows, randomSeed, edgeCaseShare, nulls, dirt, age, profile, locales, Set.of());
    }

    /** The same data with so many rows in the largest table, and the named tables in proportion (at least one row where there was one). */
    public DataPlan scaledTo(long largest) {
        Span.SCALE.check("scale", largest);
        Map<String, Long> exact = new LinkedHashMap<>();
        for (TableProfile table : profile == null ? List.<TableProfile>of() : profile.tables()) {
            if (table.rows() >= 0 && !rows.containsKey(table.name())) {
                exact.put(table.schema() + "." + table.name(), table.rows());
            }
        }
        exact.putAll(rows);
        // A profile says how many rows there are, and leaves nothing to a scale that nobody chose.
        long before = exact.values().stream().mapToLong(Long::longValue).reduce(profile == null ? scale : 1, Math::max);
        double factor = (double) largest / before;
        Map<String, Long> scaled = new LinkedHashMap<>();
        exact.forEach((table, count) -> scaled.put(table, count == 0 ? 0 : Math.max(1, Math.round(count * factor))));
        return new DataPlan(
                Math.min(largest, Math.max(1, Math.round(scale * factor))),
                scaled,
                randomSeed,
                edgeCaseShare,
                nulls,
                dirt,
                keeps,
                age,
                profile,
                locales);
    }

    /** The same data from another random seed. */
    public DataPlan seeded(long seed) {
        return new DataPlan(scale, rows, seed, edgeCaseShare, nulls, dirt, keeps, age, profile, locales);
    }
}
