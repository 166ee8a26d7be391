package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.PlanContext;
import dev.rehearse.data.plan.values.PossibleValues;
import dev.rehearse.data.twin.CountedKinds;
import dev.rehearse.data.twin.Families;
import dev.rehearse.data.twin.Pairing;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.twin.ProfiledValues;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a profile says of the columns of one table's keys.
 *
 * @param tried columns whose values are found by trying
 */
public record ProfiledKeys(TablePlan plan, PlanContext context, PossibleValues possible, Set<Integer> tried) {

    private static final double ABOUT_AS_OFTEN = 0.1;

    /** Which partition a row lies in is decided by the row's number, so a key's digits cannot be. */
    @Nullable
    ProfiledColumn column(int number) {
        return possible.partitions().decide(number)
                ? null
                : profiled(plan.table().column(number), false);
    }

    /** How a column numbers the rows that refer to the same parent, where that is known. */
    Optional<Families> families(ForeignKeyUse use, int number) {
        Column column = plan.table().column(number);
        ProfiledColumn numbers = profiled(column, false);
        if (numbers == null || isDecided(number)) {
            return Optional.empty();
        }
        ProfiledColumn references = of(use);
        long most = possible.distinct(column).capacity();
        // How common the first of several columns is does not say how common the rows are that all of them mean.
        Families sized = references == null || use.owned().size() > 1
                ? null
                : Families.bySize(references, use.candidates(), most, numbers);
        return sized != null || !column.type().kind().isInteger()
                ? Optional.ofNullable(sized)
                : Optional.ofNullable(Families.numbered(numbers, use.candidates(), most, references));
    }

    /** How a column numbers the rows with the same value of the one that leads a key with it, where that favours some. */
    Optional<Families> families(int leading, int number) {
        ProfiledColumn numbers = column(number);
        ProfiledColumn values = column(leading);
        SqlType.Kind kind = plan.table().column(number).type().kind();
        return numbers == null || values == null || isDecided(leading) || isDecided(number) || kind.isText()
                ? Optional.empty()
                : Optional.ofNullable(Families.bySize(values, capacity(leading), capacity(number), numbers));
    }

    /** The values of two parts of a key by which no two rows are alike, where a profile knows both. */
    Optional<Pairing> pairing(KeyPart first, KeyPart second) {
        ProfiledColumn one = paired(first);
        ProfiledColumn other = paired(second);
        return one == null || other == null
                ? Optional.empty()
                : Optional.ofNullable(Pairing.of(one, first.capacity(), other, second.capacity()));
    }

    /** How a key of three parts has its rows where the last counts those with the same two others, as far as a profile knows. */
    Optional<CountedKinds> counted(KeyPart leading, KeyPart kind, KeyPart number) {
        ProfiledColumn first = paired(leading);
        ProfiledColumn kinds = paired(kind);
        ProfiledColumn numbers = paired(number);
        return first == null || kinds == null || numbers == null
                ? Optional.empty()
                : Optional.ofNullable(
                        CountedKinds.of(first, leading.capacity(), kinds, kind.capacity(), numbers, number.capacity()));
    }

    /** What so many different texts look like in a column, or null where that is not known or something else restricts them. */
    @Nullable
    Values look(int number, long values) {
        Column column = plan.table().column(number);
        ProfiledColumn known = column(number);
        return known == null
                        || column.computedFrom()
                        || !plan.table().checksOf(List.of(number)).isEmpty()
                ? null
                : new ProfiledValues(known).keys(column.type(), possible.restriction(column), values);
    }

    private @Nullable ProfiledColumn paired(KeyPart part) {
        ForeignKeyUse use = part.use();
        if (use != null) {
            return use.owned().size() == 1 && use.choice() == null ? of(use) : null;
        }
        return isDecided(part.column()) ? null : column(part.column());
    }

    /** Whether a column may count the rows with the same value of another: it has hardly more values than the most common of these has rows. */
    boolean mayCount(KeyPart part, KeyPart other) {
        ProfiledColumn counting = paired(part);
        ProfiledColumn counted = paired(other);
        return part.use() == null
                && plan.table().column(part.column()).type().kind().isInteger()
                && counting != null
                && counted != null
                && Pairing.isCount(counting, counted);
    }

    /** How a column numbers the rows that come into the families of those which a foreign key refers to. */
    Optional<Families> inherited(ForeignKeyUse use, int number) {
        return isDecided(number) || capacity(number) < plan.rows()
                ? Optional.empty()
                : Optional.ofNullable(inherited(use));
    }

    /** Lets a foreign key refer to each row of the parent about as often where that has the values of its first column as often. */
    void choose(ForeignKeyUse use) {
        Families families = use.choice() == null ? inherited(use) : null;
        if (families != null) {
            LongUnaryOperator inOrder = use.inKeyOrder();
            use.choose(row -> inOrder.applyAsLong(families.parent(row)));
        }
    }

    private Families.@Nullable InOrder inherited(ForeignKeyUse use) {
        int column = use.owned().get(0);
        int first = use.parentColumns(List.of(column)).get(0);
        TablePlan parent = use.parent();
        Families.InOrder families = parent.families(first);
        ProfiledColumn own = of(use);
        if (families == null
                || own == null
                || use.owned().size() == 1
                || use.foreignKey().isSelfReference()
                || use.candidates() != parent.rows()) {
            return null;
        }
        ProfiledColumn referred = context.profile()
                .column(parent.table(), parent.table().column(first), parent.rows(), false, possible.seed("referred"));
        return referred == null || Math.abs(referred.mostCommonShare() - own.mostCommonShare()) > ABOUT_AS_OFTEN
                ? null
                : Families.inherited(own, families, use.candidates());
    }

    /** The first column of a foreign key stands for all of them. */
    @Nullable
    public ProfiledColumn of(ForeignKeyUse use) {
        Column column = plan.table().column(use.owned().get(0));
        boolean nullable = use.optional(plan.table()) && use.owned().stream().noneMatch(tried::contains);
        return profiled(column, nullable);
    }

    private boolean isDecided(int number) {
        return tried.contains(number)
                || possible.partitions().decide(number)
                || possible.isForeign(plan.table().column(number));
    }

    private long capacity(int number) {
        return possible.distinct(plan.table().column(number)).capacity();
    }

    private @Nullable ProfiledColumn profiled(Column column, boolean nullable) {
        return possible.profiled(column, nullable);
    }
}
