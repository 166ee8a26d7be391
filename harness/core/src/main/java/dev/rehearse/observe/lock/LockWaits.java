package dev.rehearse.observe.lock;

import dev.rehearse.observe.OperationTimes;
import dev.rehearse.observe.StatementTimes;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.LockWait.Source;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one list of waits out of what the server told the waiters and what the sampler saw. A process waits for one lock at a time, so
 * the same process, lock and time is the same wait: its length is the server's, its chain the sampler's, but for a deadlock, whose circle the server
 * tells.
 */
public final class LockWaits {

    private static final long TOLERANCE_MICROS = 2_000;

    /** The server counts in microseconds. */
    private static final long GRANTED_ERROR_MICROS = 1;

    /** There is no message at the end of a wait that was given up; the waiter's error marks it. */
    private static final long GIVEN_UP_ERROR_MICROS = 2_000;

    private final LockObservation seen;
    private final StatementTimes statements;
    private final OperationTimes operations;
    private final List<LockWait> waits = new ArrayList<>();
    private final List<String> disagreements = new ArrayList<>();

    private LockWaits(
            LockObservation seen,
            List<ReportedWait> reported,
            List<StatementFact> statements,
            OperationLog operations) {
        this.seen = seen;
        this.statements = new StatementTimes(statements);
        this.operations = new OperationTimes(operations, applications(seen, reported));
    }

    private static Set<Integer> applications(LockObservation seen, List<ReportedWait> reported) {
        Set<Integer> pids = new HashSet<>();
        reported.forEach(wait -> pids.addAll(wait.circle()));
        for (SampledWait wait : seen.waits()) {
            if (wait.kind() == SessionKind.APPLICATION) {
                pids.add(wait.pid());
            }
            wait.chain().stream()
                    .flatMap(b -> Stream.concat(Stream.of(b.end()), b.besides().stream()))
                    .filter(b -> b.kind() == SessionKind.APPLICATION)
                    .forEach(b -> pids.add(b.pid()));
        }
        return pids;
    }

    /**
     * @param seen what the sampler saw
     * @param reported what the server told the waiters themselves: the load's sessions and the migration's
     * @param statements the migration's statements, to say which one a wait has to do with
     * @param operations the load's operations, to name the sessions that only the sampler saw
     */
    public static MergedWaits merge(
            LockObservation seen,
            List<ReportedWait> reported,
            List<StatementFact> statements,
            OperationLog operations) {
        return new LockWaits(seen, reported, statements, operations).merge(reported);
    }

    private MergedWaits merge(List<ReportedWait> reported) {
        Map<Integer, List<SampledWait>> sampledByPid = new HashMap<>();
        seen.waits()
                .forEach(w -> sampledByPid
                        .computeIfAbsent(w.pid(), p -> new ArrayList<>())
                        .add(w));
        Set<SampledWait> matched = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ReportedWait wait : onceEach(reported)) {
            SampledWait sample = sampledByPid.getOrDefault(wait.pid(), List.of()).stream()
                    .filter(s -> !matched.contains(s) && isSame(wait, s))
                    .min(Comparator.comparingLong(s -> Math.abs(s.startMicros() - wait.startMicros())))
                    .orElse(null);
            if (sample != null) {
                matched.add(sample);
                compare(wait, sample);
            }
            ReportedWait placed =
                    sample == null || overlap(wait, sample) ? wait : wait.startingAt(sample.startMicros());
            waits.add(reported(placed, sample));
        }
        seen.waits().stream()
                .filter(s -> !matched.contains(s))
                .map(this::sampled)
                .forEach(waits::add);
        waits.sort(Comparator.comparingLong(LockWait::startMicros));
        return new MergedWaits(waits, disagreements);
    }

    /** The same wait may be reported while it lasts and again at its end; the report of its end is the better one. */
    private static List<ReportedWait> onceEach(List<ReportedWait> reported) {
        List<ReportedWait> best = new ArrayList<>(reported);
        best.sort(Comparator.comparing((ReportedWait w) -> w.ended() == Ended.STILL_WAITING)
                .thenComparing(
                        Comparator.comparingLong(ReportedWait::durationMicros).reversed()));
        Map<Integer, List<ReportedWait>> kept = new HashMap<>();
        List<ReportedWait> once = new ArrayList<>();
        for (ReportedWait wait : best) {
            List<ReportedWait> ofPid = kept.computeIfAbsent(wait.pid(), p -> new ArrayList<>());
            if (ofPid.stream().noneMatch(k -> isRepeated(k, wait))) {
                ofPid.add(wait);
                once.add(wait);
            }
        }
        once.sort(Comparator.comparingLong(ReportedWait::startMicros));
        return once;
    }

    private static boolean isRepeated(ReportedWait one, ReportedWait other) {
        long shared = Math.min(one.endMicros(), other.endMicros()) - Math.max(one.startMicros(), other.startMicros());
        return one.lockType().equals(other.lockType())
                && one.mode().equals(other.mode())
                && one.relationOid() == other.relationOid()
                && 2 * shared > Math.min(one.durationMicros(), other.durationMicros());
    }

    private boolean isSame(ReportedWait wait, SampledWait sample) {
        boolean sameRelation =
                wait.relationOid() == 0 || sample.relationOid() == 0 || wait.relationOid() == sample.relationOid();
        return sameRelation
                && wait.lockType().equals(sample.lockType())
                && wait.mode().equals(sample.mode())
                && (overlap(wait, sample) || isDisplaced(wait, sample));
    }

    private static boolean overlap(ReportedWait wait, SampledWait sample) {
        long slack = TOLERANCE_MICROS + sample.errorMicros();
        return wait.startMicros() <= sample.endMicros() + slack && sample.startMicros() <= wait.endMicros() + slack;
    }

    /**
     * Operations of the load are told how long they waited, and not when: the wait is taken to have ended with its statement, which may have
     * had much to do after it. Then the sampler knows better when it was.
     */
    private boolean isDisplaced(ReportedWait wait, SampledWait sample) {
        return wait.kind() == SessionKind.APPLICATION
                && sample.ended()
                && sample.startIsExact()
                && sample.startMicros() < wait.startMicros()
                && !areApart(wait, sample)
                && operations.isWithinOne(wait.pid(), sample.startMicros(), wait.endMicros(), TOLERANCE_MICROS);
    }

    private boolean areApart(ReportedWait wait, SampledWait sample) {
        long longer = sample.endMicros() - sample.startMicros() - wait.durationMicros();
        long allowed = TOLERANCE_MICROS + Math.max(seen.intervalMicros(), sample.errorMicros());
        return sample.ended() ? Math.abs(longer) > allowed : longer > allowed;
    }

    private void compare(ReportedWait wait, SampledWait sample) {
        long sampledMicros = sample.endMicros() - sample.startMicros();
        if (areApart(wait, sample)) {
            disagreements.add(String.format(
                    Locale.ROOT,
                    "%s (process %d) waited %.1f ms for %s%s in the server's words, %.1f ms by sampling.",
                    wait.who(),
                    wait.pid(),
                    wait.durationMicros() / 1_000.0,
                    wait.mode(),
                    sample.relation() == null ? "" : " on " + sample.relation(),
                    sampledMicros / 1_000.0));
        }
    }

    private LockWait reported(ReportedWait wait, @Nullable SampledWait sample) {
        String relation = relationOf(wait, sample);
        List<Blocking> seenChain = sample == null ? List.of() : chainDuring(wait, sample);
        List<Blocking> chain = wait.circle().isEmpty() ? seenChain : circle(wait, seenChain);
        return lockWait(
                new StatementTimes.Wait(
                        wait.pid(),
                        wait.kind(),
                        wait.lockType(),
                        relation,
                        wait.mode(),
                        wait.startMicros(),
                        wait.endMicros(),
                        chain),
                wait.who(),
                wait.lockType(),
                endOf(wait),
                Source.SERVER_MESSAGE,
                wait.ended() == Ended.GRANTED ? GRANTED_ERROR_MICROS : GIVEN_UP_ERROR_MICROS);
    }

    /**
     * Of a deadlock its victim is told who was in it, when it was found. A chain may have been seen before it closed, or after it was broken;
     * where it has others in it, that is told.
     */
    private List<Blocking> circle(ReportedWait wait, List<Blocking> seenChain) {
        String strangers = seenChain.stream()
                .filter(link -> link.pid() != wait.pid() && !wait.circle().contains(link.pid()))
                .map(link -> link.who() + " (process " + link.pid() + ")")
                .collect(Collectors.joining(", "));
        if (!strangers.isEmpty()) {
            disagreements.add(wait.who() + " (process " + wait.pid() + ") was the victim of a deadlock with "
                    + (wait.circle().size() == 1 ? "process " : "processes ")
                    + wait.circle().stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + " in the server's words; sampling saw it behind " + strangers + ".");
        }
        return wait.circle().stream()
                .map(pid -> seenChain.stream()
                        .filter(link -> link.pid() == pid)
                        .findFirst()
                        .map(link -> new Blocking(pid, link.who(), link.kind(), link.query(), true))
                        .orElseGet(() -> unseen(pid, wait)))
                .toList();
    }

    private Blocking unseen(int pid, ReportedWait wait) {
        if (statements.isOf(pid)) {
            return new Blocking(pid, "migration", SessionKind.MIGRATION, null, true);
        }
        String operation = operations.nameOf(pid, wait.startMicros(), wait.endMicros());
        return operation == null
                ? new Blocking(pid, "another session", SessionKind.OTHER, null, true)
                : new Blocking(pid, operation, SessionKind.APPLICATION, null, true);
    }

    /** Who stood beside the root did so for the like part of the length that the server tells. */
    private static List<Blocking> chainDuring(ReportedWait wait, SampledWait sample) {
        double longer = (double) wait.durationMicros() / Math.max(1, sample.endMicros() - sample.startMicros());
        return sample.chain().stream()
                .map(link -> link.with(
                        link.besides().stream()
                                .map(one -> one.lasting(Math.round(one.micros() * longer)))
                                .toList(),
                        link.others()))
                .toList();
    }

    /** That a wait of the migration was given up its session knows; why, the failure of its statement says. */
    private Ended endOf(ReportedWait wait) {
        if (wait.kind() != SessionKind.MIGRATION || wait.ended() != Ended.CANCELLED) {
            return wait.ended();
        }
        Ended known = statements.endOf(wait.pid(), wait.endMicros(), GIVEN_UP_ERROR_MICROS);
        return known == Ended.GRANTED ? Ended.CANCELLED : known;
    }

    /** The sampler knows an application's session by its query only. */
    private String name(int pid, SessionKind kind, String who, long startMicros, long endMicros) {
        String operation = kind == SessionKind.APPLICATION ? operations.nameOf(pid, startMicros, endMicros) : null;
        return operation == null ? who : operation;
    }

    private Blocking named(Blocking link, StatementTimes.Wait wait) {
        Beside end = named(link.end(), wait);
        return new Blocking(
                link.pid(),
                end.who(),
                end.kind(),
                end.query(),
                link.waiting(),
                link.besides().stream().map(b -> named(b, wait)).toList(),
                link.others());
    }

    private Beside named(Beside one, StatementTimes.Wait wait) {
        if (one.pid() == LockWait.PREPARED_TRANSACTION) {
            return statements
                    .preparing(one.who(), wait.endMicros())
                    .map(s -> new Beside(one.pid(), one.who(), SessionKind.MIGRATION, s.sql(), one.micros()))
                    .orElse(one);
        }
        String who = name(one.pid(), one.kind(), one.who(), wait.startMicros(), wait.endMicros());
        return new Beside(one.pid(), who, one.kind(), one.query(), one.micros());
    }

    /** A wait too short for the sampler has no chain; where a statement is known to have held the lock, that is its chain. */
    private LockWait lockWait(
            StatementTimes.Wait wait, String who, String lockType, Ended ended, Source source, long errorMicros) {
        List<Blocking> chain = wait.chain().isEmpty()
                ? statements.holder(wait).map(List::of).orElse(List.of())
                : wait.chain().stream().map(b -> named(b, wait)).toList();
        return new LockWait(
                wait.pid(),
                who,
                wait.kind(),
                lockType,
                wait.relation(),
                wait.mode(),
                wait.startMicros(),
                wait.endMicros(),
                ended,
                chain,
                statements.indexFor(wait.withChain(chain)),
                source,
                errorMicros);
    }

    private @Nullable String relationOf(ReportedWait wait, @Nullable SampledWait sample) {
        if (wait.relation() != null) {
            return wait.relation();
        }
        String name = seen.relations().get(wait.relationOid());
        return name != null || sample == null ? name : sample.relation();
    }

    private LockWait sampled(SampledWait wait) {
        Ended ended = wait.ended() && wait.kind() == SessionKind.MIGRATION
                ? statements.endOf(wait.pid(), wait.endMicros(), wait.errorMicros())
                : wait.end();
        return lockWait(
                new StatementTimes.Wait(
                        wait.pid(),
                        wait.kind(),
                        wait.lockType(),
                        wait.relation(),
                        wait.mode(),
                        wait.startMicros(),
                        wait.endMicros(),
                        wait.chain()),
                name(wait.pid(), wait.kind(), wait.who(), wait.startMicros(), wait.endMicros()),
                wait.lockType(),
                ended,
                wait.startIsExact() ? Source.WAITSTART : Source.SAMPLING,
                wait.errorMicros());
    }
}
