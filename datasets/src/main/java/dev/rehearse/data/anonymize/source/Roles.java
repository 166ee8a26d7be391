package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The roles that policies of row-level security name: they are the server's, so no schema brings them. Stateless. */
public final class Roles {

    private Roles() {}

    /**
     * Makes those that a server of ours lacks.
     *
     * @throws AnonymizeException that names those that a server of the user's lacks
     */
    public static void mustBeThere(Connection source, Connection target, Endpoint endpoint) throws SQLException {
        List<String> named = new ArrayList<>();
        new SourceReader(source)
                .each(
                        "SELECT DISTINCT r.rolname FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_roles r ON r.oid = ANY (p.polroles)"
                                + " ORDER BY 1",
                        r -> named.add(r.getString(1)));
        new SourceReader(target).each("SELECT rolname FROM pg_catalog.pg_roles", r -> named.remove(r.getString(1)));
        if (named.isEmpty()) {
            return;
        }
        if (!endpoint.ours()) {
            throw AnonymizeException.input("Policies of the source name roles that the target's server does not have: "
                    + String.join(", ", named) + ". Make them there: "
                    + named.stream()
                            .map(role -> "CREATE ROLE " + Sql.quote(role) + " NOLOGIN;")
                            .collect(Collectors.joining(" ")));
        }
        try (Statement statement = target.createStatement()) {
            for (String role : named) {
                statement.execute("CREATE ROLE " + Sql.quote(role) + " NOLOGIN");
            }
        }
    }
}
