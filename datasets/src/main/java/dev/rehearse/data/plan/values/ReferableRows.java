package dev.rehearse.data.plan.values;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.reference.ForeignKeyUses;
import dev.rehearse.data.plan.reference.ForeignKeyValues;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.GeneratedKeys;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Which rows of its parents one table may refer to, and how few rows it must do with where those are too few. */
public record ReferableRows(TablePlan plan, PlanContext context, ForeignKeyUses foreignKeys) {

    /** @throws DatasetException where only the server knows which rows may be referred to */
    public void refuseUnknown() throws SQLException {
        for (ForeignKeyUse use : foreignKeys.all()) {
            if (!isKnown(use)) {
                throw DatasetException.spec("Foreign key " + use.foreignKey().name() + " of table "
                        + plan.table().label()
                        + " reads a generated column, whose values only the server computes. "
                        + Failures.waysOut(plan.table()));
            }
        }
        refuseUnknownPartitions();
    }

    /** Whether it is known what the generated columns of a foreign key will hold, if there are any. */
    private boolean isKnown(ForeignKeyUse use) throws SQLException {
        Table table = plan.table();
        TablePlan parent = use.parent();
        boolean ready = parent != plan && parent.isPlanned();
        for (int number : use.foreignKey().columns()) {
            boolean simple = table.constant(number).isPresent()
                    && ready
                    && use.decidesAll()
                    && !use.owned().isEmpty();
            if (table.indexOf(number) < 0 && !simple) {
                return false;
            }
        }
        for (int number : use.foreignKey().parentColumns()) {
            Table.Computed generated = parent.table().generated(number).orElse(null);
            if (generated != null && !ready) {
                return false;
            }
            if (generated != null && !parent.knowsGenerated(number)) {
                GeneratedKeys.know(parent, generated, context.probe());
            }
        }
        return true;
    }

    /** A generated column that is the same in all rows can refer to the rows alone that have that. */
    public void leaveOutOthersThanConstants() {
        for (ForeignKeyUse use : foreignKeys.deciding()) {
            for (int number : use.foreignKey().columns()) {
                plan.table().constant(number).ifPresent(constant -> {
                    int key = use.parentColumns(List.of(number)).get(0);
                    use.restrict(row -> constant.equals(use.parent().key(key, row)));
                });
            }
        }
    }

    /** Which rows a partition has is not always known. */
    private void refuseUnknownPartitions() {
        foreignKeys.all().stream()
                .filter(use -> use.foreignKey().partition() != 0)
                .filter(use -> use.parent() == plan
                        || !use.parent().isPlanned()
                        || !use.parent().knows(use.foreignKey().partition()))
                .findFirst()
                .ifPresent(use -> {
                    throw DatasetException.spec("Foreign key "
                            + use.foreignKey().name() + " of table "
                            + plan.table().label()
                            + " refers to a single partition of "
                            + use.parent().table().label()
                            + ", and which rows lie in that one only the server knows. "
                            + Failures.waysOut(plan.table()));
                });
    }

    /** A row that has NULL in its key cannot be referred to. */
    public void leaveOutNullKeys() {
        for (ForeignKeyUse use : foreignKeys.deciding()) {
            TablePlan parent = use.parent();
            List<Integer> nullable = use.foreignKey().parentColumns().stream()
                    .filter(parent.table()::mayBeNull)
                    .toList();
            if (!nullable.isEmpty()
                    && use.decidesAll()
                    && !use.foreignKey().isSelfReference()
                    && parent.isPlanned()
                    && LongStream.range(0, parent.parents()).anyMatch(row -> !parent.hasKey(nullable, row))) {
                use.restrict(row -> parent.hasKey(nullable, row));
            }
        }
    }

    /**
     * Where the rows of before refer to rows of before, new ones refer to new ones in a key that foreign keys alone make unique. Where there are no new ones,
     * a table that nobody asked for more rows of has no more.
     */
    public void leaveOutUsed() {
        if (plan.table().existingRows() == 0) {
            return;
        }
        Set<Integer> foreign = foreignKeys.deciding().stream()
                .flatMap(use -> use.owned().stream())
                .collect(Collectors.toSet());
        for (UniqueKey key : plan.table().keys()) {
            if (foreign.containsAll(key.columns())) {
                List<ForeignKeyUse> within = foreignKeys.deciding().stream()
                        .filter(use -> key.columns().containsAll(use.owned()))
                        .toList();
                boolean grows = within.stream().anyMatch(use -> use.parent().rows() > 0);
                within.stream()
                        .filter(use -> use.parent() != plan
                                && use.parent().existing() > 0
                                && use.decidesAll()
                                && use.inStep().isEmpty()
                                && (grows ? use.parent().rows() > 0 : key.predicate() == null && !plan.chosen()))
                        .forEach(use -> use.restrict(row -> row >= use.parent().existing()));
            }
        }
    }

    /** Leaves the rows that partitions and other foreign keys allow; fewer rows of the table itself where there are too few. */
    public void limit() {
        foreignKeys.all().stream()
                .filter(use -> use.beginsLoop() || !use.inStep().isEmpty() && !use.decidesAll())
                .filter(use -> use.parent().rows() < plan.rows())
                .forEach(use -> plan.limitRows(
                        use.parent().rows(),
                        "foreign key " + use.foreignKey().name() + ", in a loop with "
                                + use.parent().table().label() + ","));
        foreignKeys.deciding().stream()
                .filter(use -> !use.foreignKey().isSelfReference())
                .forEach(this::limit);
        foreignKeys.echoes().stream()
                .filter(use -> use.parent() != plan
                        && use.parent().isPlanned()
                        && use.parent().parents() == 0
                        && use.shared().stream()
                                .allMatch(number -> plan.table().column(number).notNull()))
                .forEach(use -> plan.limitRows(
                        0,
                        "foreign key " + use.foreignKey().name() + " to "
                                + use.parent().table().label() + ", which has no row,"));
    }

    private void limit(ForeignKeyUse use) {
        Table table = plan.table();
        if (use.foreignKey().partition() != 0) {
            use.restrict(parent -> use.parent().isIn(use.foreignKey().partition(), parent));
        }
        List<ForeignKeyUse> followers = foreignKeys.all().stream()
                .filter(other -> !other.decidesAll()
                        && (other.owned().isEmpty() || !other.optional(table))
                        && !other.foreignKey().isSelfReference()
                        && use.owned().containsAll(other.shared())
                        && other.parent().isPlanned())
                .toList();
        if (use.decidesAll() && !followers.isEmpty() && use.parent().isPlanned()) {
            ForeignKeyValues.restrict(use, followers);
        }
        if (use.candidates() == 0 && !use.optional(table)) {
            plan.limitRows(
                    0,
                    "foreign key " + use.foreignKey().name() + " to "
                            + use.parent().table().label() + ", where no row can be referred to,");
        }
    }
}
