package dev.rehearse.assess.server;

import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.RelationSize;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the migration wrote anew of tables and indexes. Until a transaction that rewrites a table has ended, the old files stand beside the new ones;
 * they are gone right after it, so that whoever looks once a second sees nothing of it where it was short. A copy counts as large as the
 * relation was after the migration, or before it where it is gone.
 */
final class WrittenAnew {

    private final Map<String, Long> sizes = new HashMap<>();
    private final Recording recording;

    WrittenAnew(Recording recording) {
        this.recording = recording;
        for (String moment : List.of(RelationSize.BEFORE, RelationSize.AFTER_MIGRATION)) {
            recording.relations().stream()
                    .filter(size -> size.moment().equals(moment))
                    .forEach(size -> sizes.put(size.relation(), size.bytes()));
        }
    }

    /** The most that one transaction wrote. */
    long mostBytes() {
        return transactions().stream()
                .mapToLong(statements ->
                        statements.stream().mapToLong(this::written).sum())
                .max()
                .orElse(0);
    }

    private List<List<StatementFact>> transactions() {
        List<List<StatementFact>> all = new ArrayList<>();
        Map<Integer, List<StatementFact>> open = new HashMap<>();
        for (StatementFact statement : recording.statements()) {
            if (statement.phase() == Phase.MIGRATE) {
                open.computeIfAbsent(statement.backendPid(), pid -> new ArrayList<>())
                        .add(statement);
                if (!statement.inTransaction()) {
                    all.add(open.remove(statement.backendPid()));
                }
            }
        }
        all.addAll(open.values());
        return all;
    }

    private long written(StatementFact statement) {
        if (statement.outcome() != Outcome.SUCCEEDED) {
            return 0;
        }
        Set<String> relations = new HashSet<>(statement.rewrites());
        statement.indexBuilds().forEach(built -> relations.add(built.split(" on ", 2)[0]));
        return relations.stream().mapToLong(this::size).sum();
    }

    /** The server's words name no schema. */
    private long size(String relation) {
        Long known = sizes.get(relation);
        return known != null
                ? known
                : sizes.entrySet().stream()
                        .filter(size -> size.getKey().endsWith("." + relation))
                        .mapToLong(Map.Entry::getValue)
                        .min()
                        .orElse(0);
    }
}
