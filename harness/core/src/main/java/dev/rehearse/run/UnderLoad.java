package dev.rehearse.run;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.migration.Migrators;
import dev.rehearse.observe.Effort;
import dev.rehearse.observe.RunDelayMeter;
import dev.rehearse.observe.ServerSampler;
import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.StateSampler;
import dev.rehearse.observe.lock.LockObservation;
import dev.rehearse.observe.lock.LockSampler;
import dev.rehearse.observe.lock.LockWaits;
import dev.rehearse.observe.lock.MergedWaits;
import dev.rehearse.observe.lock.ReportedWait;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Recording.ObserverFacts;
import dev.rehearse.recording.Recording.StandbyWait;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.record.MigrationWait;
import dev.rehearse.wiretap.record.StatementRecorder;
import dev.rehearse.workload.LoadGenerator;
import dev.rehearse.workload.LoadPlan;
import dev.rehearse.workload.blocker.Blockers;
import dev.rehearse.workload.ledger.WriteLedger;
import dev.rehearse.workload.wait.ServerWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The load and everything that watches it. However it ends, {@link #close} stops all of it and collects what it measured. */
final class UnderLoad implements AutoCloseable {

    private final Collected collected;
    private final LoadGenerator generator;
    private final Migrators migrators;
    private final LockSampler locks;
    private final ServerSampler server;
    private final StateSampler state;
    private final Map<String, LockSampler> standbyLocks;
    private final RunDelayMeter runDelays;
    private @Nullable Blockers blockers;
    private Duration drain = Duration.ZERO;
    private boolean closed;

    private UnderLoad(
            Collected collected,
            LoadGenerator generator,
            Migrators migrators,
            LockSampler locks,
            ServerSampler server,
            StateSampler state,
            Map<String, LockSampler> standbyLocks,
            RunDelayMeter runDelays) {
        this.collected = collected;
        this.generator = generator;
        this.migrators = migrators;
        this.locks = locks;
        this.server = server;
        this.state = state;
        this.standbyLocks = standbyLocks;
        this.runDelays = runDelays;
    }

    static UnderLoad start(
            TestDatabase database,
            LoadPlan plan,
            Roles roles,
            Migrators migrators,
            RunClock clock,
            Collected collected) {
        Opened opened = new Opened();
        try {
            StatementRecorder recorder = migrators.recorder();
            ServerSampler server = opened.add(ServerSampler.start(database.primary(), database.standbys(), clock));
            LoadGenerator generator = opened.add(new LoadGenerator(
                    plan, database.primary(), Roles.LOAD, roles.password(), roles.shortestReportedWaitMillis(), clock));
            SessionNames names = (pid, micros) -> {
                return recorder.backends().contains(pid)
                        ? new SessionNames.Session("migration", SessionKind.MIGRATION)
                        : null;
            };
            StateSampler state = opened.add(StateSampler.start(database.primary(), clock));
            LockSampler locks = opened.add(LockSampler.start(database.primary(), clock, names, recorder.follower()));
            Map<String, LockSampler> standbyLocks = new LinkedHashMap<>();
            database.standbys().forEach(s -> standbyLocks.put(s.name(), opened.add(LockSampler.ofStandby(s, clock))));
            RunDelayMeter runDelays = opened.add(RunDelayMeter.start(
                    database.primary(), database.standbys(), generator::servedBy, recorder::hasOutsiders, clock));
            generator.start();
            return new UnderLoad(collected, generator, migrators, locks, server, state, standbyLocks, runDelays);
        } catch (RuntimeException e) {
            opened.closeAll(e);
            throw e;
        }
    }

    /** What was opened so far, to be closed again if the rest cannot be. */
    private static final class Opened {

        private final List<AutoCloseable> resources = new ArrayList<>();

        <T extends AutoCloseable> T add(T resource) {
            resources.add(resource);
            return resource;
        }

        void closeAll(RuntimeException reason) {
            for (AutoCloseable resource : resources) {
                try {
                    resource.close();
                } catch (Exception e) {
                    reason.addSuppressed(e);
                }
            }
        }
    }

    LoadGenerator generator() {
        return generator;
    }

    WriteLedger ledger() {
        return generator.ledger();
    }

    void standInTheWay(Blockers placed) {
        blockers = placed;
    }

    /** From now on closing lets what is due finish, for at most that long. */
    void drainFor(Duration atMost) {
        drain = atMost;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (blockers != null) {
            blockers.close();
            collected.blockers = blockers.facts();
        }
        generator.stop(drain);
        locks.close();
        server.close();
        state.close();
        standbyLocks.values().forEach(LockSampler::close);
        runDelays.close();
        migrators.close();
        collect();
    }

    private void collect() {
        collected.statements = migrators.recorder().facts();
        collected.operations = generator.operations();
        collected.load = generator.facts();
        collected.server = server.server();
        collected.states = state.samples();
        collected.replication = server.replication();
        List<StandbyWait> standbyWaits = new ArrayList<>();
        standbyLocks.forEach((standby, sampler) -> {
            LockObservation there = sampler.observation();
            there.waits().forEach(w -> standbyWaits.add(new StandbyWait(standby, w.asSeen())));
            there.notes().forEach(note -> collected.notMeasured.add(standby + ": " + note));
        });
        collected.standbyWaits = standbyWaits;
        LockObservation seen = locks.observation();
        MergedWaits waits = LockWaits.merge(seen, reported(seen), collected.statements, collected.operations);
        collected.lockWaits = waits.waits();
        collected.queues = seen.queues();
        List<Effort> efforts =
                new ArrayList<>(List.of(locks.effort(), server.effort(), state.effort(), runDelays.effort()));
        standbyLocks.values().forEach(sampler -> efforts.add(sampler.effort()));
        Effort effort = Effort.sum(efforts);
        collected.observer = new ObserverFacts(
                seen.intervalMicros(),
                seen.samples(),
                seen.longestGapMicros(collected.statements),
                effort.own(),
                effort.serverAtMost(),
                migrators.recorder().holds(),
                runDelays.delays(),
                waits.disagreements());
        collected.notMeasured.addAll(migrators.notMeasured());
        collected.notMeasured.addAll(generator.notes());
        collected.notMeasured.addAll(server.notes());
        collected.notMeasured.addAll(state.notes());
        collected.notMeasured.addAll(runDelays.notes());
        collected.notMeasured.addAll(seen.notes());
    }

    private List<ReportedWait> reported(LockObservation seen) {
        List<OperationKind> kinds = generator.operations().kinds();
        List<ReportedWait> reported = new ArrayList<>();
        Map<String, Optional<String>> tables = new HashMap<>();
        for (ServerWait wait : generator.serverWaits()) {
            reported.add(new ReportedWait(
                    wait.pid(),
                    kinds.get(wait.operationKind()).name(),
                    SessionKind.APPLICATION,
                    wait.lockType(),
                    wait.relationOid(),
                    Optional.ofNullable(wait.rowOf())
                            .flatMap(name -> tables.computeIfAbsent(name, n -> Optional.ofNullable(seen.tableNamed(n))))
                            .orElse(null),
                    wait.mode(),
                    wait.endMicros(),
                    wait.durationMicros(),
                    wait.ended(),
                    wait.circle()));
        }
        for (MigrationWait wait : migrators.recorder().waits()) {
            reported.add(new ReportedWait(
                    wait.pid(),
                    "migration",
                    SessionKind.MIGRATION,
                    wait.lockType(),
                    wait.relationOid(),
                    wait.relation(),
                    wait.mode(),
                    wait.endMicros(),
                    wait.durationMicros(),
                    wait.granted() ? Ended.GRANTED : Ended.CANCELLED,
                    List.of()));
        }
        return reported;
    }
}
