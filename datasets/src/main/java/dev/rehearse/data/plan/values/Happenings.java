package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.Progress;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the columns of a row that tell what has happened to it agree: when it was shipped is known where its status is shipped or a later one, what ended
 * had begun, an error is told of what failed, and a flag says that there is such a time.
 *
 * @param tried columns whose values are tried on the server later
 */
public record Happenings(
        TablePlan plan, PlanContext context, PossibleValues possible, PlainValues plain, Set<Integer> tried) {

    private static final Set<String> STATUS = Set.of("status", "state");
    private static final int SAMPLE = 500;
    /** Of what has more nobody says what each is. */
    private static final int MOST_STATUSES = 50;

    /** Gives such columns their values, if nothing else decides them. */
    public void write() throws SQLException {
        Table table = plan.table();
        Map<Column, Set<String>> statuses = statuses(table);
        for (Column column : table.columns()) {
            ColumnName name = ColumnName.of(column.name());
            boolean instant = ValueMaker.isInstant(column);
            boolean text = column.type().kind().isText() && !statuses.containsKey(column);
            boolean error = text && name.hasAny("error", "failure");
            boolean reason = text && name.endsWith("reason") && name.words().size() == 2;
            if ((instant || error || reason)
                    && isFree(column)
                    && !possible.restriction(column).notNull()) {
                if (instant) {
                    writeInstant(column, name, statuses);
                } else if (error) {
                    writeError(column, statuses);
                } else {
                    writeReason(column, name.words().get(0), statuses);
                }
            }
        }
        writeFlags(table);
    }

    private void writeFlags(Table table) {
        Map<Column, ColumnName> times = new LinkedHashMap<>();
        table.columns().stream()
                .filter(column -> ValueMaker.isInstant(column)
                        && !possible.restriction(column).notNull())
                .forEach(column -> times.put(column, ColumnName.of(column.name())));
        for (Column column : table.columns()) {
            if (column.type().kind() == SqlType.Kind.BOOL && isFree(column) && isUnchecked(column)) {
                ColumnName name = ColumnName.of(column.name());
                times.entrySet().stream()
                        .filter(time -> time.getValue().isFlagged(name))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .ifPresent(time -> plan.values(
                                table.indexOf(column.number()),
                                (row, out) -> out.put(text(time, row) == null ? 'f' : 't')));
            }
        }
    }

    private void writeInstant(Column column, ColumnName name, Map<Column, Set<String>> statuses) throws SQLException {
        Optional<String> event = name.event();
        Optional<Column> telling = event.flatMap(word -> telling(word, statuses));
        Optional<Column> earlier = plain.related()
                .earlier(column, ValueMaker::isInstant)
                .filter(other -> !possible.restriction(other).notNull());
        if (telling.isEmpty() && earlier.isEmpty()) {
            return;
        }
        int place = plan.table().indexOf(column.number());
        Values usual = plan.values(place);
        Values known = plain.of(column);
        Set<String> all = telling.map(statuses::get).orElse(Set.of());
        Map<String, Progress> told = all.stream()
                .collect(Collectors.toMap(status -> status, status -> Progress.of(status, event.orElseThrow(), all)));
        plan.values(place, (row, out) -> {
            @Nullable String status = telling.isEmpty() ? null : text(telling.get(), row);
            Progress progress = status == null ? Progress.UNKNOWN : told.getOrDefault(status, Progress.UNKNOWN);
            if (progress == Progress.HAPPENED) {
                known.write(row, out);
            } else if (progress == Progress.NOT_YET || earlier.isPresent() && text(earlier.get(), row) == null) {
                out.putNull();
            } else {
                usual.write(row, out);
            }
        });
    }

    private void writeError(Column column, Map<Column, Set<String>> statuses) {
        int place = plan.table().indexOf(column.number());
        Values usual = plan.values(place);
        for (Map.Entry<Column, Set<String>> status : statuses.entrySet()) {
            Set<String> failures =
                    status.getValue().stream().filter(Progress::isFailure).collect(Collectors.toSet());
            if (!failures.isEmpty()) {
                plan.values(place, (row, out) -> {
                    @Nullable String now = text(status.getKey(), row);
                    if (now == null || failures.contains(now)) {
                        usual.write(row, out);
                    } else {
                        out.putNull();
                    }
                });
                return;
            }
        }
    }

    /** Why something happened is known where it did: by when that was, else by a status of that name. */
    private void writeReason(Column column, String happening, Map<Column, Set<String>> statuses) {
        int place = plan.table().indexOf(column.number());
        Values usual = plan.values(place);
        Optional<Column> time = plan.table().columns().stream()
                .filter(other -> ValueMaker.isInstant(other)
                        && !possible.restriction(other).notNull()
                        && ColumnName.of(other.name())
                                .event()
                                .filter(event -> Progress.isNamed(happening, event))
                                .isPresent())
                .findFirst();
        Optional<Column> status = statuses.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(each -> Progress.isNamed(happening, each)))
                .map(Map.Entry::getKey)
                .findFirst();
        Column telling = time.or(() -> status).orElse(null);
        if (telling == null) {
            return;
        }
        plan.values(place, (row, out) -> {
            @Nullable String told = text(telling, row);
            if (told != null && (time.isPresent() || Progress.isNamed(happening, told))) {
                usual.write(row, out);
            } else {
                out.putNull();
            }
        });
    }

    /** The status that knows of an event, else the one of the whole row. */
    private static Optional<Column> telling(String event, Map<Column, Set<String>> statuses) {
        return statuses.entrySet().stream()
                .filter(entry -> entry.getValue().stream()
                        .anyMatch(status -> Progress.of(status, event, List.of()) == Progress.HAPPENED))
                .map(Map.Entry::getKey)
                .findFirst()
                .or(() -> statuses.keySet().stream()
                        .filter(column -> ColumnName.of(column.name()).words().size() == 1)
                        .findFirst());
    }

    /** The columns with the status of a row, with what rows have there. */
    private Map<Column, Set<String>> statuses(Table table) {
        Map<Column, Set<String>> statuses = new LinkedHashMap<>();
        for (Column column : table.columns()) {
            boolean named = STATUS.contains(ColumnName.of(column.name()).last());
            boolean known = plan.values(table.indexOf(column.number())) != null && !possible.isForeign(column);
            if (named
                    && known
                    && (column.type().kind().isText() || !column.type().labels().isEmpty())) {
                Set<String> had = LongStream.range(0, Math.min(plan.rows(), SAMPLE))
                        .mapToObj(row -> Optional.ofNullable(text(column, row)))
                        .flatMap(Optional::stream)
                        .collect(Collectors.toSet());
                if (had.size() <= MOST_STATUSES) {
                    statuses.put(column, had);
                }
            }
        }
        return statuses;
    }

    /** Whether nothing but its name decides the values of a column. */
    private boolean isFree(Column column) {
        int number = column.number();
        return !tried.contains(number)
                && !column.computedFrom()
                && !plain.isIndexed(number)
                && !possible.isForeign(column)
                && !possible.partitions().decide(number)
                && !context.isReferenced(plan.table(), column)
                && possible.profiled(column, true) == null
                && context.nullShare(plan.table(), column, -1) < 0
                && plan.table().keys().stream()
                        .noneMatch(key -> key.columns().contains(number)
                                || key.predicate() != null && key.predicate().contains(column.name()));
    }

    private boolean isUnchecked(Column column) {
        return column.type().domainChecks().isEmpty()
                && plan.table().checks().stream()
                        .noneMatch(check -> check.columns().contains(column.number()));
    }

    private @Nullable String text(Column column, long row) {
        CopyBuffer scratch = new CopyBuffer(32);
        scratch.counting(false);
        plan.values(plan.table().indexOf(column.number())).write(row, scratch);
        return scratch.textFrom(0);
    }
}
