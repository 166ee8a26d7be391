package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.ServerValues;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two columns that mean a row of one of several tables, as object-relational mappers write it where no foreign key can:
 * {@code commentable_type} names the table, {@code commentable_id} has the key of the row there.
 *
 * @param type the column that names the table
 * @param id the column with the key
 * @param targets the tables, the first of them meant most often
 * @param keyed whether keys ask for different rows
 */
record Polymorphic(Column type, Column id, List<Target> targets, boolean keyed, long seed) {

    /** Tables that a column means which says nothing of them. */
    private static final int MOST_TARGETS = 4;

    private static final Set<String> THINGS =
            Set.of(("owner subject object target source item record model entity resource parent actor origin"
                            + " context content reference related initiator container attached")
                    .split(" "));

    /** @param rows null where a name means no table that is known */
    record Target(byte[] name, @Nullable Namesake rows) {

        private long count() {
            return rows == null ? 0 : rows.plan().rows();
        }
    }

    private interface Part {
        void write(Target target, long row, CopyBuffer out);
    }

    /**
     * The pairs of a table, of which a profile says nothing.
     *
     * @param free whether nothing else decides a column
     */
    static List<Polymorphic> of(
            TablePlan plan,
            PlanContext context,
            Predicate<Column> free,
            Function<Column, Restriction> restriction,
            Function<String, Long> seed) {
        Table table = plan.table();
        List<Polymorphic> pairs = new ArrayList<>();
        if (context.profile().rows(table) != null) {
            return pairs;
        }
        for (Column type : table.columns()) {
            ColumnName name = ColumnName.of(type.name());
            if (!name.endsWith("type")
                    || name.words().size() < 2
                    || !free.test(type)
                    || table.checks().stream()
                            .anyMatch(check -> check.columns().contains(type.number())
                                    && check.columns().size() > 1)) {
                continue;
            }
            List<String> meant = name.words().subList(0, name.words().size() - 1);
            List<String> wanted = new ArrayList<>(meant);
            wanted.add("id");
            table.columns().stream()
                    .filter(id -> ColumnName.of(id.name()).words().equals(wanted) && free.test(id))
                    .filter(id -> isUnchecked(table, id))
                    .findFirst()
                    .flatMap(id -> pair(plan, context, type, id, meant, restriction.apply(type), seed))
                    .ifPresent(pairs::add);
        }
        return pairs;
    }

    private static boolean isUnchecked(Table table, Column column) {
        return column.type().domainChecks().isEmpty()
                && table.checks().stream().noneMatch(check -> check.columns().contains(column.number()));
    }

    private static Optional<Polymorphic> pair(
            TablePlan plan,
            PlanContext context,
            Column type,
            Column id,
            List<String> meant,
            Restriction r,
            Function<String, Long> seed) {
        Table table = plan.table();
        List<UniqueKey> keys = table.keys().stream()
                .filter(key ->
                        key.columns().contains(id.number()) || key.columns().contains(type.number()))
                .toList();
        if (!keys.stream()
                .allMatch(key -> key.columns().containsAll(List.of(id.number(), type.number()))
                        && key.elements().isEmpty())) {
            return Optional.empty();
        }
        Map<List<String>, Long> named = named(context);
        List<Namesake> possible = context.plans().values().stream()
                .filter(other -> other != plan && other.rows() > 0 && (keys.isEmpty() || other.isPlanned()))
                .sorted(Comparator.comparing((TablePlan other) -> -references(context, other, named))
                        .thenComparing(other -> other.table().label()))
                .flatMap(other -> key(other, id).stream())
                .filter(rows -> keys.isEmpty() || !(rows.plan().values(rows.column()) instanceof ServerValues))
                .toList();
        List<String> names = Objects.requireNonNullElse(r.allowed(), type.type().labels());
        List<Target> targets = names.isEmpty()
                ? anyTargets(possible, meant, type, isUnchecked(table, type), r, seed.apply(type.name()))
                : names.stream()
                        .map(name -> new Target(
                                CopyBuffer.escape(name),
                                possible.stream()
                                        .filter(each -> singular(name)
                                                .equals(singular(
                                                        each.plan().table().name())))
                                        .findFirst()
                                        .orElse(null)))
                        .filter(target -> keys.isEmpty() || target.rows != null)
                        .toList();
        // A guess from names is no reason for fewer rows.
        boolean tooFew = keys.stream().anyMatch(key -> key.columns().size() == 2)
                && targets.stream().mapToLong(Target::count).sum() < plan.rows();
        return tooFew || targets.stream().allMatch(target -> target.rows == null)
                ? Optional.empty()
                : Optional.of(new Polymorphic(type, id, targets, !keys.isEmpty(), seed.apply(type.name())));
    }

    private static List<Target> anyTargets(
            List<Namesake> possible, List<String> meant, Column type, boolean unchecked, Restriction r, long seed) {
        String last = meant.get(meant.size() - 1);
        boolean says = last.endsWith("able") || THINGS.contains(last);
        if (!says || !unchecked || !type.type().kind().isText() || r.pattern() != null) {
            return List.of();
        }
        // Tables of several schemas can have the same name, which then means one of them.
        Set<String> names = new HashSet<>();
        List<Namesake> most = new ArrayList<>(possible.stream()
                .filter(each -> className(each).length() <= r.maxLength() && names.add(className(each)))
                .limit(2L * MOST_TARGETS)
                .toList());
        most.sort(Comparator.comparingLong(
                each -> Mix.seed(seed, each.plan().table().label())));
        return most.stream()
                .limit(MOST_TARGETS)
                .map(each -> new Target(CopyBuffer.escape(className(each)), each))
                .toList();
    }

    /** How many columns refer to a table by a foreign key, or by its name. */
    private static long references(PlanContext context, TablePlan plan, Map<List<String>, Long> named) {
        return named.getOrDefault(singular(plan.table().name()), 0L)
                + plan.table().columns().stream()
                        .mapToLong(column ->
                                context.referencing(plan.table(), column).size())
                        .sum();
    }

    /** What columns are called the id of, with their number. */
    private static Map<List<String>, Long> named(PlanContext context) {
        return context.plans().values().stream()
                .flatMap(plan -> plan.table().columns().stream())
                .map(column -> ColumnName.of(column.name()))
                .filter(name -> name.endsWith("id"))
                .collect(Collectors.groupingBy(
                        name -> name.words().subList(0, name.words().size() - 1), Collectors.counting()));
    }

    /** The primary key of a table, where a column can hold it. */
    private static Optional<Namesake> key(TablePlan plan, Column id) {
        return plan.table().keys().stream()
                .filter(key -> key.primary() && key.columns().size() == 1)
                .map(key -> plan.table().indexOf(key.columns().get(0)))
                .filter(place ->
                        place >= 0 && fits(plan.table().columns().get(place).type(), id.type()))
                .map(place -> new Namesake(plan, place))
                .findFirst();
    }

    private static boolean fits(SqlType key, SqlType id) {
        if (id.kind().isText()) {
            int length = key.kind().isInteger() ? 20 : key.kind() == SqlType.Kind.UUID ? 36 : key.maxLength();
            return length <= id.maxLength()
                    && (key.kind().isInteger()
                            || key.kind() == SqlType.Kind.UUID
                            || key.kind().isText());
        }
        return key.kind() == id.kind() && key.kind() == SqlType.Kind.UUID
                || key.kind().isInteger() && (id.kind() == SqlType.Kind.INT8 || id.kind() == key.kind());
    }

    private static String className(Namesake target) {
        return singular(target.plan().table().name()).stream()
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }

    /** The words of a name, the last of them in the singular. */
    private static List<String> singular(String name) {
        return ColumnName.of(name).ofOne().words();
    }

    /** All rows that can be meant, by numbers without a gap, where keys ask for different ones. */
    Keys keys() {
        return new Keys(targets.stream().mapToLong(Target::count).sum(), numbered((target, row, out) -> {
            Namesake rows = Objects.requireNonNull(target.rows);
            rows.plan().values(rows.column()).write(row, out);
        }));
    }

    /** The names of the tables that those rows are of. */
    Values namesOfKeys() {
        return numbered((target, row, out) -> out.put(target.name));
    }

    private long capacity() {
        return targets.stream().mapToLong(Target::count).sum();
    }

    private Values numbered(Part part) {
        Permutation mixed = new Permutation(capacity(), seed);
        return (index, out) -> {
            long row = mixed.apply(index);
            for (Target target : targets) {
                if (row < target.count()) {
                    part.write(target, row, out);
                    return;
                }
                row -= target.count();
            }
            throw new IllegalArgumentException("There is no row " + index + " to refer to.");
        };
    }

    /** The names of the tables that rows mean. */
    Values names() {
        return (row, out) -> out.put(targets.get(place(row)).name);
    }

    /** The keys of the rows that rows mean; {@code otherwise} where a name means no table. */
    Values ids(Values otherwise) {
        List<Values> ids = targets.stream()
                .map(target -> target.rows == null ? otherwise : target.rows.values(otherwise, seed))
                .toList();
        return (row, out) -> ids.get(place(row)).write(row, out);
    }

    private int place(long row) {
        return (int) Mix.skewedBelow(Mix.at(Mix.seed(seed, "target"), row), targets.size());
    }
}
