package dev.rehearse.scenarios;

import dev.rehearse.database.TestDatabase.Server;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Makes waits for locks of known lengths. A holder takes a lock, lets go some time after the last of the waiters was seen to wait on the
 * server, and each waiter is told by the server how long it waited, which the server's log must say as well: that is the truth. For one
 * thread.
 */
final class LockWaitStage implements AutoCloseable {

    /** What is waited for. */
    enum Kind {
        RELATION,
        ROW,
        VIRTUALXID,
        ADVISORY,
        /** Readers behind a migration behind a reader. */
        CHAIN
    }

    /**
     * @param millis from when all wait until the holder lets go
     */
    record Scene(Kind kind, int millis, int waiters) {}

    /** The log has milliseconds. */
    private static final int LOG_MILLIS = 1;

    private final Server server;
    private final int toldFromMillis;
    private final StageLog log;
    private final StageSession holder;
    private final StageSession migration;
    private final List<StageSession> waiters = new ArrayList<>();

    /** Told of every wait. */
    LockWaitStage(Server server, int mostWaiters) throws SQLException {
        this(server, mostWaiters, 1);
    }

    /**
     * @param toldFromMillis from which length on the server tells of waits
     */
    LockWaitStage(Server server, int mostWaiters, int toldFromMillis) throws SQLException {
        this.server = server;
        this.toldFromMillis = toldFromMillis;
        this.log = new StageLog(server);
        this.holder = session("holder");
        this.migration = session("migration");
        for (int i = 0; i < mostWaiters; i++) {
            waiters.add(session("waiter-" + i));
        }
        holder.run("CREATE TABLE marker (); CREATE TABLE orders (id int PRIMARY KEY, total int);"
                + " INSERT INTO orders SELECT n, 0 FROM generate_series(1, 100) n");
        for (int i = 0; i < mostWaiters; i++) {
            holder.run("CREATE TABLE shelf_" + i + " (id int)");
        }
    }

    private StageSession session(String name) throws SQLException {
        return new StageSession(server.connect(name), toldFromMillis);
    }

    /** Plays a scene and tells every wait of it that the server told. */
    List<TrueWait> play(Scene scene) throws Exception {
        holder.run(
                switch (scene.kind()) {
                    case RELATION -> "BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE";
                    case ROW -> "BEGIN; UPDATE orders SET total = total + 1 WHERE id = 1";
                    case VIRTUALXID -> "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM orders LIMIT 1";
                    case ADVISORY -> "BEGIN; SELECT pg_advisory_xact_lock(42)";
                    case CHAIN -> "BEGIN; SELECT * FROM orders LIMIT 1";
                });
        List<Future<List<TrueWait>>> waits = new ArrayList<>();
        if (scene.kind() == Kind.CHAIN) {
            waits.add(migration.start("ALTER TABLE orders ALTER COLUMN total SET DEFAULT 1"));
            holder.run(untilWaiting(1, 0));
        }
        for (int i = 0; i < scene.waiters(); i++) {
            waits.add(waiters.get(i).start(statement(scene.kind(), i)));
        }
        holder.run(untilWaiting(waits.size(), scene.millis()));
        double released = holder.epochMillis();
        holder.run("COMMIT");
        List<TrueWait> told = new ArrayList<>();
        for (Future<List<TrueWait>> wait : waits) {
            told.addAll(StageSession.get(wait));
        }
        List<TrueWait> truth = grantedTogether(
                scene,
                logged(told).stream().map(w -> behindHolder(w, scene, released)).toList());
        if (scene.kind() == Kind.VIRTUALXID) {
            for (int i = 0; i < scene.waiters(); i++) {
                holder.run("DROP INDEX shelf_" + i + "_id");
            }
        }
        return truth;
    }

    /** What the waiters were told, with the times of the log. */
    private List<TrueWait> logged(List<TrueWait> told) throws IOException {
        List<TrueWait> logged = log.fresh();
        for (TrueWait wait : told) {
            if (logged.stream().noneMatch(wait::isSameAs)) {
                throw new AssertionError("The server's log does not say what it told the waiter: " + wait);
            }
        }
        return logged.stream().filter(l -> told.stream().anyMatch(l::isSameAs)).toList();
    }

    /**
     * What waited most of its time while the holder held the lock, and was over no sooner than that, has the holder for its root. Whoever queues goes
     * on to wait for others.
     *
     * @param releasedEpochMillis right before the holder let go
     */
    private TrueWait behindHolder(TrueWait wait, Scene scene, double releasedEpochMillis) {
        double behind = releasedEpochMillis - wait.startEpochMillis();
        boolean mostly = behind > wait.millis() / 2 && wait.endEpochMillis() > releasedEpochMillis - LOG_MILLIS;
        return mostly && wait.millis() >= scene.millis() ? wait.behind(holder.pid()) : wait;
    }

    /** Those who share a lock get it at once, however late each has a core to notice: by when the first of them had it, all had. */
    private static List<TrueWait> grantedTogether(Scene scene, List<TrueWait> truth) {
        return truth.stream()
                .map(
                        wait -> truth.stream()
                                .filter(other -> share(scene, wait, other))
                                .mapToLong(TrueWait::endEpochMillis)
                                .min()
                                .stream()
                                .mapToObj(wait::grantedAt)
                                .findFirst()
                                .orElse(wait))
                .toList();
    }

    /** A row goes to one after the other; but each waits for the transaction that changed it, and all of those for its end. */
    private static boolean share(Scene scene, TrueWait one, TrueWait other) {
        return scene.kind() == Kind.ROW
                ? one.lockType().equals("transactionid") && other.object().equals(one.object())
                : one.rootPid() != 0 && other.rootPid() != 0 && other.mode().equals(one.mode());
    }

    private static String statement(Kind kind, int waiter) {
        return switch (kind) {
            case RELATION, CHAIN -> "SELECT count(*) FROM orders";
            case ROW -> "UPDATE orders SET total = total + 1 WHERE id = 1";
            case VIRTUALXID -> "CREATE INDEX CONCURRENTLY shelf_" + waiter + "_id ON shelf_" + waiter + " (id)";
            case ADVISORY -> "SELECT pg_advisory_xact_lock_shared(42)";
        };
    }

    /** Comes back some time after that many sessions of this database wait for locks. */
    private static String untilWaiting(int sessions, int millis) {
        return "DO $$ BEGIN WHILE (SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                + " WHERE NOT l.granted AND a.datname = current_database()) < " + sessions
                + " LOOP PERFORM pg_sleep(0.001); PERFORM pg_stat_clear_snapshot(); END LOOP; PERFORM pg_sleep("
                + millis / 1_000.0 + "); END $$";
    }

    /** A wait by which an observer's end of everything before it is known. */
    TrueWait mark() throws Exception {
        holder.run("BEGIN; LOCK TABLE marker");
        Future<List<TrueWait>> wait = migration.start("SELECT count(*) FROM marker");
        holder.run(untilWaiting(1, 200));
        holder.run("COMMIT");
        return StageSession.get(wait).get(0);
    }

    @Override
    public void close() throws SQLException {
        holder.close();
        migration.close();
        for (StageSession waiter : waiters) {
            waiter.close();
        }
    }
}
