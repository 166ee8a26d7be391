package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.MatchIndex;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Permutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Unique keys with two foreign keys that share columns, as (tenant, customer) and (tenant, product) do: each row has a pair of parents that match, so
 * that no pair, or neither of the two, comes twice.
 *
 * @param seed of what is chosen at random
 */
record MatchedParents(TablePlan plan, List<ForeignKeyUse> uses, KeyNumbering numbering, long seed) {

    /** Which candidates the foreign keys have in the pair of a number. */
    private record Pairs(long count, LongUnaryOperator leader, LongUnaryOperator first, LongUnaryOperator follower) {}

    /**
     * @return how many rows the key allows, or nothing where it has no two such foreign keys; what is chosen holds for as many
     */
    Optional<Long> solve(UniqueKey key) {
        for (ForeignKeyUse follower : uses) {
            if (isFree(follower)
                    && !follower.decidesAll()
                    && key.columns().containsAll(follower.foreignKey().columns())) {
                Optional<ForeignKeyUse> leader = uses.stream()
                        .filter(use -> use.decidesAll()
                                && isPlain(use)
                                && use.owned().containsAll(follower.shared())
                                && use.candidates() <= Integer.MAX_VALUE)
                        .findFirst();
                if (leader.isPresent()) {
                    return solve(key, leader.get(), follower);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isFree(ForeignKeyUse use) {
        return use.choice() == null && isPlain(use);
    }

    private static boolean isPlain(ForeignKeyUse use) {
        return !use.foreignKey().isSelfReference()
                && use.foreignKey().partition() == 0
                && use.inStep().isEmpty()
                && !use.isTied()
                && !use.isAvoided()
                && use.parent().isPlanned();
    }

    private Optional<Long> solve(UniqueKey key, ForeignKeyUse leader, ForeignKeyUse follower) {
        boolean optional = follower.mayBeNull(plan.table(), key);
        ParentChoice chosen = leader.choice();
        if (chosen != null) {
            if (!numbering.isUnique(key.over(leader.owned()), plan.rows())) {
                return Optional.empty();
            }
            if (optional) {
                byPlace(leader, chosen, follower);
                numbering.unique(follower.foreignKey().columns());
                return Optional.of(plan.rows());
            }
        }
        ForeignKeyUse first = chosen == null ? first(key, leader, follower) : null;
        Pairs pairs = first != null ? each(first, follower, leader) : alone(leader, follower, chosen != null);
        LongUnaryOperator mixed = row -> new Permutation(pairs.count, seed).apply(row);
        ParentChoice others = ParentChoice.skewed(leader::candidates, 0, seed);
        leader.choose(row -> row < pairs.count ? pairs.leader.applyAsLong(mixed.applyAsLong(row)) : others.parent(row));
        follower.choose(
                row -> row < pairs.count ? pairs.follower.applyAsLong(mixed.applyAsLong(row)) : ParentChoice.NONE);
        if (first != null && first != leader) {
            first.choose(
                    row -> row < pairs.count ? pairs.first.applyAsLong(mixed.applyAsLong(row)) : ParentChoice.NONE);
        }
        numbering.leadNoMore(leader);
        List<Integer> unique = new ArrayList<>(follower.foreignKey().columns());
        unique.addAll(first != null ? first.owned() : List.of());
        numbering.unique(unique, pairs.count);
        return Optional.of(optional ? plan.rows() : Math.min(plan.rows(), pairs.count));
    }

    /** The leader where it is in the key, else another foreign key there that must match it in the same columns. */
    private @Nullable ForeignKeyUse first(UniqueKey key, ForeignKeyUse leader, ForeignKeyUse follower) {
        return key.columns().containsAll(leader.owned())
                ? leader
                : uses.stream()
                        .filter(use -> use != follower
                                && isFree(use)
                                && use.shared().equals(follower.shared())
                                && key.columns().containsAll(use.foreignKey().columns()))
                        .findFirst()
                        .orElse(null);
    }

    /** Each pair that matches, with any leader that does: of the first there are as many pairs as there are that match it. */
    private Pairs each(ForeignKeyUse first, ForeignKeyUse follower, ForeignKeyUse leader) {
        List<Integer> shared = follower.shared();
        MatchIndex leaders = leader.candidatesBy(shared);
        MatchIndex matches = follower.candidatesBy(shared);
        long[] ends = LongStream.range(0, first.candidates())
                .map(candidate -> {
                    long hash = first.hash(shared, candidate);
                    return first == leader || leaders.contains(hash) ? matches.count(hash) : 0;
                })
                .toArray();
        Arrays.parallelPrefix(ends, Long::sum);
        LongUnaryOperator firsts = pair -> firstAbove(ends, pair);
        LongUnaryOperator any = pair ->
                leaders.choose(first.hash(shared, firsts.applyAsLong(pair)), Mix.at(seed, pair), Integer.MAX_VALUE);
        return new Pairs(ends.length == 0 ? 0 : ends[ends.length - 1], first == leader ? firsts : any, firsts, pair -> {
            int place = firstAbove(ends, pair);
            return matches.at(first.hash(shared, place), pair - (place == 0 ? 0 : ends[place - 1]));
        });
    }

    /** The first place of a number that is greater, among numbers in ascending order of which one is. */
    private static int firstAbove(long[] ends, long pair) {
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > pair) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Each row that the follower may refer to once, with a leader that matches: with any, or with another one each time. */
    private Pairs alone(ForeignKeyUse leader, ForeignKeyUse follower, boolean leaderOnce) {
        MatchIndex leaders = leader.candidatesBy(follower.shared());
        MatchIndex followers = follower.candidatesBy(follower.shared());
        long[] used = LongStream.range(0, follower.candidates())
                .filter(candidate -> {
                    long hash = follower.hash(follower.shared(), candidate);
                    return leaders.count(hash) > (leaderOnce ? followers.below(hash, candidate) : 0);
                })
                .toArray();
        return new Pairs(
                used.length,
                pair -> {
                    long candidate = used[(int) pair];
                    long hash = follower.hash(follower.shared(), candidate);
                    return leaderOnce
                            ? leaders.at(hash, followers.below(hash, candidate))
                            : leaders.choose(hash, Mix.at(seed, candidate), Integer.MAX_VALUE);
                },
                pair -> ParentChoice.NONE,
                pair -> used[(int) pair]);
    }

    /** Leaders that differ have followers that differ, as far as there are any. */
    private static void byPlace(ForeignKeyUse leader, ParentChoice chosen, ForeignKeyUse follower) {
        MatchIndex leaders = leader.candidatesBy(follower.shared());
        MatchIndex followers = follower.candidatesBy(follower.shared());
        follower.choose(row -> {
            long candidate = chosen.parent(row);
            if (candidate == ParentChoice.NONE) {
                return ParentChoice.NONE;
            }
            long hash = leader.hash(follower.shared(), candidate);
            long place = leaders.below(hash, candidate);
            return place < followers.count(hash) ? followers.at(hash, place) : ParentChoice.NONE;
        });
    }
}
