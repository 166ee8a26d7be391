package dev.rehearse.assess.server;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.RelationSize;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.ServerSample;
import dev.rehearse.recording.Recording.StandbyWait;
import dev.rehearse.recording.Recording.StateSample;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.RelationGrowth;
import dev.rehearse.report.RehearsalReport.ServerCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What the migration cost the server and its standbys. */
public final class ServerSide {

    /** The state's slow part is read every second, so a sample may tell of up to a second before. */
    private static final long KEPT_EVERY_MICROS = 1_000_000;

    /** A session counts in pg_stat_database once a second at most. */
    private static final long COUNTED_EVERY_MICROS = 1_000_000;

    private static final int MOST_WAITS = 50;

    private ServerSide() {}

    /** The worst of each standby from the start of the migration on, which is what is judged. */
    public static List<RehearsalReport.Replication> replication(
            Recording recording, Function<LockWait, RehearsalReport.LockWait> inWords) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        Map<String, List<ReplicationSample>> byStandby = new LinkedHashMap<>();
        WrittenTables written = new WrittenTables(recording.operations());
        recording.replication().stream()
                .filter(s -> migrate == null || s.micros() >= migrate.startMicros())
                .forEach(s -> byStandby
                        .computeIfAbsent(s.standby(), n -> new ArrayList<>())
                        .add(s));
        List<RehearsalReport.Replication> replication = new ArrayList<>();
        byStandby.forEach((standby, samples) -> {
            ReplicationSample worst = samples.stream()
                    .max(Comparator.comparingLong(ReplicationSample::replayLagMicros))
                    .orElseThrow();
            replication.add(new RehearsalReport.Replication(
                    standby,
                    Words.millis(worst.replayLagMicros()),
                    samples.stream()
                            .mapToLong(ReplicationSample::replayLagBytes)
                            .max()
                            .orElse(0),
                    Words.millis(samples.stream()
                            .mapToLong(ReplicationSample::receiveLagMicros)
                            .max()
                            .orElse(0)),
                    Words.millis(worst.micros()),
                    samples.stream()
                            .mapToLong(ReplicationSample::conflicts)
                            .max()
                            .orElse(0),
                    written.behind(samples),
                    waits(recording, standby).stream().map(inWords).toList()));
        });
        return replication;
    }

    /** The waits for locks on a standby since the migration began, longest first. */
    public static List<LockWait> waits(Recording recording, String standby) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return recording.standbyWaits().stream()
                .filter(w -> w.standby().equals(standby))
                .map(StandbyWait::lockWait)
                .filter(w -> migrate == null || w.endMicros() >= migrate.startMicros())
                .sorted(Comparator.comparingLong(LockWait::micros).reversed())
                .limit(MOST_WAITS)
                .toList();
    }

    public static ServerCost cost(Recording recording) {
        return new ServerCost(
                walGrowth(recording),
                statisticsGrowth(recording, ServerSample::tempBytes),
                statisticsGrowth(recording, ServerSample::deadlocks),
                growth(recording.relations()),
                stateGrowth(recording, StateSample::checkpoints),
                stateGrowth(recording, StateSample::requestedCheckpoints),
                stateGrowth(recording, StateSample::checkpointBytes),
                before(recording).map(StateSample::databaseBytes).orElse(-1L),
                databaseBytesPeak(recording),
                peak(recording, StateSample::walDirectoryBytes),
                peak(recording, StateSample::oldestSnapshotAge),
                peak(recording, StateSample::frozenXidAge),
                statisticsGrowth(recording, ServerSample::bufferReadBytes),
                statisticsGrowth(recording, ServerSample::bufferHitBytes));
    }

    private static Optional<StateSample> before(Recording recording) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return migrate == null
                ? Optional.empty()
                : recording.states().stream()
                        .filter(s -> s.micros() <= migrate.startMicros())
                        .reduce((a, b) -> b);
    }

    private static long stateGrowth(Recording recording, ToLongFunction<StateSample> counter) {
        return growth(recording, recording.states(), StateSample::micros, KEPT_EVERY_MICROS, counter);
    }

    /** The most that was seen, or the least, to which another transaction may have come by dropping something, with what one wrote anew beside it. */
    private static long databaseBytesPeak(Recording recording) {
        long seen = peak(recording, StateSample::databaseBytes);
        long before = before(recording).map(StateSample::databaseBytes).orElse(-1L);
        if (seen < 0 || before < 0) {
            return seen;
        }
        long least = whileMigrating(recording)
                .mapToLong(StateSample::databaseBytes)
                .filter(bytes -> bytes >= 0)
                .reduce(before, Math::min);
        return Math.max(seen, least + new WrittenAnew(recording).mostBytes());
    }

    private static long peak(Recording recording, ToLongFunction<StateSample> value) {
        return whileMigrating(recording).mapToLong(value).max().orElse(-1);
    }

    private static Stream<StateSample> whileMigrating(Recording recording) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return migrate == null
                ? Stream.empty()
                : recording.states().stream()
                        .filter(s -> s.micros() >= migrate.startMicros())
                        .filter(s -> s.micros() <= migrate.endMicros() + KEPT_EVERY_MICROS);
    }

    private static long walGrowth(Recording recording) {
        return growth(recording, recording.server(), ServerSample::micros, 0, ServerSample::walBytes);
    }

    private static long statisticsGrowth(Recording recording, ToLongFunction<ServerSample> counter) {
        return growth(recording, recording.server(), ServerSample::micros, COUNTED_EVERY_MICROS, counter);
    }

    /**
     * How much a counter grew from the last sample before MIGRATE to the first that is so much later than its end; the load's share is in
     * it. -1 where that is not known, as when the server crashed meanwhile and counts anew.
     */
    private static <T> long growth(
            Recording recording,
            List<T> samples,
            ToLongFunction<T> micros,
            long laterMicros,
            ToLongFunction<T> counter) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        if (migrate == null) {
            return -1;
        }
        long before = samples.stream()
                .filter(s -> micros.applyAsLong(s) <= migrate.startMicros())
                .reduce((a, b) -> b)
                .map(counter::applyAsLong)
                .orElse(-1L);
        long after = samples.stream()
                .filter(s -> micros.applyAsLong(s) >= migrate.endMicros() + laterMicros)
                .findFirst()
                .map(counter::applyAsLong)
                .orElse(-1L);
        return before < 0 || after < before ? -1 : after - before;
    }

    private static List<RelationGrowth> growth(List<RelationSize> sizes) {
        Map<String, Map<String, RelationSize>> byRelation = new LinkedHashMap<>();
        sizes.forEach(s -> byRelation
                .computeIfAbsent(s.relation(), r -> new LinkedHashMap<>())
                .put(s.moment(), s));
        List<RelationGrowth> growth = new ArrayList<>();
        byRelation.forEach((relation, moments) -> growth.add(new RelationGrowth(
                relation,
                moments.values().iterator().next().kind(),
                value(moments, Recording.RelationSize.BEFORE, RelationSize::bytes),
                value(moments, Recording.RelationSize.AFTER_MIGRATION, RelationSize::bytes),
                value(moments, Recording.RelationSize.AFTER_ROLLBACK, RelationSize::bytes),
                value(moments, Recording.RelationSize.BEFORE, RelationSize::deadRows),
                value(moments, Recording.RelationSize.AFTER_MIGRATION, RelationSize::deadRows),
                value(moments, Recording.RelationSize.AFTER_ROLLBACK, RelationSize::deadRows))));
        growth.sort(Comparator.comparingLong(RelationGrowth::bytesBefore).reversed());
        return growth;
    }

    private static long value(Map<String, RelationSize> moments, String moment, ToLongFunction<RelationSize> value) {
        RelationSize size = moments.get(moment);
        return size == null ? -1 : value.applyAsLong(size);
    }
}
