package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.plan.values.PossibleValues;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.twin.ProfiledColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What of a unique key can tell rows apart: the foreign keys and the columns in it that are still free, those first that serve best. */
final class KeyParts {

    private static final long KINDS = 9;

    private final TablePlan plan;
    private final List<ForeignKeyUse> uses;
    private final PossibleValues possible;
    private final ProfiledKeys profiled;
    private final KeyNumbering numbering;
    private final PartialIndexes partial;

    KeyParts(
            TablePlan plan,
            List<ForeignKeyUse> uses,
            PossibleValues possible,
            ProfiledKeys profiled,
            KeyNumbering numbering,
            PartialIndexes partial) {
        this.plan = plan;
        this.uses = uses;
        this.possible = possible;
        this.profiled = profiled;
        this.numbering = numbering;
        this.partial = partial;
    }

    /** Whole foreign keys inside the key that are still free, after one that leads another key already. */
    List<KeyPart> foreign(UniqueKey key) {
        List<ForeignKeyUse> whole = uses.stream()
                .filter(use -> use.decidesAll() && !use.foreignKey().isSelfReference() && decides(key, use))
                .toList();
        ForeignKeyUse leader = whole.stream().filter(this::leads).findFirst().orElse(null);
        return whole.stream()
                .filter(use -> use.choice() == null || use == leader)
                .sorted(Comparator.comparing((ForeignKeyUse use) -> !leads(use))
                        .thenComparing(use -> mostCommonShare(use.owned().get(0))))
                .map(KeyPart::of)
                .toList();
    }

    /** The foreign key that alone decides the columns of a key, and more than these; of its parents several may have the same values in them. */
    Optional<ForeignKeyUse> onlyChooser(UniqueKey key) {
        return uses.stream()
                .filter(use -> use.owned().containsAll(key.columns())
                        && use.decidesAll()
                        && use.choice() == null
                        && use.inStep().isEmpty()
                        && use.foreignKey().partition() == 0
                        && !use.isTied()
                        && !use.isAvoided()
                        && !use.optional(plan.table())
                        && !use.foreignKey().isSelfReference()
                        && use.parent().isPlanned()
                        && !decides(key, use))
                .findFirst();
    }

    /** The columns of the key that have different values. */
    List<KeyPart> columns(UniqueKey key) {
        return key.columns().stream()
                .filter(column -> plan.table().indexOf(column) >= 0
                        && uses.stream().noneMatch(use -> use.owned().contains(column))
                        && !partial.giveValues(column))
                .map(column -> new KeyPart(
                        null, column, possible.distinctIfFree(column).capacity()))
                .filter(part -> part.capacity() > 0)
                .toList();
    }

    /** The columns of the key that have a value of their own for each row. */
    List<KeyPart> wide(UniqueKey key) {
        return columns(key).stream()
                .filter(part -> part.capacity() >= plan.rows()
                        && (!numbering.isNumbered(part.column()) || numbering.isUniqueAlone(part.column()))
                        && (key.columns().size() == 1 || asProfiled(part).capacity() >= plan.rows()))
                // What stands first in a key mostly says whose the row is.
                .sorted(Comparator.comparingInt(
                                (KeyPart part) -> preference(plan.table().column(part.column())))
                        .thenComparing(part -> key.columns().indexOf(part.column()), Comparator.reverseOrder()))
                .toList();
    }

    /** All that is still free of the key, each with room for as many rows as it has in the profile where that is enough for all. */
    List<KeyPart> free(UniqueKey key) {
        return roomy(Stream.concat(
                        foreign(key).stream(),
                        columns(key).stream()
                                .filter(part -> !numbering.isNumbered(part.column()))
                                .sorted(Comparator.comparingLong((KeyPart part) ->
                                                asProfiled(part).capacity())
                                        .reversed()))
                .toList());
    }

    /** Whether a profile says that no value of the column comes twice. */
    boolean isKnownUnique(KeyPart part) {
        ProfiledColumn column = profiled.column(part.column());
        return column != null && column.repeats() == 0;
    }

    /** A column that has fewer values than the table has rows in the profile has as many here, and one of kinds has few. */
    private KeyPart asProfiled(KeyPart part) {
        if (part.use() != null) {
            return part;
        }
        ProfiledColumn known = profiled.column(part.column());
        long usual = known == null ? usualKinds(plan.table().column(part.column())) : known.repeats();
        return usual == 0 ? part : part.withCapacity(Math.min(part.capacity(), usual));
    }

    /** How many there are of what a column holds by its name, {@code insight_type}; 0 where the name does not say so. */
    private static long usualKinds(Column column) {
        boolean mayBe = switch (column.type().kind()) {
            case INT2, INT4, INT8 -> column.sequence() == null;
            case TEXT, CHAR -> true;
            default -> false;
        };
        return mayBe && ColumnName.of(column.name()).isOfFew() ? KINDS : 0;
    }

    /** Parts with room for all rows, the largest with more than it has in the profile where that takes it. */
    private List<KeyPart> roomy(List<KeyPart> parts) {
        List<KeyPart> roomy =
                new ArrayList<>(parts.stream().map(this::asProfiled).toList());
        for (int i = 0; i < parts.size(); i++) {
            double others = 1;
            for (int j = 0; j < parts.size(); j++) {
                others *= j == i ? 1 : roomy.get(j).capacity();
            }
            KeyPart part = parts.get(i);
            long needed = (long) Math.ceil(plan.rows() / Math.max(1, others));
            if (needed > roomy.get(i).capacity()) {
                roomy.set(i, part.withCapacity(Math.min(part.capacity(), needed)));
            }
        }
        return roomy;
    }

    private boolean leads(ForeignKeyUse use) {
        return numbering.rowsPerParent(use) != null;
    }

    /** The parents that lead are referred to equally often, as those are that have no favourites. */
    private double mostCommonShare(int column) {
        ProfiledColumn known = profiled.column(column);
        return known == null ? 0 : known.mostCommonShare();
    }

    /** Whether each row of the parent gives the key other values: the key has the whole foreign key, or what is unique there already. */
    static boolean decides(UniqueKey key, ForeignKeyUse use) {
        if (key.columns().containsAll(use.foreignKey().columns())) {
            return true;
        }
        List<Integer> shared = use.foreignKey().columns().stream()
                .filter(key.columns()::contains)
                .toList();
        List<Integer> read = use.parentColumns(shared);
        return use.parent().table().keys().stream()
                .anyMatch(other -> other.predicate() == null
                        && other.elements().isEmpty()
                        && !other.exclusion()
                        && read.containsAll(other.columns()));
    }

    private int preference(Column column) {
        if (numbering.isNumbered(column.number())) {
            return 0;
        }
        // A check may not like the different values of what is tried.
        if (profiled.tried().contains(column.number())) {
            return 9;
        }
        ColumnName name = ColumnName.of(column.name());
        boolean isOther = name.words().size() > 1 && name.endsWith("id") && column.sequence() == null;
        if (isOther && possible.polymorphic(column).isEmpty()) {
            // It mostly says whose the row is, also where no foreign key does: one of a few has many.
            return 6;
        }
        return switch (column.type().kind()) {
            case INT2, INT4, INT8 -> column.sequence() != null ? 1 : name.isOfPeriod() ? 7 : 2;
            case UUID -> 2;
            // Others mostly come from a list.
            case TEXT, CHAR -> name.isOfOne() ? 3 : 7;
            case DATE -> 8;
            case TIMESTAMP, TIMESTAMPTZ -> 5;
            default -> 4;
        };
    }
}
