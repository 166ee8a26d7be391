package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.twin.CountedKinds;
import dev.rehearse.data.twin.Families;
import dev.rehearse.data.twin.Pairing;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/** Solves keys whose rows come in families, where a profile tells their sizes: the lines of each order count from one. */
record KeyFamilies(TablePlan plan, List<ForeignKeyUse> uses, ProfiledKeys profiled, KeyNumbering numbering) {

    /**
     * @param foreign the foreign keys of the key
     * @param others its other columns
     * @return whether the key is solved
     */
    boolean solve(UniqueKey key, List<KeyPart> foreign, List<KeyPart> others) {
        List<KeyPart> parts = Stream.concat(
                        foreign.stream(), others.stream().filter(part -> !numbering.isNumbered(part.column())))
                .toList();
        return solveByPairs(parts, (one, other) -> !profiled.mayCount(one, other) && !profiled.mayCount(other, one))
                || solveByFamilies(key, foreign, others)
                || solveByKinds(key, parts)
                || solveByPairs(parts, (one, other) -> true);
    }

    private boolean solveByFamilies(UniqueKey key, List<KeyPart> foreign, List<KeyPart> others) {
        ForeignKeyUse use = foreign.size() == 1
                ? foreign.get(0).use()
                : foreign.isEmpty() ? ledBy(key).orElse(null) : null;
        if (others.size() != (use == null ? 2 : 1)
                || key.columns().size()
                        > (use == null ? 2 : use.foreignKey().columns().size() + 1)
                || use != null && use.choice() != null
                || others.stream().anyMatch(part -> numbering.isNumbered(part.column()))) {
            return false;
        }
        int leading = others.get(0).column();
        int number = others.get(others.size() - 1).column();
        Optional<Families> known = use == null
                ? profiled.families(leading, number)
                : foreign.isEmpty() ? profiled.inherited(use, number) : profiled.families(use, number);
        Families families = known.orElse(null);
        if (families == null) {
            return false;
        }
        if (use == null) {
            numbering.number(leading, families::parent);
        } else {
            refer(use, families);
        }
        numbering.number(number, families::number);
        numbering.unique(key.columns());
        return true;
    }

    /** Three parts of which the last, a whole number, counts the rows with the same two others. */
    private boolean solveByKinds(UniqueKey key, List<KeyPart> parts) {
        if (parts.size() != 3 || key.columns().size() != 3 || parts.get(1).use() != null || !isWhole(parts.get(2))) {
            return false;
        }
        CountedKinds counted =
                profiled.counted(parts.get(0), parts.get(1), parts.get(2)).orElse(null);
        if (counted == null) {
            return false;
        }
        decide(parts.get(0), counted.families()::parent, counted.families().parents());
        decide(parts.get(1), counted::kind, counted.kinds());
        numbering.number(parts.get(2).column(), counted::number);
        numbering.unique(key.columns());
        return true;
    }

    private boolean isWhole(KeyPart part) {
        return part.use() == null
                && plan.table().column(part.column()).type().kind().isInteger();
    }

    /** Two parts that alone tell rows apart, as the foreign keys of a join table do. */
    private boolean solveByPairs(List<KeyPart> parts, BiPredicate<KeyPart, KeyPart> suits) {
        for (int i = 0; i < parts.size(); i++) {
            for (int j = i + 1; j < parts.size(); j++) {
                KeyPart first = parts.get(i);
                KeyPart second = parts.get(j);
                if (!suits.test(first, second)) {
                    continue;
                }
                Optional<Pairing> pairing = profiled.pairing(first, second);
                if (pairing.isPresent()) {
                    decide(first, pairing.get().first(), pairing.get().firsts());
                    decide(second, pairing.get().second(), pairing.get().seconds());
                    numbering.unique(Stream.concat(first.columns().stream(), second.columns().stream())
                            .toList());
                    return true;
                }
            }
        }
        return false;
    }

    private void decide(KeyPart part, LongUnaryOperator numbers, long distinct) {
        ForeignKeyUse use = part.use();
        if (use == null) {
            numbering.number(part.column(), numbers);
            Values look = profiled.look(part.column(), distinct);
            if (look != null) {
                numbering.look(part.column(), look);
            }
        } else {
            refer(use, numbers, distinct);
        }
    }

    /** A foreign key over several columns of which the first leads a key of two columns. */
    private Optional<ForeignKeyUse> ledBy(UniqueKey key) {
        return uses.stream()
                .filter(use -> key.columns().size() == 2
                        && use.decidesAll()
                        && use.owned().size() > 1
                        && !use.foreignKey().isSelfReference()
                        && key.columns().contains(use.owned().get(0))
                        && !key.columns().containsAll(use.owned()))
                .findFirst();
    }

    private void refer(ForeignKeyUse use, Families families) {
        refer(use, families::parent, families.parents());
        if (families instanceof Families.InOrder known && plan.existing() == 0) {
            plan.families(use.owned().get(0), known);
        }
    }

    private static void refer(ForeignKeyUse use, LongUnaryOperator parents, long distinct) {
        LongUnaryOperator inOrder = use.inKeyOrder();
        use.choose(row -> inOrder.applyAsLong(parents.applyAsLong(row) * use.candidates() / distinct));
    }
}
