package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.report.Units;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal of a test has while it runs: two at once would measure each other. Builds run the tests of several modules, or of one, in
 * several processes at once, so that it is a lock on a file: a count of who has asked so far, and a byte for each of them. Who asks locks his
 * byte, and has his turn when he has locked those of all before him, which a process that is killed lets go of. One thread closes what it
 * was given.
 */
final class Turn implements AutoCloseable {

    /** A file's lock is held by the process, not by the thread. */
    private static final ReentrantLock HERE = new ReentrantLock(true);

    private static final Duration LONGEST = Duration.ofHours(2);
    private static final long LOOK_EVERY_MILLIS = 200;

    /** The count is held for as long as it takes to write it. */
    private static final long LOOK_AT_COUNT_EVERY_MILLIS = 5;

    /** Where the bytes of those who ask begin: behind the count. */
    private static final long FIRST = Long.BYTES;

    private final FileChannel channel;

    private Turn(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits until no other test rehearses, and none that has asked before is to.
     *
     * @param file that all builds of this user lock
     * @param waiting called once where another process has it, when this one has its place behind it
     * @throws EnvironmentException if the file cannot be locked, or it is not this one's turn in two hours
     */
    static Turn await(Path file, Runnable waiting) throws InterruptedException {
        return await(file, waiting, LONGEST);
    }

    /** @param longest after which it gives up */
    static Turn await(Path file, Runnable waiting, Duration longest) throws InterruptedException {
        long endNanos = System.nanoTime() + longest.toNanos();
        if (!HERE.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new EnvironmentException(
                    "Other tests of this process have rehearsed for " + Units.millis(longest.toMillis())
                            + ". See in the log what the last one does, or let fewer of them rehearse in one build.");
        }
        FileChannel channel = null;
        boolean ours = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Queue queue = new Queue(channel, file, endNanos, longest);
            queue.await(FIRST, queue.place() - FIRST, LOOK_EVERY_MILLIS, waiting);
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

    /** The locks that one who asks takes, one after the other. */
    private static final class Queue {

        private final FileChannel channel;
        private final Path file;
        private final long endNanos;
        private final Duration longest;

        Queue(FileChannel channel, Path file, long endNanos, Duration longest) {
            this.channel = channel;
            this.file = file;
            this.endNanos = endNanos;
            this.longest = longest;
        }

        /** Counts who asks, and locks his byte, before anybody else can count. */
        long place() throws IOException, InterruptedException {
            FileLock counting = await(0, FIRST, LOOK_AT_COUNT_EVERY_MILLIS, () -> {});
            try {
                ByteBuffer count = ByteBuffer.allocate(Long.BYTES);
                channel.read(count, 0);
                // At least one byte is before each, as a lock of none is one of all.
                long place = Math.max(FIRST, count.getLong(0)) + 1;
                channel.write(count.clear().putLong(0, place), 0);
                await(place, 1, LOOK_AT_COUNT_EVERY_MILLIS, () -> {});
                return place;
            } finally {
                counting.release();
            }
        }

        FileLock await(long position, long size, long everyMillis, Runnable waiting)
                throws IOException, InterruptedException {
            FileLock lock = tryLock(position, size);
            if (lock == null) {
                waiting.run();
            }
            while (lock == null) {
                if (System.nanoTime() - endNanos > 0) {
                    throw new EnvironmentException("Other tests have rehearsed for " + Units.millis(longest.toMillis())
                            + ": a process holds the lock on " + file + ". End it, or find out what it waits for.");
                }
                TimeUnit.MILLISECONDS.sleep(everyMillis);
                lock = tryLock(position, size);
            }
            return lock;
        }

        private @Nullable FileLock tryLock(long position, long size) throws IOException {
            try {
                return channel.tryLock(position, size, false);
            } catch (OverlappingFileLockException byOtherClassesOfThisProcess) {
                // As where another class loader has this class for itself.
                return null;
            }
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
