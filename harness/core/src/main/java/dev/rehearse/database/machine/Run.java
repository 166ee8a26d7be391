package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one database of ours has on this machine: a folder in the home's {@code runs}, written before anything else is created, that
 * names its owner, and the resources to close. Everything temporary lives in that folder, so that whoever finds it later knows all
 * there is to remove. Closed by a shutdown hook if nobody did. Thread-safe.
 */
public final class Run implements AutoCloseable {

    static final String OWNER_FILE = "owner";
    private static final Set<Run> OPEN = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long SHUTDOWN_DEADLINE_MILLIS = 20_000;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Run::closeAll, "rehearse-close-databases"));
    }

    private final String id;
    private final Path directory;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private boolean closed;

    private Run(String id, Path directory) {
        this.id = id;
        this.directory = directory;
    }

    /**
     * Registers a run of this process.
     *
     * @param kind the provider's name, so that a finder knows where to look for more
     */
    public static Run register(RehearseHome home, String kind) {
        String id = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now()) + "-"
                + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        Path directory = home.runs().resolve(id);
        try {
            Path draft = home.runs().resolve("." + id);
            Files.createDirectory(draft);
            Files.writeString(draft.resolve(OWNER_FILE), Owner.current() + "\n" + kind + "\n");
            if (ServerUser.weAreRoot()) {
                Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.move(draft, directory);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot create " + directory + ": " + e.getMessage()
                    + ". Set REHEARSE_HOME to a directory that can be written.");
        }
        Run run = new Run(id, directory);
        OPEN.add(run);
        return run;
    }

    public String id() {
        return id;
    }

    public Path directory() {
        return directory;
    }

    /** Closed with this run, last in first out; at once where the run is closed already. */
    public void own(AutoCloseable resource) {
        synchronized (this) {
            if (!closed) {
                resources.push(resource);
                return;
            }
        }
        closeQuietly(resource);
        throw new EnvironmentException("The rehearsal was ended while its database was starting.");
    }

    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            AutoCloseable next;
            synchronized (this) {
                closed = true;
                next = resources.poll();
            }
            if (next == null) {
                break;
            }
            interrupted |= Thread.interrupted();
            closeQuietly(next);
            if (Thread.interrupted()) {
                // An interrupt ends waiting, and closing waits: what it cut short is done again.
                interrupted = true;
                closeQuietly(next);
            }
        }
        delete(directory);
        OPEN.remove(this);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            // The others must still be closed; what stays is found by its owner file later.
            System.getLogger(Run.class.getName()).log(System.Logger.Level.WARNING, "Cannot clean up: " + e);
        }
    }

    private static void closeAll() {
        Processes.endAll();
        Thread[] closers = OPEN.stream()
                .map(run -> new Thread(run::close, "rehearse-close-" + run.id))
                .toArray(Thread[]::new);
        for (Thread closer : closers) {
            closer.setDaemon(true);
            closer.start();
        }
        long deadline = System.nanoTime() + SHUTDOWN_DEADLINE_MILLIS * 1_000_000;
        try {
            for (Thread closer : closers) {
                closer.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes a tree; files that vanish meanwhile (a dying server's) are no failure. False where something stayed. */
    public static boolean delete(Path tree) {
        for (int attempt = 0; attempt < 3 && Files.exists(tree); attempt++) {
            try {
                Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                            throws IOException {
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                System.getLogger(Run.class.getName()).log(System.Logger.Level.DEBUG, "Cannot delete all of " + tree, e);
            }
        }
        return !Files.exists(tree);
    }
}
