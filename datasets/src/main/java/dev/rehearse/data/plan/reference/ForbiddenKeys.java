package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.Probe;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Rows that cannot be referred to, as a check or a domain of the referring columns forbids their key: a truck is no vehicle of another kind. */
public final class ForbiddenKeys {

    /** Of more parents the server is not asked; what is understood of the checks decides. */
    private static final int MOST_ASKED = 20_000;

    private final TablePlan plan;
    private final Table table;
    private final CheckSolver checks;
    private final Probe probe;

    /** @param plan of the table that refers */
    public ForbiddenKeys(TablePlan plan, CheckSolver checks, Probe probe) {
        this.plan = plan;
        this.table = plan.table();
        this.checks = checks;
        this.probe = probe;
    }

    /** Leaves only those parents to choose from whose keys satisfy what is asked of the foreign key's columns alone. */
    public void leaveOut(List<ForeignKeyUse> uses) throws SQLException {
        for (ForeignKeyUse use : uses) {
            if (!use.decidesAll()
                    || !use.inStep().isEmpty()
                    || use.foreignKey().isSelfReference()
                    || !use.parent().isPlanned()
                    || use.candidates() == 0) {
                continue;
            }
            List<CheckConstraint> asked = table.checksOf(use.owned()).stream()
                    .filter(check -> !isAskedOfParent(use, check))
                    .toList();
            if (use.candidates() > MOST_ASKED) {
                use.owned().forEach(number -> leaveOutOutside(use, table.column(number)));
            } else if (!asked.isEmpty()) {
                leaveOutRefused(use, asked);
            }
            if (use.candidates() == 0 && !asked.isEmpty()) {
                tell(use, CheckConstraint.named(asked));
            }
        }
    }

    /** Whether it is of a domain that the key in the parent has, too. */
    private static boolean isAskedOfParent(ForeignKeyUse use, CheckConstraint check) {
        return use.parentColumns(check.columns()).stream()
                .flatMap(number -> use.parent().table().typeOf(number).domainChecks().stream())
                .anyMatch(own -> own.expression().equals(check.expression()));
    }

    private void tell(ForeignKeyUse use, String checks) {
        String parent = use.parent().table().label();
        if (use.optional(table)) {
            plan.refuse(
                    table.column(use.owned().get(0)),
                    "Foreign key " + use.foreignKey().name() + " of table " + table.label()
                            + " is NULL in all rows: no row of " + parent + " has a key that satisfies " + checks
                            + ".");
        } else {
            plan.limitRows(
                    0,
                    "foreign key " + use.foreignKey().name() + " to " + parent
                            + ", where no row has a key that satisfies " + checks + ",");
        }
    }

    private void leaveOutRefused(ForeignKeyUse use, List<CheckConstraint> asked) throws SQLException {
        List<Column> columns = use.owned().stream().map(table::column).toList();
        List<Integer> parentColumns = use.parentColumns(use.owned());
        List<byte[][]> keys = new ArrayList<>();
        for (long candidate = 0; candidate < use.candidates(); candidate++) {
            long row = use.parentOf(candidate);
            keys.add(parentColumns.stream()
                    .map(column -> SampledRows.cell((r, out) -> use.parent().writeKey(column, r, out), row))
                    .toArray(byte[][]::new));
        }
        List<Integer> accepted = probe.accepted(table, columns, keys, asked);
        if (accepted.size() < keys.size()) {
            Set<Long> rows =
                    accepted.stream().map(candidate -> use.parentOf(candidate)).collect(Collectors.toSet());
            use.restrict(rows::contains);
        }
    }

    private void leaveOutOutside(ForeignKeyUse use, Column column) {
        Restriction r = checks.restriction(column).withoutPattern();
        TablePlan parent = use.parent();
        int key = use.parentColumns(List.of(column.number())).get(0);
        boolean ofDomainAlone =
                table.checks().stream().noneMatch(check -> check.columns().contains(column.number()))
                        && parent.table()
                                .typeOf(key)
                                .domainChecks()
                                .equals(column.type().domainChecks());
        if (!r.narrows(column) || ofDomainAlone) {
            return;
        }
        LongPredicate admitted = row -> {
            @Nullable String text = parent.key(key, row);
            return text == null || r.admits(column.type(), text);
        };
        if (!LongStream.range(0, parent.parents()).allMatch(admitted)) {
            use.restrict(admitted);
        }
    }
}
