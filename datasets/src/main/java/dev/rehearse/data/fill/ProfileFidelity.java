package dev.rehearse.data.fill;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.ExtendedCapture;
import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.twin.ProfileUse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says where the statistics of what was made differ from the profile by more than is promised. */
final class ProfileFidelity {

    private static final double NULL_SHARE = 0.01;
    private static final double DISTINCT = 0.10;
    private static final double WIDTH = 0.10;
    private static final double CORRELATION = 0.1;
    private static final double DEPENDENCY = 0.1;
    private static final double COMMON_SHARE = 0.01;

    private ProfileFidelity() {}

    /** One line for each column that is not as the profile has it; the tables must have been analyzed. */
    static List<String> deviations(Connection connection, List<TablePlan> plans, ProfileUse profile)
            throws SQLException {
        List<String> deviations = new ArrayList<>();
        for (TablePlan plan : plans) {
            Table table = plan.table();
            for (Column column : table.columns()) {
                Statistics wanted = profile.statistics(table, column);
                if (wanted != null && plan.rows() > 0) {
                    String differences = String.join(", ", compare(connection, table, column, wanted, plan.rows()));
                    if (!differences.isEmpty()) {
                        deviations.add("Column " + column.name() + " of " + table.label()
                                + " is not as in the profile: " + differences + ".");
                    }
                }
            }
            if (plan.rows() > 0 && !profile.extended(table).isEmpty()) {
                extended(connection, table, profile.extended(table), plan.rows(), deviations);
            }
        }
        return deviations;
    }

    private static void extended(
            Connection connection, Table table, List<ExtendedStatistics> wanted, long rows, List<String> deviations)
            throws SQLException {
        List<ExtendedStatistics> made = ExtendedCapture.of(connection, table.oid(), table.partitioned());
        for (ExtendedStatistics one : wanted) {
            made.stream()
                    .filter(other ->
                            other.name().equals(one.name()) && other.columns().equals(one.columns()))
                    .findFirst()
                    .map(other -> String.join(", ", compare(one, other, rows)))
                    .filter(differences -> !differences.isEmpty())
                    .ifPresent(differences -> deviations.add("The extended statistics " + one.name() + " of "
                            + table.label() + " are not as in the profile: " + differences + "."));
        }
    }

    private static List<String> compare(ExtendedStatistics wanted, ExtendedStatistics found, long rows) {
        List<String> differences = new ArrayList<>();
        wanted.distinct().forEach((columns, number) -> {
            double asked = number < 0 ? -number * rows : number;
            double is = found.distinct().getOrDefault(columns, 0.0);
            note(differences, "distinct " + columns, asked, is < 0 ? -is * rows : is, DISTINCT * asked);
        });
        wanted.dependencies()
                .forEach((columns, degree) -> note(
                        differences, columns, degree, found.dependencies().getOrDefault(columns, 0.0), DEPENDENCY));
        common(differences, wanted.commonShares(), found.commonShares().toArray());
        return differences;
    }

    private static List<String> compare(Connection connection, Table table, Column column, Statistics wanted, long rows)
            throws SQLException {
        List<String> differences = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT null_frac, n_distinct, avg_width, correlation, most_common_freqs FROM pg_stats"
                        + " WHERE schemaname = ? AND tablename = ? AND attname = ? AND inherited = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            statement.setString(3, column.name());
            statement.setBoolean(4, table.partitioned());
            try (ResultSet r = statement.executeQuery()) {
                if (!r.next()) {
                    return differences;
                }
                double nullShare = r.getDouble("null_frac");
                note(differences, "share of NULL", wanted.nullShare(), nullShare, NULL_SHARE);
                double distinct = r.getDouble("n_distinct");
                double values = distinct >= 0 ? distinct : -distinct * rows;
                double wantedValues = wanted.distinctOf(rows);
                note(differences, "distinct values", wantedValues, values, DISTINCT * wantedValues);
                note(differences, "width", wanted.widthBytes(), r.getInt("avg_width"), WIDTH * wanted.widthBytes());
                double correlation = r.getDouble("correlation");
                if (!r.wasNull() && wanted.correlation() != null) {
                    note(differences, "correlation", wanted.correlation(), correlation, CORRELATION);
                }
                Object @Nullable [] shares = r.getArray("most_common_freqs") == null
                        ? null
                        : (Object[]) r.getArray("most_common_freqs").getArray();
                common(differences, wanted.commonShares(), shares);
            }
        }
        return differences;
    }

    private static void common(List<String> differences, List<Double> wanted, Object @Nullable [] shares) {
        double[] found = shares == null
                ? new double[0]
                : Arrays.stream(shares)
                        .mapToDouble(share -> ((Number) share).doubleValue())
                        .toArray();
        for (int i = 0; i < Math.max(wanted.size(), found.length); i++) {
            double asked = i < wanted.size() ? wanted.get(i) : 0;
            double is = i < found.length ? found[i] : 0;
            if (Math.abs(asked - is) > COMMON_SHARE) {
                note(differences, "share of the most common value " + (i + 1), asked, is, COMMON_SHARE);
                return;
            }
        }
    }

    private static void note(List<String> differences, String what, double wanted, double found, double tolerance) {
        if (Math.abs(wanted - found) > tolerance + 1e-9) {
            differences.add(String.format(Locale.ROOT, "%s %.4g in place of %.4g", what, found, wanted));
        }
    }
}
