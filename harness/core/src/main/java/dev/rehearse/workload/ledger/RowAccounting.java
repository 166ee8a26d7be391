package dev.rehearse.workload.ledger;

import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares rows as they were with rows as they are. Used by one thread. */
final class RowAccounting {

    private static final int BATCH = 500;
    private static final Found NOT_FOUND = new Found(RowImage.ABSENT, List.of());

    private final RowLookup lookup;
    private final WriteLedger ledger;
    private final Cascades cascades;
    private final Moment now;
    private final List<Moment> earlier;
    private final Set<Map<String, String>> otherSettings;
    private final Set<String> turnedBack = new TreeSet<>();

    /** @param earlier moments since the load began at which rows were noted */
    RowAccounting(Connection connection, WriteLedger ledger, Moment now, List<Moment> earlier) {
        this.lookup = new RowLookup(connection);
        this.ledger = ledger;
        this.cascades = new Cascades(ledger, now.catalog());
        this.now = now;
        this.earlier = earlier;
        this.otherSettings = Stream.concat(earlier.stream(), Stream.of(now))
                .map(Moment::written)
                .collect(Collectors.toSet());
        otherSettings.remove(now.writtenHere());
    }

    /**
     * One table's rows that were looked up again, and those of them of which something is missing.
     *
     * @param storedOnly whether generated columns were left out
     */
    record Comparison(BaseSample.Table base, boolean storedOnly, Looked written, Looked sampled) {

        boolean finds() {
            return !written.missing().isEmpty() || !sampled.missing().isEmpty();
        }
    }

    record Looked(long rows, List<Missing> missing) {}

    /** A row that is not as it was noted, and as it is. */
    private record Missing(List<String> key, List<RowImage> candidates, Found found) {}

    /**
     * A row as it is.
     *
     * @param asThen its values of columns that had other types, as of these types
     */
    private record Found(RowImage image, List<RowImage> asThen) {}

    /** The table that was, and the one that it is now; its generated columns are left out where only what is stored is read. */
    private record Pair(
            Catalog.Table then, Catalog.@Nullable Table current, Map<String, String> names, boolean storedOnly) {

        /** A row as JSON. */
        private String row() {
            return current == null || !storedOnly
                    ? "to_json(t.*)"
                    : current.columns().stream()
                            .filter(this::reads)
                            .map(column -> "t." + column.sqlName())
                            .collect(Collectors.joining(", ", "(SELECT to_json(s.*) FROM (SELECT ", ") s)"));
        }

        private boolean reads(Catalog.Column column) {
            return !storedOnly || !column.generated();
        }
    }

    /** Counts of one comparison, columns by their name then. */
    private static final class Losses {
        private long rowsLooked;
        private long rowsLost;
        private final Map<String, Long> byColumn = new TreeMap<>();

        long values() {
            return byColumn.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Columns of which values count as kept that the rollback made others of, as the migration had made them of these. */
    Set<String> turnedBack() {
        return turnedBack;
    }

    /**
     * Looks up again what was written and what the sample held.
     *
     * @param storedOnly whether to leave out generated columns, where reading them fails
     */
    Comparison compare(BaseSample.Table base, @Nullable TableLedger written, boolean storedOnly) throws SQLException {
        Pair pair = pair(base.table(), storedOnly);
        Map<List<String>, List<RowImage>> untouched = new HashMap<>();
        base.rows().forEach((key, image) -> {
            if (written == null || !written.touched(key)) {
                untouched.put(key, List.of(image));
            }
        });
        return new Comparison(
                base,
                storedOnly,
                compare(pair, written == null ? Map.of() : written.expected()),
                compare(pair, untouched));
    }

    /** What is missing, less what the load has written since it was compared. */
    TableAccount account(Comparison comparison, @Nullable TableLedger written) {
        Pair pair = pair(comparison.base().table(), comparison.storedOnly());
        int pardon = written == null ? 0 : written.uncertainRows();
        Map<List<String>, List<RowImage>> expected = written == null ? Map.of() : written.expected();
        Losses ofWritten = losses(
                pair,
                comparison.written(),
                // The very same images: a row that was written anew has others.
                missing -> missing.candidates().equals(expected.get(missing.key())),
                pardon);
        Losses ofSample = losses(
                pair, comparison.sampled(), missing -> written == null || !written.touched(missing.key()), pardon);
        Map<String, Long> lostByColumn = new TreeMap<>(ofWritten.byColumn);
        ofSample.byColumn.forEach((column, count) -> lostByColumn.merge(column, count, Long::sum));
        return new TableAccount(
                comparison.base().table().label(),
                ofWritten.rowsLooked,
                ofWritten.rowsLost,
                ofWritten.values(),
                lostByColumn,
                ofSample.rowsLooked,
                ofSample.rowsLost,
                ofSample.values(),
                comparison.base().rowCount());
    }

    /**
     * What became of the values of older rows that the load has not written, and of those that it wrote before the migration began.
     *
     * @param beganMicros when it did
     */
    TurnedValues turned(Comparison comparison, @Nullable TableLedger written, long beganMicros) {
        Predicate<List<String>> touched = key -> written != null && written.touched(key);
        Map<List<String>, RowImage> others = new HashMap<>();
        for (Missing missing : comparison.sampled().missing()) {
            if (!touched.test(missing.key())) {
                others.put(missing.key(), missing.found().image());
            }
        }
        Map<String, String> names =
                pair(comparison.base().table(), comparison.storedOnly()).names();
        TurnedValues turned = TurnedValues.of(comparison.base(), others, touched, names);
        if (written != null) {
            Map<List<String>, RowImage> otherWritten = new HashMap<>();
            comparison
                    .written()
                    .missing()
                    .forEach(missing ->
                            otherWritten.put(missing.key(), missing.found().image()));
            turned.and(written.before(beganMicros), otherWritten, names);
        }
        return turned;
    }

    private Losses losses(Pair pair, Looked looked, Predicate<Missing> unchanged, int pardon) {
        Losses losses = new Losses();
        losses.rowsLooked = looked.rows();
        int pardons = pardon;
        for (Missing missing : looked.missing()) {
            List<String> lost = smallestLoss(pair, missing.candidates(), missing.found());
            if (lost.isEmpty() || !unchanged.test(missing) || pardons-- > 0) {
                losses.rowsLooked--;
            } else if (missing.found().image().isAbsent()) {
                losses.rowsLost++;
            } else {
                lost.forEach(column -> losses.byColumn.merge(column, 1L, Long::sum));
            }
        }
        return losses;
    }

    private Pair pair(Catalog.Table then, boolean storedOnly) {
        Catalog.Table current = current(then);
        return new Pair(then, current, current == null ? Map.of() : columnNames(then, current), storedOnly);
    }

    /** The table of that name, or the one that was that table and now has another name. */
    private Catalog.@Nullable Table current(Catalog.Table then) {
        for (Catalog.Table table : now.catalog().tables()) {
            if (table.sqlName().equals(then.sqlName())) {
                return table;
            }
        }
        return now.catalog().byOid().get(then.oid());
    }

    private Looked compare(Pair pair, Map<List<String>, List<RowImage>> expected) throws SQLException {
        List<Missing> missing = new ArrayList<>();
        long rows = 0;
        List<List<String>> keys = new ArrayList<>(expected.keySet());
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<List<String>> batch = keys.subList(from, Math.min(keys.size(), from + BATCH));
            Map<List<String>, Found> found = find(pair, batch);
            for (List<String> key : batch) {
                List<RowImage> candidates = Objects.requireNonNull(expected.get(key));
                Found row = found.getOrDefault(key, NOT_FOUND);
                if (!smallestLoss(pair, candidates, row).isEmpty()) {
                    rows++;
                    missing.add(new Missing(key, candidates, row));
                } else if (!onlyAbsent(candidates)) {
                    rows++;
                }
            }
        }
        return new Looked(rows, missing);
    }

    private Map<List<String>, Found> find(Pair pair, List<List<String>> keys) throws SQLException {
        Catalog.Table current = pair.current();
        if (current == null
                || !pair.then().primaryKey().stream().allMatch(c -> pair.names().containsKey(c.name()))) {
            return Map.of();
        }
        List<Catalog.Column> primary = pair.then().primaryKey().stream()
                .map(c -> Objects.requireNonNull(
                        current.column(Objects.requireNonNull(pair.names().get(c.name())))))
                .toList();
        Set<Map.Entry<String, String>> others = new HashSet<>();
        Set<Map<String, String>> otherKeys = new LinkedHashSet<>();
        for (Moment moment : earlier) {
            others.addAll(moment.retyped(pair.then(), current, pair.names()).entrySet());
            Map<String, String> relabelled = moment.relabelled(now, pair.then(), current, pair.names());
            others.addAll(relabelled.entrySet());
            relabelled
                    .keySet()
                    .retainAll(primary.stream().map(Catalog.Column::name).toList());
            otherKeys.add(relabelled);
        }
        Map<List<String>, Found> found = new HashMap<>();
        find(pair, primary, Map.of(), keys, others, found);
        for (Map<String, String> asThen : otherKeys) {
            List<List<String>> left =
                    keys.stream().filter(key -> !found.containsKey(key)).toList();
            if (!asThen.isEmpty() && !left.isEmpty()) {
                find(pair, primary, asThen, left, others, found);
            }
        }
        return found;
    }

    private void find(
            Pair pair,
            List<Catalog.Column> primary,
            Map<String, String> keyAsThen,
            List<List<String>> keys,
            Set<Map.Entry<String, String>> others,
            Map<List<String>, Found> found)
            throws SQLException {
        Catalog.Table current = Objects.requireNonNull(pair.current());
        lookup.images(current, primary, keyAsThen, keys, pair.row())
                .forEach((key, image) -> found.put(key, new Found(image, new ArrayList<>())));
        for (Map<String, String> settings : otherSettings) {
            lookup.writeAs(settings);
            try {
                lookup.images(current, primary, keyAsThen, keys, pair.row())
                        .forEach((key, image) -> also(found, key, image));
            } finally {
                lookup.writeAs(now.writtenHere());
            }
        }
        for (Map.Entry<String, String> other : others) {
            String value = "json_build_object(" + RowLookup.literal(other.getKey()) + ", " + other.getValue() + ")";
            try {
                lookup.images(current, primary, keyAsThen, keys, value)
                        .forEach((key, image) -> also(found, key, image));
            } catch (SQLException e) {
                if (e.getSQLState() == null
                        || !e.getSQLState().startsWith("22") && !e.getSQLState().startsWith("42")) {
                    throw e;
                }
                // No value of that type any more, or no such type: nothing lives on as one.
            }
        }
    }

    private static void also(Map<List<String>, Found> found, List<String> key, RowImage image) {
        Found row = found.get(key);
        if (row != null) {
            row.asThen().add(image);
        }
    }

    private static boolean onlyAbsent(List<RowImage> candidates) {
        return candidates.stream().allMatch(RowImage::isAbsent);
    }

    /** Columns lost, judged by the candidate that explains the row best; for a row that is gone, its key. Empty: nothing is lost. */
    private List<String> smallestLoss(Pair pair, List<RowImage> candidates, Found found) {
        List<String> smallest = null;
        for (RowImage candidate : candidates) {
            List<String> lost;
            if (candidate.isAs(found.image())) {
                return List.of();
            }
            if (candidate.isAbsent()) {
                lost = List.of();
            } else if (found.image().isAbsent()) {
                lost = pair.current() != null && cascades.tookRow(pair.then(), candidate) ? List.of() : List.of("");
            } else {
                lost = lostColumns(pair, candidate, found);
            }
            if (smallest == null || lost.size() < smallest.size()) {
                smallest = lost;
            }
        }
        return smallest == null ? List.of() : smallest;
    }

    private List<String> lostColumns(Pair pair, RowImage candidate, Found found) {
        Catalog.Table then = pair.then();
        List<String> lost = new ArrayList<>();
        Set<String> excused = cascades.columnsSet(then, candidate);
        for (int i = 0; i < candidate.hashes().length; i++) {
            String column = candidate.columns().get(i);
            boolean counts = then.column(column) != null || ledger.isWritten(then, column);
            if (candidate.hashes()[i] == 0 || !counts || excused.contains(column)) {
                continue;
            }
            Catalog.Column lives = living(pair, column);
            if (lives == null) {
                lost.add(column);
            } else if (pair.reads(lives) && !isStill(candidate.hashes()[i], lives, found)) {
                if (ledger.isTurnedBack(
                        then, column, candidate.hashes()[i], found.image().hashOf(lives.name()))) {
                    turnedBack.add(then.label() + "." + column);
                } else {
                    lost.add(column);
                }
            }
        }
        return lost;
    }

    /** The column as it is now, also one that had another name only for a time. */
    private Catalog.@Nullable Column living(Pair pair, String column) {
        Catalog.Table current = pair.current();
        if (current == null) {
            return null;
        }
        if (pair.then().column(column) != null) {
            String name = pair.names().get(column);
            return name == null ? null : current.column(name);
        }
        Catalog.Column same = current.column(column);
        return same != null
                ? same
                : earlier.stream()
                        .map(moment -> moment.columnIn(current, column))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private boolean isStill(long noted, Catalog.Column column, Found found) {
        long value = found.image().hashOf(column.name());
        return value == noted || found.asThen().stream().anyMatch(then -> then.hashOf(column.name()) == noted);
    }

    /** What each column of then is called now; a renamed one keeps its number, and a column that is gone is left out. */
    private static Map<String, String> columnNames(Catalog.Table then, Catalog.Table current) {
        Map<String, String> names = new HashMap<>();
        for (Catalog.Column column : then.columns()) {
            if (current.column(column.name()) != null) {
                names.put(column.name(), column.name());
            } else if (current.oid() == then.oid()) {
                current.columns().stream()
                        .filter(c -> c.number() == column.number() && then.column(c.name()) == null)
                        .findFirst()
                        .ifPresent(c -> names.put(column.name(), c.name()));
            }
        }
        return names;
    }
}
