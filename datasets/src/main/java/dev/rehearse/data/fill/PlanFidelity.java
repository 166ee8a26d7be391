package dev.rehearse.data.fill;

import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.QueryPlan;
import dev.rehearse.data.profile.QueryProfile;
import dev.rehearse.data.profile.TableProfile;
import dev.rehearse.data.profile.capture.Explainer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Says of which statements of a profile the planner makes another plan here. */
final class PlanFidelity {

    private static final int LONGEST = 240;

    private PlanFidelity() {}

    /** One line for each statement whose plan has another shape, or cannot be made; the tables must have been analyzed. */
    static List<String> deviations(Connection connection, Profile profile) throws SQLException {
        Explainer explainer = new Explainer(
                connection,
                profile.settings(),
                profile.tables().stream().map(TableProfile::schema).distinct().toList());
        List<String> deviations = new ArrayList<>();
        for (QueryProfile query : profile.workload()) {
            QueryPlan wanted = query.plan();
            if (wanted != null) {
                compare(explainer, query.text(), wanted, deviations);
            }
        }
        String here = major(connection.getMetaData().getDatabaseProductVersion());
        if (!deviations.isEmpty() && !here.equals(major(profile.serverVersion()))) {
            deviations.add("The profile is of PostgreSQL " + major(profile.serverVersion()) + " and this server is "
                    + here + ", whose planner may choose otherwise for that alone.");
        }
        return deviations;
    }

    private static void compare(Explainer explainer, String sql, QueryPlan wanted, List<String> deviations)
            throws SQLException {
        String statement = sql.replaceAll("\\s+", " ");
        String name = statement.length() <= LONGEST ? statement : statement.substring(0, LONGEST) + "...";
        try {
            wanted.difference(explainer.plan(sql))
                    .ifPresent(difference ->
                            deviations.add("The plan is not as in the profile: " + difference + ", in: " + name));
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            deviations.add("The plan was not compared, as the server does not explain the statement here: "
                    + Failures.sentence(e).replaceAll("\\s+", " ") + " It is: " + name);
        }
    }

    private static String major(String version) {
        return version.split("\\.")[0];
    }
}
