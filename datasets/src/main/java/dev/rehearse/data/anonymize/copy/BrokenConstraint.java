package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.leak.Transfer;
import dev.rehearse.data.anonymize.rules.RulesText;
import dev.rehearse.data.anonymize.source.Snapshot;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.text.SqlLiterals;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says which rules a constraint of the target refuses, and what to write instead. Stateless. */
final class BrokenConstraint {

    private static final String CHECK_VIOLATION = "23514";

    /** As the server writes that a column has one of some values. */
    private static final Pattern LISTS = Pattern.compile("= (?:'|ANY \\(\\(?ARRAY\\[)");

    private BrokenConstraint() {}

    /** The constraint of a table that did not hold, or null where something else happened. */
    static @Nullable String name(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        return CHECK_VIOLATION.equals(e.getSQLState()) && server != null && server.getTable() != null
                ? server.getConstraint()
                : null;
    }

    static AnonymizeException explain(Transfer transfer, SourceTable table, SQLException e) {
        String constraint = name(e);
        if (constraint == null) {
            return Troubles.explain("copying table " + table.label(), e);
        }
        List<String> columns = new ArrayList<>();
        List<String> definitions = new ArrayList<>();
        try (Connection asked = Snapshot.openTarget(transfer.target())) {
            new SourceReader(asked)
                    .each(
                            "SELECT a.attname, pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k"
                                    + " JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)"
                                    + " WHERE k.conname = " + Sql.literal(constraint) + " AND k.conrelid = "
                                    + Sql.literal(table.quoted()) + "::regclass ORDER BY a.attnum",
                            r -> {
                                columns.add(r.getString(1));
                                definitions.add(r.getString(2));
                            });
        } catch (SQLException further) {
            e.addSuppressed(further);
        }
        String definition = definitions.isEmpty() ? "" : definitions.get(0);
        String told = table.copied().stream()
                .filter(column -> columns.contains(column.name()))
                .map(column -> "column " + column.name() + " (rule "
                        + transfer.rules().of(table, column).treatment().word() + ")")
                .collect(Collectors.joining(", "));
        return AnonymizeException.input(
                "The constraint " + constraint + " of table " + table.label()
                        + (definition.isEmpty() ? "" : ", " + definition + ",")
                        + " does not hold for the values that the rules make of "
                        + (told.isEmpty() ? "its columns" : told) + ". "
                        + (LISTS.matcher(definition).find()
                                ? "If what it lists names nobody, write " + kept(transfer, table, columns)
                                        + harmless(transfer, definition)
                                : "Give a column of it another rule, such as keep, synthesise or null")
                        + ".",
                e);
    }

    /** The columns that are not kept yet, as the rules file has them. */
    private static String kept(Transfer transfer, SourceTable table, List<String> columns) {
        return table.copied().stream()
                .filter(column -> columns.contains(column.name())
                        && transfer.rules().of(table, column).treatment() != Treatment.KEEP)
                .map(column -> column.name() + ": { rule: keep, personal: false }")
                .collect(Collectors.joining(", "));
    }

    /** Addresses and numbers that a constraint lists would be taken for somebody's wherever they stand. */
    private static String harmless(Transfer transfer, String definition) {
        Features features = new Features();
        Set<String> listed = new TreeSet<>();
        SqlLiterals.of(definition).forEach(literal -> features.ofAny(literal, (hash, start) -> listed.add(literal)));
        if (listed.isEmpty()) {
            return "";
        }
        listed.addAll(transfer.rules().harmless());
        return ", and harmless: " + RulesText.list(listed);
    }
}
