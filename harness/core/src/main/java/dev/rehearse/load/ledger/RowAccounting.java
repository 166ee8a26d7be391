package dev.rehearse.load.ledger;

import dev.rehearse.load.statement.Catalog;
import dev.rehearse.recording.Recording.TableAccount;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares rows as they were with rows as they are. Used by one thread. */
final class RowAccounting {

    private static final int BATCH = 500;

    private final Connection connection;
    private final WriteLedger ledger;
    private final Catalog now;

    RowAccounting(Connection connection, WriteLedger ledger, Catalog now) {
        this.connection = connection;
        this.ledger = ledger;
        this.now = now;
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

    TableAccount account(BaseSample.Table base, @Nullable TableLedger written) throws SQLException {
        Catalog.Table then = base.table();
        Catalog.Table current = current(then);
        int pardon = written == null ? 0 : written.uncertainRows();
        Map<List<String>, List<RowImage>> expected = written == null ? Map.of() : written.expected();
        Losses ofWritten = compare(then, current, expected, pardon);
        Map<List<String>, List<RowImage>> untouched = new HashMap<>();
        base.rows().forEach((key, image) -> {
            if (written == null || !written.touched(key)) {
                untouched.put(key, List.of(image));
            }
        });
        Losses ofSample = compare(then, current, untouched, pardon);
        Map<String, Long> lostByColumn = new TreeMap<>(ofWritten.byColumn);
        ofSample.byColumn.forEach((column, count) -> lostByColumn.merge(column, count, Long::sum));
        return new TableAccount(
                then.label(),
                ofWritten.rowsLooked,
                ofWritten.rowsLost,
                ofWritten.values(),
                lostByColumn,
                ofSample.rowsLooked,
                ofSample.rowsLost,
                ofSample.values(),
                base.rowCount());
    }

    /** The table of that name, or the one that was that table and now has another name. */
    private Catalog.@Nullable Table current(Catalog.Table then) {
        for (Catalog.Table table : now.tables()) {
            if (table.sqlName().equals(then.sqlName())) {
                return table;
            }
        }
        return now.byOid().get(then.oid());
    }

    private Losses compare(
            Catalog.Table then, Catalog.@Nullable Table current, Map<List<String>, List<RowImage>> expected, int pardon)
            throws SQLException {
        Losses losses = new Losses();
        Map<String, String> names = current == null ? Map.of() : columnNames(then, current);
        boolean keyLives = current != null && then.primaryKey().stream().allMatch(c -> names.containsKey(c.name()));
        List<List<String>> keys = new ArrayList<>(expected.keySet());
        int pardons = pardon;
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<List<String>> batch = keys.subList(from, Math.min(keys.size(), from + BATCH));
            Map<List<String>, RowImage> found =
                    current == null || !keyLives ? Map.of() : rows(then, current, names, batch);
            for (List<String> key : batch) {
                List<RowImage> candidates = java.util.Objects.requireNonNull(expected.get(key));
                RowImage image = found.getOrDefault(key, RowImage.ABSENT);
                List<String> lost = smallestLoss(then, current, candidates, image, names);
                boolean gone = image.isAbsent() && !lost.isEmpty();
                if (!lost.isEmpty() && pardons > 0) {
                    pardons--;
                } else if (gone) {
                    losses.rowsLooked++;
                    losses.rowsLost++;
                } else if (!onlyAbsent(candidates)) {
                    losses.rowsLooked++;
                    lost.forEach(column -> losses.byColumn.merge(column, 1L, Long::sum));
                }
            }
        }
        return losses;
    }

    private static boolean onlyAbsent(List<RowImage> candidates) {
        return candidates.stream().allMatch(RowImage::isAbsent);
    }

    /** Columns lost, judged by the candidate that explains the row best; for a row that is gone, its key. Empty: nothing is lost. */
    private List<String> smallestLoss(
            Catalog.Table then,
            Catalog.@Nullable Table current,
            List<RowImage> candidates,
            RowImage image,
            Map<String, String> names) {
        List<String> smallest = null;
        for (RowImage candidate : candidates) {
            List<String> lost;
            if (candidate.isAbsent()) {
                lost = List.of();
            } else if (image.isAbsent()) {
                lost = current != null && cascaded(then, candidate) ? List.of() : List.of("");
            } else {
                lost = lostColumns(then, current, candidate, image, names);
            }
            if (smallest == null || lost.size() < smallest.size()) {
                smallest = lost;
            }
        }
        return smallest == null ? List.of() : smallest;
    }

    private List<String> lostColumns(
            Catalog.Table then,
            Catalog.@Nullable Table current,
            RowImage candidate,
            RowImage image,
            Map<String, String> names) {
        List<String> lost = new ArrayList<>();
        Set<String> excused = columnsSetByCascade(then, candidate);
        for (int i = 0; i < candidate.hashes().length; i++) {
            String column = candidate.columns().get(i);
            boolean counts = then.column(column) != null || ledger.isWritten(then, column);
            if (candidate.hashes()[i] == 0 || !counts || excused.contains(column)) {
                continue;
            }
            String name = then.column(column) == null ? column : names.get(column);
            boolean lives = name != null && current != null && current.column(name) != null;
            if (!lives
                    || image.hashOf(java.util.Objects.requireNonNull(name))
                            != candidate.hashes()[i]) {
                lost.add(column);
            }
        }
        return lost;
    }

    /** Whether the row's going is explained by the load having deleted its parent. */
    private boolean cascaded(Catalog.Table then, RowImage row) {
        return then.foreignKeys().stream()
                .anyMatch(key -> key.cascades() && (parentDeleted(then, key, row) || grandparentDeleted(key, 0)));
    }

    private boolean parentDeleted(Catalog.Table then, Catalog.ForeignKey key, RowImage row) {
        TableLedger parent = ledger.known(key.referencedOid());
        if (parent == null) {
            return false;
        }
        List<Integer> primary =
                parent.table().primaryKey().stream().map(Catalog.Column::number).toList();
        if (!new HashSet<>(primary).equals(new HashSet<>(key.referencedColumns()))) {
            return parent.deletedAny();
        }
        long[] hashes = primary.stream()
                .mapToLong(number -> row.hashOf(
                        then.numbered(key.columns().get(key.referencedColumns().indexOf(number)))
                                .name()))
                .toArray();
        return parent.mayHaveDeleted(hashes);
    }

    /** Deeper than one level the rows between are not known any more: a deletion up there explains it. */
    private boolean grandparentDeleted(Catalog.ForeignKey key, int depth) {
        TableLedger parent = ledger.known(key.referencedOid());
        Catalog.Table table = parent == null ? now.byOid().get(key.referencedOid()) : parent.table();
        return table != null
                && depth < 10
                && table.foreignKeys().stream()
                        .filter(Catalog.ForeignKey::cascades)
                        .anyMatch(up -> {
                            TableLedger above = ledger.known(up.referencedOid());
                            return above != null && above.deletedAny() || grandparentDeleted(up, depth + 1);
                        });
    }

    private Set<String> columnsSetByCascade(Catalog.Table then, RowImage row) {
        Set<String> columns = new HashSet<>();
        for (Catalog.ForeignKey key : then.foreignKeys()) {
            if (key.setsColumns() && parentDeleted(then, key, row)) {
                key.columns()
                        .forEach(number -> columns.add(then.numbered(number).name()));
            }
        }
        return columns;
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

    private Map<List<String>, RowImage> rows(
            Catalog.Table then, Catalog.Table current, Map<String, String> names, List<List<String>> keys)
            throws SQLException {
        try {
            return rows(then, current, names, keys, true);
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
                throw e;
            }
            // The key has another type now, which the old keys do not fit: compare as text.
            return rows(then, current, names, keys, false);
        }
    }

    private Map<List<String>, RowImage> rows(
            Catalog.Table then,
            Catalog.Table current,
            Map<String, String> names,
            List<List<String>> keys,
            boolean typed)
            throws SQLException {
        List<Catalog.Column> primary = then.primaryKey().stream()
                .map(c -> java.util.Objects.requireNonNull(
                        current.column(java.util.Objects.requireNonNull(names.get(c.name())))))
                .toList();
        List<String> arrays = new ArrayList<>();
        List<String> aliases = new ArrayList<>();
        List<String> joins = new ArrayList<>();
        for (int i = 0; i < primary.size(); i++) {
            arrays.add("?::text[]");
            aliases.add("k" + i);
            String column = "t." + primary.get(i).sqlName();
            joins.add(typed ? column + " = k.k" + i + "::" + primary.get(i).type() : column + "::text = k.k" + i);
        }
        String query = "SELECT to_json(t.*)::text FROM " + current.sqlName() + " t JOIN unnest("
                + String.join(", ", arrays) + ") AS k(" + String.join(", ", aliases) + ") ON "
                + String.join(" AND ", joins);
        Map<List<String>, RowImage> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < primary.size(); i++) {
                int part = i;
                Array array = connection.createArrayOf(
                        "text", keys.stream().map(key -> key.get(part)).toArray());
                statement.setArray(i + 1, array);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Map<String, @Nullable String> texts = RowImage.texts(rows.getString(1));
                    List<String> key = new ArrayList<>();
                    for (Catalog.Column column : primary) {
                        String text = texts.get(column.name());
                        key.add(text == null ? "" : text);
                    }
                    found.put(key, RowImage.of(texts));
                }
            }
        }
        return found;
    }
}
