package dev.rehearse.data.plan;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Restriction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows that cannot be referred to, as a check or a domain of the referring columns forbids their key: a truck is no vehicle of another kind. */
final class ForbiddenKeys {

    /** Of more parents the server is not asked; what is understood of the checks decides. */
    private static final int MOST_ASKED = 20_000;

    private final Table table;
    private final CheckSolver checks;
    private final Probe probe;

    /** @param table the one that refers */
    ForbiddenKeys(Table table, CheckSolver checks, Probe probe) {
        this.table = table;
        this.checks = checks;
        this.probe = probe;
    }

    /** Leaves only those parents to choose from whose keys satisfy what is asked of the foreign key's columns alone. */
    void leaveOut(List<ForeignKeyUse> uses) throws SQLException {
        for (ForeignKeyUse use : uses) {
            if (!use.decidesAll()
                    || !use.inStep().isEmpty()
                    || use.foreignKey().isSelfReference()
                    || !use.parent().isPlanned()) {
                continue;
            }
            if (use.candidates() <= MOST_ASKED) {
                leaveOutRefused(use);
            } else {
                use.owned().forEach(number -> leaveOutOutside(use, table.column(number)));
            }
        }
    }

    private void leaveOutRefused(ForeignKeyUse use) throws SQLException {
        List<CheckConstraint> alone = Stream.concat(
                        table.checks().stream()
                                .filter(check -> !check.columns().isEmpty()
                                        && use.owned().containsAll(check.columns())),
                        use.owned().stream()
                                .flatMap(number -> table.column(number).type().domainChecks().stream()
                                        .map(check -> new CheckConstraint(
                                                check.name(), check.expression(), List.of(number)))))
                .toList();
        if (alone.isEmpty() || use.candidates() == 0) {
            return;
        }
        List<Column> columns = use.owned().stream().map(table::column).toList();
        List<Integer> parentColumns = use.parentColumns(use.owned());
        List<byte[][]> keys = new ArrayList<>();
        for (long candidate = 0; candidate < use.candidates(); candidate++) {
            long row = use.parentOf(candidate);
            keys.add(parentColumns.stream()
                    .map(column -> SampledRows.cell((r, out) -> use.parent().writeKey(column, r, out), row))
                    .toArray(byte[][]::new));
        }
        List<Integer> accepted = probe.accepted(table, columns, keys, alone);
        if (accepted.size() < keys.size()) {
            Set<Long> rows =
                    accepted.stream().map(candidate -> use.parentOf(candidate)).collect(Collectors.toSet());
            use.restrict(rows::contains);
        }
    }

    private void leaveOutOutside(ForeignKeyUse use, Column column) {
        Restriction r = checks.restriction(column).withoutPattern();
        if (!r.narrows(column)) {
            return;
        }
        TablePlan parent = use.parent();
        int key = use.parentColumns(List.of(column.number())).get(0);
        LongPredicate admitted = row -> {
            @Nullable String text = parent.key(key, row);
            return text == null || r.admits(column.type(), text);
        };
        if (!LongStream.range(0, parent.parents()).allMatch(admitted)) {
            use.restrict(admitted);
        }
    }
}
