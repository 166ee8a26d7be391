package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal of a test has while it runs: two at once would measure each other. Builds run the tests of several modules, or of one, in
 * several processes at once, so that it is a lock on a file. One thread closes what it was given.
 */
final class Turn implements AutoCloseable {

    /** A file's lock is held by the process, not by the thread. */
    private static final ReentrantLock HERE = new ReentrantLock(true);

    private static final Duration LONGEST = Duration.ofHours(2);
    private static final long LOOK_EVERY_MILLIS = 200;

    private final FileChannel channel;

    private Turn(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits until no other test rehearses.
     *
     * @param file that all builds of this user lock
     * @param waiting called once where another process has it
     * @throws EnvironmentException if the file cannot be locked, or nobody lets go of it in two hours
     */
    static Turn await(Path file, Runnable waiting) throws InterruptedException {
        HERE.lockInterruptibly();
        FileChannel channel = null;
        boolean ours = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            awaitLock(channel, file, waiting);
            ours = true;
            return new Turn(channel);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot lock " + file + ", by which tests rehearse one after another: " + FileTrouble.reason(e)
                            + ". Remove it, or set REHEARSE_HOME to a directory that can be written.",
                    e);
        } finally {
            if (!ours) {
                close(channel);
            }
        }
    }

    private static void awaitLock(FileChannel channel, Path file, Runnable waiting)
            throws IOException, InterruptedException {
        if (tryLock(channel)) {
            return;
        }
        waiting.run();
        long start = System.nanoTime();
        do {
            if (System.nanoTime() - start > LONGEST.toNanos()) {
                throw new EnvironmentException("Other tests have rehearsed for " + LONGEST.toHours()
                        + " h: a process holds the lock on " + file + ". End it, or find out what it waits for.");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        } while (!tryLock(channel));
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException byOtherClassesOfThisProcess) {
            // As where Maven runs the tests of several modules in its own process: each has this class for itself.
            return false;
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot let go of a lock: " + FileTrouble.of(e) + ".", e);
        } finally {
            HERE.unlock();
        }
    }
}
