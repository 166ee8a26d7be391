package dev.rehearse.observe;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;

/**
 * What sampling took while it lasted, in cores: 0.02 is a fiftieth of one. A core that Java spent on compiling is not counted.
 *
 * @param own what the samplers' threads had, where the machine says; otherwise how long they were at it
 * @param serverAtMost for how long the server had their questions: it cannot have worked on them for longer
 */
public record Effort(double own, double serverAtMost) {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** What several took at the same time. */
    public static Effort sum(Collection<Effort> all) {
        return new Effort(
                all.stream().mapToDouble(Effort::own).sum(),
                all.stream().mapToDouble(Effort::serverAtMost).sum());
    }

    /** What this thread had of a core so far, in nanoseconds; waiting for one costs nobody anything. */
    public static long threadNanos() {
        long nanos = THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : -1;
        return nanos < 0 ? System.nanoTime() : nanos;
    }
}
