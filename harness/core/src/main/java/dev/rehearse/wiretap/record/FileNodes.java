package dev.rehearse.wiretap.record;

import dev.rehearse.recording.Outcome;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which file each table had when it was last heard of: where DDL leaves it with another one, it was written anew, whether or not the
 * server has said so (it does not say so of SET TABLESPACE). Guarded by the {@link StatementLog}.
 */
final class FileNodes {

    /** These change files where no event trigger reports them, or bring earlier ones back; what was known is then of no use. */
    private static final Set<String> UNREPORTED = Set.of("VACUUM", "CLUSTER", "TRUNCATE TABLE", "ROLLBACK");

    private static final Pattern NAMES_A_TABLESPACE = Pattern.compile("\\btablespace\\b", Pattern.CASE_INSENSITIVE);

    /** What may come in it, nobody knows yet; and once it is open, what is committed is not what it finds. */
    private static final Pattern BEGINS_A_TRANSACTION =
            Pattern.compile("\\s*(begin|start\\s+transaction)\\b", Pattern.CASE_INSENSITIVE);

    private final Map<Long, Long> current = new HashMap<>();
    private boolean forgotten;

    /** Takes in what is committed. */
    void begin(Collection<Relation> relations) {
        forgotten = false;
        current.clear();
        relations.stream().filter(Relation::hasRows).forEach(r -> current.put(r.oid(), r.fileNode()));
    }

    /** Those of the reported relations that have another file than they had. */
    List<Relation> changed(Collection<HeldLock> reported) {
        return reported.stream()
                .map(HeldLock::relation)
                .filter(relation -> relation != null && relation.hasRows())
                .filter(relation -> {
                    Long known = current.put(relation.oid(), relation.fileNode());
                    return known != null && known != relation.fileNode();
                })
                .distinct()
                .toList();
    }

    void ended(TappedStatement statement) {
        String tag = statement.tag();
        if (statement.outcome() != Outcome.SUCCEEDED || tag != null && UNREPORTED.contains(tag)) {
            forget();
        }
    }

    /** What was known is of no use any more. */
    void forget() {
        current.clear();
        forgotten = true;
    }

    /**
     * Whether what is committed should be read again before a statement that alone tells of its rewrite by the file, or that begins a
     * transaction in which one may come.
     */
    boolean isMissingFor(String sql) {
        return forgotten
                && (BEGINS_A_TRANSACTION.matcher(sql).lookingAt()
                        || NAMES_A_TABLESPACE.matcher(sql).find());
    }
}
