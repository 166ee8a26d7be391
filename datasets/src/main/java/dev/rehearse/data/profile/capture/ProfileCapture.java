package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileException;
import dev.rehearse.data.profile.QueryProfile;
import dev.rehearse.data.profile.TableProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * Reads a {@link Profile} from a live database. It reads the catalog and the statistics alone, in short read-only transactions over one
 * connection, rests three times as long as it worked, and takes no lock on a user's table unless exact counts are asked for.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-stats.html">pg_stats</a>, which shows a role the columns that it may SELECT
 */
public final class ProfileCapture {

    private ProfileCapture() {}

    /**
     * Captures. Blocks; an interrupt ends it with an exception.
     *
     * @param connection a connection of pgjdbc to PostgreSQL 14 or newer that nobody else uses; it stays open and its settings change
     * @throws ProfileException when a harmless column does not exist, or the database does not answer
     */
    public static Profile capture(Connection connection, CaptureSpec spec) throws InterruptedException {
        try (CaptureSession session = CaptureSession.begin(connection, spec.statementTimeout())) {
            return captured(session, spec);
        } catch (SQLException e) {
            throw explain(e, "the server", spec.statementTimeout());
        }
    }

    private static Profile captured(CaptureSession session, CaptureSpec spec) throws InterruptedException {
        try {
            return capture(session, spec);
        } catch (SQLException e) {
            throw explain(e, session.subject(), spec.statementTimeout());
        }
    }

    private static Profile capture(CaptureSession session, CaptureSpec spec) throws SQLException, InterruptedException {
        int version = Integer.parseInt(session.text("SELECT current_setting('server_version_num')")) / 10_000;
        if (version < 14) {
            throw ProfileException.input(
                    "The server is PostgreSQL " + version + "; profiles are captured from 14 and newer.");
        }
        List<String> missing = new ArrayList<>();
        String role = session.text("SELECT quote_ident(current_user)");
        if (session.text("SELECT pg_has_role(current_user, 'pg_read_all_stats', 'usage')")
                .equals("f")) {
            missing.add("The role " + role + " is no member of pg_read_all_stats, so it sees the statements of its own"
                    + " sessions only: GRANT pg_read_all_stats TO " + role + ";");
        }
        if (session.text("SELECT pg_is_in_recovery()").equals("t")) {
            missing.add(
                    "The server is a standby: its workload, the scans of indexes and the dead rows are its own, not the"
                            + " primary's. Capture from the primary for these.");
        }
        SortedMap<String, String> settings = ServerFacts.settings(session);
        SortedMap<String, List<String>> enums = ServerFacts.enums(session);
        TableCapture tables = new TableCapture(session, spec, role, missing);
        List<TableProfile> captured = tables.capture();
        session.about("the workload");
        refuseUnknown(spec.harmless(), tables.columns());
        List<QueryProfile> workload =
                new PlanCapture(session, settings, role, missing).with(Workload.read(session, missing), captured);
        String server = session.text("SELECT split_part(current_setting('server_version'), ' ', 1)");
        return new Profile(
                "",
                server,
                settings,
                enums,
                captured,
                workload,
                workload.isEmpty() ? 0 : Workload.seconds(session),
                missing);
    }

    private static void refuseUnknown(Set<String> harmless, Set<String> columns) {
        Set<String> unknown = new HashSet<>(harmless);
        unknown.removeAll(columns);
        if (!unknown.isEmpty()) {
            throw ProfileException.input("There is no column "
                    + String.join(", ", unknown.stream().sorted().toList())
                    + ", which was declared harmless. Write schema.table.column as the catalog spells it.");
        }
    }

    private static ProfileException explain(SQLException e, String subject, Duration timeout) {
        String state = String.valueOf(e.getSQLState());
        // Of class 22, data exception, the message quotes the value.
        String said = state.startsWith("22") ? "a value could not be read as what it is" : e.getMessage();
        String happened =
                "The profile was not captured. While " + subject + " was read: " + said + " (SQLSTATE " + state + "). ";
        return ProfileException.machine(
                happened
                        + switch (state) {
                            case "57014" ->
                                "A statement took longer than the statement timeout of " + timeout.toMillis()
                                        + " ms. Allow it more (--statement-timeout), or do without exact counts.";
                            case "42501" ->
                                "The role lacks a privilege that counting needs: GRANT USAGE on the schema and SELECT"
                                        + " on the table, or do without exact counts.";
                            default -> "Check that the server is up and that the role may connect.";
                        },
                e);
    }
}
