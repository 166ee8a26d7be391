package dev.rehearse.data;

import dev.rehearse.data.profile.Profile;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What data to make. The same spec over the same schema gives the same bytes, on every machine and for any number of threads.
 *
 * @param defaultRows rows of the largest tables that {@code rows} does not name; see {@code Dataset} for how it fans out
 * @param rows exact rows by table, 0 included; the table as its user writes it: {@code name} or {@code schema.name}, in any letter
 *     case as long as only one table is meant
 * @param randomSeed the number that makes the data reproducible
 * @param edgeCaseShare share of the values of each column that are edge cases (NULL, empty, longest, odd Unicode, limits), 0 to 1; columns that a
 *     profile shapes get none
 * @param nulls share of NULL by column, 0 to 1, as {@code table.column} or {@code schema.table.column}; for columns that no profile shapes
 * @param dirt rows that planned constraints will refuse
 * @param age what years of use leave in the tables
 * @param profile the shape that tables and columns shall have, or null; the rows of its tables are exact, unless {@code rows} names them
 * @param locales of the names, addresses and the like that are made, each row of one of them; see {@link Locales}
 * @param kept tables that stay as they are, without a note, unless {@code rows} names them: a migration tool's history. {@code name},
 *     {@code schema.name}, or a schema as a whole
 */
public record DatasetSpec(
        long defaultRows,
        Map<String, Long> rows,
        long randomSeed,
        double edgeCaseShare,
        Map<String, Double> nulls,
        List<Dirt> dirt,
        Age age,
        @Nullable Profile profile,
        List<String> locales,
        Set<String> kept) {

    /** The edge-case share when nobody chose one: 1 %. */
    public static final double DEFAULT_EDGE_CASE_SHARE = 0.01;

    /** Checks every number; a {@link DatasetException} names the one that is impossible. */
    public DatasetSpec {
        rows = Map.copyOf(rows);
        nulls = Map.copyOf(nulls);
        dirt = List.copyOf(dirt);
        kept = Set.copyOf(kept);
        locales = Locales.of(locales);
        if (defaultRows < 0) {
            throw DatasetException.spec(
                    "The default number of rows must not be negative, but was " + defaultRows + ".");
        }
        rows.forEach((table, count) -> {
            if (count < 0) {
                throw DatasetException.spec(
                        "The number of rows of table \"" + table + "\" must not be negative, but was " + count + ".");
            }
        });
        if (!(edgeCaseShare >= 0 && edgeCaseShare <= 1)) {
            throw DatasetException.spec(
                    "The share of edge cases must be between 0 and 1, but was " + edgeCaseShare + ".");
        }
        nulls.forEach((column, share) -> {
            if (!(share >= 0 && share <= 1)) {
                throw DatasetException.spec("The share of NULL in column \"" + column
                        + "\" must be between 0 and 1, but was " + share + ".");
            }
        });
    }

    /** A spec of clean and new data without a profile. */
    public DatasetSpec(long defaultRows, Map<String, Long> rows, long randomSeed, double edgeCaseShare) {
        this(
                defaultRows,
                rows,
                randomSeed,
                edgeCaseShare,
                Map.of(),
                List.of(),
                Age.NONE,
                null,
                Locales.DEFAULT,
                Set.of());
    }

    /** The same spec with other shares of NULL. */
    public DatasetSpec withNulls(Map<String, Double> shares) {
        return new DatasetSpec(defaultRows, rows, randomSeed, edgeCaseShare, shares, dirt, age, profile, locales, kept);
    }

    /** The same spec with other dirt. */
    public DatasetSpec withDirt(List<Dirt> other) {
        return new DatasetSpec(defaultRows, rows, randomSeed, edgeCaseShare, nulls, other, age, profile, locales, kept);
    }

    /** The same spec, aged. */
    public DatasetSpec withAge(Age other) {
        return new DatasetSpec(
                defaultRows, rows, randomSeed, edgeCaseShare, nulls, dirt, other, profile, locales, kept);
    }

    /** The same spec, shaped by a profile. */
    public DatasetSpec withProfile(Profile shape) {
        return new DatasetSpec(defaultRows, rows, randomSeed, edgeCaseShare, nulls, dirt, age, shape, locales, kept);
    }

    /** The same spec with values of other locales, such as {@code de} or {@code pt-BR}. */
    public DatasetSpec withLocales(List<String> others) {
        return new DatasetSpec(defaultRows, rows, randomSeed, edgeCaseShare, nulls, dirt, age, profile, others, kept);
    }

    /** The same spec, with tables that stay as they are. */
    public DatasetSpec keeping(Collection<String> tables) {
        return new DatasetSpec(
                defaultRows, rows, randomSeed, edgeCaseShare, nulls, dirt, age, profile, locales, Set.copyOf(tables));
    }

    /** The same number of rows for all tables, fanned along the foreign keys, with the default share of edge cases. */
    public static DatasetSpec of(long defaultRows, long randomSeed) {
        return new DatasetSpec(defaultRows, Map.of(), randomSeed, DEFAULT_EDGE_CASE_SHARE);
    }
}
