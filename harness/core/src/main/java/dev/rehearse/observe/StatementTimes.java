package dev.rehearse.observe;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the statement of the migration that a wait has to do with. Immutable. */
public final class StatementTimes {

    /** A statement's end is when the tool had its answer, a little after its locks were free. */
    private static final long SLACK_MICROS = 2_000;

    /** How a transaction is prepared; within the text of a whole message, too. */
    private static final Pattern PREPARING =
            Pattern.compile("\\bPREPARE\\s+TRANSACTION\\s+'((?:[^']|'')*)'", Pattern.CASE_INSENSITIVE);

    private final List<StatementFact> statements;
    private final Set<Integer> sessions;
    private final List<StatementFact> preparing;

    /** When the last of the statements up to each one had ended. */
    private final long[] endedMicros;

    /** When the last lock of the statements up to each one was free. */
    private final long[] freeMicros;

    public StatementTimes(List<StatementFact> statements) {
        this.statements = statements.stream()
                .sorted(Comparator.comparingLong(StatementFact::startMicros))
                .toList();
        this.sessions = statements.stream().map(StatementFact::backendPid).collect(Collectors.toUnmodifiableSet());
        this.preparing = this.statements.stream()
                .filter(s -> s.outcome() == Outcome.SUCCEEDED
                        && PREPARING.matcher(s.sql()).find())
                .toList();
        this.endedMicros = latest(StatementFact::endMicros);
        this.freeMicros = latest(StatementFact::heldUntilMicros);
    }

    private long[] latest(ToLongFunction<StatementFact> moment) {
        long[] latest = new long[statements.size()];
        long soFar = Long.MIN_VALUE;
        for (int i = 0; i < latest.length; i++) {
            soFar = Math.max(soFar, moment.applyAsLong(statements.get(i)));
            latest[i] = soFar;
        }
        return latest;
    }

    /** Whether the process is one of the migration's. */
    public boolean isOf(int pid) {
        return sessions.contains(pid);
    }

    /** Those that began by {@code to} and, by what {@code latest} says of them, may not have been over at {@code from}. */
    private List<StatementFact> between(long from, long to, long[] latest) {
        int first = firstAtLeast(latest.length, from, i -> latest[i]);
        int end = firstAtLeast(latest.length, to + 1, i -> statements.get(i).startMicros());
        return statements.subList(Math.min(first, end), end);
    }

    private static int firstAtLeast(int size, long least, IntToLongFunction ascending) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending.applyAsLong(middle) < least) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** What the statement is asked for: who waited for what, and when. */
    public record Wait(
            int pid,
            SessionKind kind,
            String lockType,
            @Nullable String relation,
            String mode,
            long startMicros,
            long endMicros,
            List<Blocking> chain) {

        public Wait withChain(List<Blocking> other) {
            return new Wait(pid, kind, lockType, relation, mode, startMicros, endMicros, other);
        }
    }

    /**
     * The waiter's own statement if the migration waited; the one that took, or queues for, the lock if the migration is in the chain or beside
     * its root; otherwise the one that ran at the time; -1 where none did, and where nobody was seen in the way of one that waited for a row and the
     * migration can have locked none.
     */
    public int indexFor(Wait wait) {
        if (wait.kind() == SessionKind.MIGRATION) {
            return ranDuring(wait, wait.pid()).map(StatementFact::index).orElse(-1);
        }
        Optional<Blocking> inChain = wait.chain().stream()
                .filter(b -> b.kind() == SessionKind.MIGRATION)
                .findFirst();
        Optional<Beside> migration = inChain.map(Blocking::end).or(() -> besideTheRoot(wait));
        if (migration.isEmpty()) {
            return isUnseenAndNotBehind(wait)
                    ? -1
                    : ranDuring(wait, 0).map(StatementFact::index).orElse(-1);
        }
        int pid = migration.get().pid();
        if (pid == LockWait.PREPARED_TRANSACTION) {
            return preparing(migration.get().who(), wait.endMicros())
                    .map(StatementFact::index)
                    .orElse(-1);
        }
        boolean waits = inChain.isPresent() && inChain.get().waiting();
        Optional<StatementFact> found = waits ? Optional.empty() : tookTheLock(wait, s -> s.backendPid() == pid);
        return found.or(() -> ranDuring(wait, pid))
                .or(() -> lastBefore(wait, pid))
                .map(StatementFact::index)
                .orElse(-1);
    }

    private boolean isUnseenAndNotBehind(Wait wait) {
        return wait.chain().isEmpty()
                && LockWait.isForRow(wait.lockType())
                && between(wait.startMicros() - SLACK_MICROS, wait.endMicros(), freeMicros).stream()
                        .filter(s -> s.heldUntilMicros() >= wait.startMicros() - SLACK_MICROS)
                        .noneMatch(s -> mayLockRows(s, wait.relation()));
    }

    /**
     * Of several in one message, and of one whose locks are not known, nobody can tell.
     *
     * @param relation whose row; null where that is not known
     */
    private static boolean mayLockRows(StatementFact statement, @Nullable String relation) {
        return statement.locks().isEmpty()
                || statement.messageStatements() > 1
                || statement.locks().stream()
                        .filter(lock -> relation == null || relation.equals(lock.relation()))
                        .anyMatch(lock -> lock.forRows()
                                && lock.existedBefore()
                                && lock.relationKind().endsWith("table"));
    }

    /**
     * The migration's statement that left a transaction prepared, whose locks no session holds any more.
     *
     * @param who what is in the way, in the words that name the prepared transactions
     * @param untilMicros it had begun by then
     */
    public Optional<StatementFact> preparing(String who, long untilMicros) {
        return preparing.stream()
                .filter(s -> s.startMicros() <= untilMicros && prepares(s.sql(), who))
                .reduce((a, b) -> b);
    }

    private static boolean prepares(String sql, String who) {
        return PREPARING
                .matcher(sql)
                .results()
                .anyMatch(found -> who.contains("'" + found.group(1).replace("''", "'") + "'"));
    }

    private static Optional<Beside> besideTheRoot(Wait wait) {
        return wait.chain().stream()
                .flatMap(b -> b.besides().stream())
                .filter(b -> b.kind() == SessionKind.MIGRATION)
                .findFirst();
    }

    /** The migration's session that is known to have held the lock at the time, with the statement that took it. */
    public Optional<Blocking> holder(Wait wait) {
        return tookTheLock(wait, s -> s.backendPid() != wait.pid())
                .map(s -> new Blocking(s.backendPid(), "migration", SessionKind.MIGRATION, s.sql(), false));
    }

    private Optional<StatementFact> tookTheLock(Wait wait, Predicate<StatementFact> which) {
        return between(wait.startMicros(), wait.endMicros(), freeMicros).stream()
                .filter(which)
                .filter(s -> s.locks().stream().anyMatch(l -> isInTheWay(l, s, wait)))
                .findFirst();
    }

    private static boolean isInTheWay(RelationLock lock, StatementFact statement, Wait wait) {
        Optional<LockMode> wanted = LockMode.ofCatalogName(wait.mode());
        return lock.relation().equals(wait.relation())
                && statement.heldUntilMicros(lock) >= wait.startMicros()
                && (LockWait.isForRow(wait.lockType())
                        ? lock.forRows()
                        : wanted.isPresent() && lock.mode().conflictsWith(wanted.get()));
    }

    /** The statement of the process (of any, if 0) that shares the most time with the wait. */
    private Optional<StatementFact> ranDuring(Wait wait, int pid) {
        StatementFact best = null;
        long mostShared = -SLACK_MICROS;
        for (StatementFact statement :
                between(wait.startMicros() - SLACK_MICROS, wait.endMicros() + SLACK_MICROS, endedMicros)) {
            long shared = Math.min(statement.endMicros(), wait.endMicros())
                    - Math.max(statement.startMicros(), wait.startMicros());
            if ((pid == 0 || statement.backendPid() == pid) && shared > mostShared) {
                best = statement;
                mostShared = shared;
            }
        }
        return Optional.ofNullable(best);
    }

    /** In an open transaction the locks outlive their statement. */
    private Optional<StatementFact> lastBefore(Wait wait, int pid) {
        List<StatementFact> before = between(Long.MIN_VALUE, wait.startMicros(), endedMicros);
        for (int i = before.size() - 1; i >= 0; i--) {
            if (before.get(i).backendPid() == pid) {
                return Optional.of(before.get(i));
            }
        }
        return Optional.empty();
    }

    /** How a wait of the migration ended that only the sampler saw: its statement failed at that moment, or it got the lock. */
    public Ended endOf(int pid, long endMicros, long errorMicros) {
        long slack = errorMicros + SLACK_MICROS;
        return between(endMicros - slack, endMicros + slack, endedMicros).stream()
                .filter(s -> s.backendPid() == pid && s.outcome() != Outcome.SUCCEEDED)
                .filter(s -> Math.abs(s.endMicros() - endMicros) <= slack)
                .findFirst()
                .map(StatementTimes::endOf)
                .orElse(Ended.GRANTED);
    }

    private static Ended endOf(StatementFact statement) {
        if (statement.outcome() == Outcome.UNKNOWN || statement.sqlState() == null) {
            return Ended.CONNECTION_LOST;
        }
        return switch (statement.sqlState()) {
            case "55P03" -> Ended.LOCK_TIMEOUT;
            case "40P01" -> Ended.DEADLOCK;
            case "57014" -> Ended.CANCELLED;
            case "57P01", "57P02", "57P03", "08006" -> Ended.CONNECTION_LOST;
            default -> Ended.GRANTED;
        };
    }
}
