package dev.rehearse.data.fill;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Partition;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.PartitionStatistics;
import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.profile.capture.ExtendedCapture;
import dev.rehearse.data.profile.capture.PlannerStatistics;
import dev.rehearse.data.twin.ProfileUse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says where the statistics of what was made differ from the profile by more than is promised. */
final class ProfileFidelity {

    private static final double NULL_SHARE = 0.01;
    private static final double DISTINCT = 0.10;
    private static final double WIDTH = 0.10;
    private static final double CORRELATION = 0.1;
    private static final double DEPENDENCY = 0.1;
    private static final double COMMON_SHARE = 0.01;
    private static final int MOST_NAMED = 10;

    private ProfileFidelity() {}

    /** One line for each column that is not as the profile has it; the tables must have been analyzed. */
    static List<String> deviations(Connection connection, List<TablePlan> plans, ProfileUse profile)
            throws SQLException {
        List<String> deviations = new ArrayList<>();
        for (TablePlan plan : plans) {
            Table table = plan.table();
            Map<String, Statistics> columns =
                    plan.rows() == 0 ? Map.of() : PlannerStatistics.of(connection, table.oid());
            for (Column column : table.columns()) {
                Statistics wanted = profile.statistics(table, column);
                List<String> differences = differences(wanted, columns.get(column.name()), plan.rows());
                if (!differences.isEmpty()) {
                    deviations.add("Column " + column.name() + " of " + table.label() + " is not as in the profile: "
                            + String.join(", ", differences) + ".");
                }
            }
            partitions(connection, plan, profile).ifPresent(deviations::add);
            if (plan.rows() > 0 && !profile.expressions(table).isEmpty()) {
                Map<String, Statistics> made = PlannerStatistics.expressions(connection, table.oid());
                profile.expressions(table).forEach((text, wanted) -> {
                    List<String> differences = differences(wanted, made.get(text), plan.rows());
                    if (!differences.isEmpty()) {
                        deviations.add("Expression " + text + " of " + table.label() + " is not as in the profile: "
                                + String.join(", ", differences) + ".");
                    }
                });
            }
            List<ExtendedStatistics> known = profile.extended(table).stream()
                    .filter(statistics -> !statistics.isUnknown())
                    .toList();
            if (plan.rows() > 0 && !known.isEmpty()) {
                extended(connection, table, known, plan.rows(), deviations);
            }
        }
        return deviations;
    }

    /** One line for all columns of all partitions that are not as the profile has them. */
    private static Optional<String> partitions(Connection connection, TablePlan plan, ProfileUse profile)
            throws SQLException {
        Table table = plan.table();
        List<String> unlike = new ArrayList<>();
        for (Partition partition : plan.rows() == 0 ? List.<Partition>of() : table.partitions()) {
            long rows = profile.partitionRows(table).getOrDefault(partition.name(), 0L);
            Map<String, Statistics> columns = PlannerStatistics.of(connection, partition.oid());
            for (Column column : table.columns()) {
                PartitionStatistics known =
                        profile.partitionStatistics(table, column).get(partition.name());
                Statistics wanted = known == null ? null : known.statistics();
                List<String> differences = differences(wanted, columns.get(column.name()), rows);
                if (!differences.isEmpty()) {
                    unlike.add(partition.name() + "." + column.name() + " (" + String.join(", ", differences) + ")");
                }
            }
        }
        String more = unlike.size() > MOST_NAMED ? ", and " + (unlike.size() - MOST_NAMED) + " more" : "";
        return unlike.isEmpty()
                ? Optional.empty()
                : Optional.of("What single partitions of " + table.label() + " have is not as in the profile: "
                        + String.join(", ", unlike.subList(0, Math.min(MOST_NAMED, unlike.size()))) + more + ".");
    }

    private static List<String> differences(@Nullable Statistics wanted, @Nullable Statistics found, long rows) {
        return wanted == null || found == null ? List.of() : compare(wanted, found, rows);
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
        common(differences, wanted.commonShares(), found.commonShares());
        return differences;
    }

    private static List<String> compare(Statistics wanted, Statistics found, long rows) {
        List<String> differences = new ArrayList<>();
        note(differences, "share of NULL", wanted.nullShare(), found.nullShare(), NULL_SHARE);
        double asked = wanted.distinctOf(rows);
        note(differences, "distinct values", asked, found.distinctOf(rows), DISTINCT * asked);
        note(differences, "width", wanted.widthBytes(), found.widthBytes(), WIDTH * wanted.widthBytes());
        if (found.correlation() != null && wanted.correlation() != null) {
            note(differences, "correlation", wanted.correlation(), found.correlation(), CORRELATION);
        }
        common(differences, wanted.commonShares(), found.commonShares());
        return differences;
    }

    private static void common(List<String> differences, List<Double> wanted, List<Double> found) {
        for (int i = 0; i < Math.max(wanted.size(), found.size()); i++) {
            double asked = i < wanted.size() ? wanted.get(i) : 0;
            double is = i < found.size() ? found.get(i) : 0;
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
