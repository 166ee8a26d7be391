package dev.rehearse.observe;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the statement of the migration that a wait has to do with. Immutable. */
final class StatementTimes {

    /** A statement's end is when the tool had its answer, a little after its locks were free. */
    private static final long SLACK_MICROS = 2_000;

    private final List<StatementFact> statements;

    StatementTimes(List<StatementFact> statements) {
        this.statements = List.copyOf(statements);
    }

    /** What the statement is asked for: who waited for what, and when. */
    record Wait(
            int pid,
            SessionKind kind,
            @Nullable String relation,
            String mode,
            long startMicros,
            long endMicros,
            List<Blocking> chain) {

        Wait withChain(List<Blocking> other) {
            return new Wait(pid, kind, relation, mode, startMicros, endMicros, other);
        }
    }

    /**
     * The waiter's own statement if the migration waited; the one that took, or queues for, the lock if the migration is in the chain;
     * otherwise the one that ran at the time; -1 where none did.
     */
    int indexFor(Wait wait) {
        if (wait.kind() == SessionKind.MIGRATION) {
            return ranDuring(wait, wait.pid()).map(StatementFact::index).orElse(-1);
        }
        Optional<Blocking> migration = wait.chain().stream()
                .filter(b -> b.kind() == SessionKind.MIGRATION)
                .findFirst();
        if (migration.isEmpty()) {
            return ranDuring(wait, 0).map(StatementFact::index).orElse(-1);
        }
        int pid = migration.get().pid();
        Optional<StatementFact> found =
                migration.get().waiting() ? Optional.empty() : tookTheLock(wait, s -> s.backendPid() == pid);
        return found.or(() -> ranDuring(wait, pid))
                .or(() -> lastBefore(wait, pid))
                .map(StatementFact::index)
                .orElse(-1);
    }

    /** The migration's session that is known to have held the lock at the time, with the statement that took it. */
    Optional<Blocking> holder(Wait wait) {
        return tookTheLock(wait, s -> s.backendPid() != wait.pid())
                .map(s -> new Blocking(s.backendPid(), "migration", SessionKind.MIGRATION, s.sql(), false));
    }

    private Optional<StatementFact> tookTheLock(Wait wait, Predicate<StatementFact> which) {
        return statements.stream()
                .filter(which)
                .filter(s -> s.startMicros() <= wait.endMicros())
                .filter(s -> s.locks().stream().anyMatch(l -> isInTheWay(l, s, wait)))
                .findFirst();
    }

    private static boolean isInTheWay(RelationLock lock, StatementFact statement, Wait wait) {
        Optional<LockMode> wanted = LockMode.ofCatalogName(wait.mode());
        long heldUntil =
                Math.max(statement.endMicros(), statement.startMicros() + lock.waitMicros() + lock.heldMicros());
        return lock.relation().equals(wait.relation())
                && heldUntil + SLACK_MICROS >= wait.startMicros()
                && wanted.isPresent()
                && lock.mode().conflictsWith(wanted.get());
    }

    /** The statement of the process (of any, if 0) that shares the most time with the wait. */
    private Optional<StatementFact> ranDuring(Wait wait, int pid) {
        StatementFact best = null;
        long mostShared = -SLACK_MICROS;
        for (StatementFact statement : statements) {
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
        return statements.stream()
                .filter(s -> s.backendPid() == pid && s.endMicros() <= wait.startMicros())
                .reduce((earlier, later) -> later);
    }

    /** How a wait of the migration ended that only the sampler saw: its statement failed at that moment, or it got the lock. */
    Ended endOf(int pid, long endMicros, long errorMicros) {
        return statements.stream()
                .filter(s -> s.backendPid() == pid && s.outcome() != Outcome.SUCCEEDED)
                .filter(s -> Math.abs(s.endMicros() - endMicros) <= errorMicros + SLACK_MICROS)
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
