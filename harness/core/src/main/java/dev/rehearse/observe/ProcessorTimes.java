package dev.rehearse.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the threads of some processes had of the cores, and for how long they waited for one, as Linux counts it in <a
 * href="https://docs.kernel.org/scheduler/sched-stats.html">schedstat</a>. For one thread.
 */
final class ProcessorTimes implements AutoCloseable {

    private static final long TICK_NANOS = 10_000_000;

    private final Map<Path, Counted> counted = new HashMap<>();
    private long endedNanos;

    /** What one thread had since it was last asked about. */
    record Times(long cpuNanos, long delayNanos) {}

    private static final class Counted {
        final RandomAccessFile file;
        long cpuNanos;
        long delayNanos;

        Counted(RandomAccessFile file) {
            this.file = file;
        }
    }

    /**
     * @param threads their folders in /proc; of one that was not asked about the last time everything counts that it had, and one that has
     *     ended has none
     */
    Map<Path, Times> since(Set<Path> threads) {
        counted.keySet().stream().filter(t -> !threads.contains(t)).toList().forEach(this::forget);
        Map<Path, Times> since = new HashMap<>();
        for (Path thread : threads) {
            try {
                since.put(thread, read(thread));
            } catch (IOException ended) {
                forget(thread);
            }
        }
        return since;
    }

    private Times read(Path thread) throws IOException {
        Counted one = counted.get(thread);
        if (one == null) {
            one = new Counted(new RandomAccessFile(thread.resolve("schedstat").toFile(), "r"));
            counted.put(thread, one);
        }
        byte[] bytes = new byte[80];
        one.file.seek(0);
        int length = one.file.read(bytes);
        String[] fields = new String(bytes, 0, Math.max(0, length), StandardCharsets.US_ASCII).split(" ");
        if (fields.length < 2) {
            throw new IOException(thread + " has ended");
        }
        long cpuNanos = Long.parseLong(fields[0]);
        long delayNanos = Long.parseLong(fields[1]);
        Times times = new Times(cpuNanos - one.cpuNanos, delayNanos - one.delayNanos);
        one.cpuNanos = cpuNanos;
        one.delayNanos = delayNanos;
        return times;
    }

    private void forget(Path thread) {
        Counted one = counted.remove(thread);
        if (one != null) {
            endedNanos += one.cpuNanos;
            try {
                one.file.close();
            } catch (IOException e) {
                // Nothing was written.
            }
        }
    }

    /** What those had while they were asked about that have ended since the last call. */
    long takeEndedNanos() {
        long ended = endedNanos;
        endedNanos = 0;
        return ended;
    }

    /** What a process and those that it had begun and that have ended had of the cores; in hundredths of a second, too. */
    static long ownAndEndedNanos(long pid) throws IOException {
        return ownNanos(pid) + endedNanos(pid);
    }

    private static long ownNanos(long pid) throws IOException {
        return nanos(pid, 11);
    }

    private static long endedNanos(long pid) throws IOException {
        return nanos(pid, 13);
    }

    private static long nanos(long pid, int field) throws IOException {
        String line = firstLine(Path.of("/proc", Long.toString(pid), "stat"));
        // utime, stime, cutime, cstime, counted from what follows the name, which may hold anything.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1])) * TICK_NANOS;
    }

    /** What all programs had of all cores since the machine was started. */
    static long busyNanos() throws IOException {
        // user, nice, system, idle, iowait, irq, softirq; in hundredths of a second, whatever the kernel's own tick.
        String[] fields = firstLine(Path.of("/proc/stat")).split("\\s+");
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7}) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * TICK_NANOS;
    }

    /** All of the machine's, whatever part of them a process may use. */
    static long cores() throws IOException {
        return Files.readString(Path.of("/proc/stat"), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.matches("cpu\\d+ .*"))
                .count();
    }

    /** The threads of a process, by their folders. */
    static Set<Path> threads(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return all.collect(Collectors.toSet());
        } catch (UncheckedIOException ended) {
            throw ended.getCause();
        }
    }

    /** The processes that a process has begun and that go on. */
    static List<Long> children(long pid) throws IOException {
        List<Long> children = new ArrayList<>();
        for (Path thread : threads(pid)) {
            try {
                Stream.of(firstLine(thread.resolve("children")).strip().split(" "))
                        .filter(child -> !child.isEmpty())
                        .map(Long::valueOf)
                        .forEach(children::add);
            } catch (IOException e) {
                if (Files.exists(thread.resolve("stat"))) {
                    // This Linux does not say which they are.
                    throw e;
                }
                // Another thread of the process has its children now, and the next look sees them.
            }
        }
        return children;
    }

    /** What the processes had of the cores that a process has begun, and those that they have, but for some and theirs. */
    static long descendantsNanos(long pid, Set<Long> without) throws IOException {
        long nanos = endedNanos(pid);
        for (long child : children(pid)) {
            if (!without.contains(child)) {
                try {
                    nanos += ownNanos(child) + descendantsNanos(child, without);
                } catch (IOException ended) {
                    // It counts among those that have ended from now on.
                }
            }
        }
        return nanos;
    }

    static String firstLine(Path file) throws IOException {
        // Lines read one by one would throw something else than an IOException where the process ends meanwhile.
        return Files.readString(file, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        List.copyOf(counted.keySet()).forEach(this::forget);
    }
}
