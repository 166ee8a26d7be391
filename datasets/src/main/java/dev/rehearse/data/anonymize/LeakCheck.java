package dev.rehearse.data.anonymize;

import dev.rehearse.data.FillProgress;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.Leak;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.LeakReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the output as somebody else would, every column that can hold text and every personal one, and looks for what identifies in the
 * source. Filters in memory rule out nearly everything; what they cannot rule out is looked for in the source itself.
 */
final class LeakCheck {

    /** So many suspects are no accident. */
    private static final int MOST_SUSPECTS = 100_000;

    private final Rules rules;
    private final Ledger ledger;
    private final FillProgress progress;
    private final Map<String, Set<String>> suspects = new ConcurrentSkipListMap<>();
    private final AtomicInteger suspectCount = new AtomicInteger();
    private volatile boolean tooMany;
    private final AtomicLong columns = new AtomicLong();
    private final AtomicLong values = new AtomicLong();

    LeakCheck(Rules rules, Ledger ledger, FillProgress progress) {
        this.rules = rules;
        this.ledger = ledger;
        this.progress = progress;
    }

    /** Reads a table of the target. @return its rows */
    long read(Connection target, SourceTable table) throws SQLException {
        List<SourceColumn> read = table.columns().stream()
                .filter(column -> column.type().isTextual() || isPersonal(table, column))
                .toList();
        columns.addAndGet(read.size());
        progress.report("checking " + table.label() + " for leaks", values.get(), -1);
        return ColumnScan.scan(
                target,
                (table.partitioned() ? "" : "ONLY ") + table.quoted(),
                read,
                column -> reader(
                        table.label() + "." + column.name(),
                        (column.generated() ? table.copied() : List.of(column))
                                .stream()
                                        .map(from -> RowTransform.place(table, from))
                                        .toList()));
    }

    /** Definitions go over as they are: defaults, views, functions, comments. Their words are the schema's own, their numbers are not. */
    void readSchema(String sql) {
        Features.of(sql, feature -> {
            if (feature.charAt(0) != 'w' && feature.charAt(0) != 'p' && ledger.isSuspect(feature, List.of())) {
                suspect(feature, "the schema");
            }
        });
    }

    private boolean isPersonal(SourceTable table, SourceColumn column) {
        return rules.columns().containsKey(new KeyFamilies.Place(table.oid(), column.number()))
                && rules.of(table, column).personal();
    }

    private ColumnScan.Reader reader(String where, List<String> places) {
        return (kind, name, value, inside) -> {
            values.incrementAndGet();
            Features.of(value, feature -> {
                if (ledger.isSuspect(feature, places)) {
                    suspect(feature, where);
                }
            });
        };
    }

    private void suspect(String feature, String where) {
        Set<String> known = suspects.get(feature);
        if (known == null && suspectCount.incrementAndGet() > MOST_SUSPECTS) {
            tooMany = true;
            return;
        }
        (known != null ? known : suspects.computeIfAbsent(feature, name -> ConcurrentHashMap.newKeySet())).add(where);
    }

    /** Looks for the suspects in the source, if there are any. */
    LeakReport judge(Snapshot snapshot, SourceSchema schema, int readers) {
        List<Leak> leaks = new ArrayList<>();
        if (!suspects.isEmpty()) {
            Set<String> found = ConcurrentHashMap.newKeySet();
            SourceScan.scan(
                    snapshot,
                    schema,
                    rules,
                    readers,
                    "looking for " + suspects.size() + " suspects in the source",
                    progress,
                    (value, personal) -> {
                        Features.Sink sink = feature -> {
                            if (suspects.containsKey(feature)) {
                                found.add(feature);
                            }
                        };
                        if (personal) {
                            Features.ofPersonal(value, sink);
                        } else {
                            Features.ofAny(value, sink);
                        }
                    });
            Map<String, Leak> byColumn = new TreeMap<>();
            suspects.forEach((feature, columnsOfIt) -> columnsOfIt.forEach(column -> {
                if (found.contains(feature)) {
                    byColumn.merge(
                            column,
                            new Leak(column, 1, told(feature)),
                            (one, more) -> new Leak(column, one.count() + 1, one.example()));
                }
            }));
            leaks.addAll(byColumn.values());
            if (tooMany) {
                leaks.add(new Leak("elsewhere", 1, "more suspects than can be looked for, " + MOST_SUSPECTS));
            }
        }
        return new LeakReport(columns.get(), values.get(), suspects.size(), leaks);
    }

    private static String told(String feature) {
        String text = feature.substring(1);
        String shown = text.substring(0, text.offsetByCodePoints(0, 1)) + "...";
        int length = text.codePointCount(0, text.length());
        return switch (feature.charAt(0)) {
            case 'e' -> "the mail address " + shown;
            case 'd' -> "the number " + shown + " of " + length + " digits";
            case 'm' -> "the code " + shown + " of " + length + " characters";
            case 'p' -> "the short words " + shown;
            default -> "the word " + shown + " of " + length + " letters";
        };
    }
}
