package dev.rehearse.database.server;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.database.machine.Owner;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loaded databases kept for the next run of the same plan, at most so many bytes of them. An entry is a folder that appears complete
 * in one step and never changes, but for the marks of the runs that use it; an entry in use is never removed. Safe for several threads and processes.
 */
public final class TemplateStore {

    private static final String GONE = ".gone-";
    private static final ReentrantLock OURS = new ReentrantLock();
    private static final long DEFAULT_LIMIT_GIBIBYTES = 20;

    private final Path directory;
    private final long limitBytes;

    public TemplateStore(RehearseHome home) {
        this(home, limitOfEnvironment());
    }

    public TemplateStore(RehearseHome home, long limitBytes) {
        this.directory = home.templates();
        this.limitBytes = limitBytes;
    }

    /**
     * A template that a run uses, until that run's owner is gone or the lease is closed.
     *
     * @param directory {@code data} is the stopped data directory, or {@code volume} the name of a container volume with it
     */
    public record Lease(Path directory, Path mark) implements AutoCloseable {

        /** What its maker kept beside it under that name, or null. */
        byte @Nullable [] kept(String name) {
            Path file = directory.resolve("kept").resolve(checkedName(name));
            try {
                return Files.exists(file) ? Files.readAllBytes(file) : null;
            } catch (IOException e) {
                throw new EnvironmentException("Cannot read " + file + ": " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(mark);
            } catch (IOException e) {
                throw new EnvironmentException("Cannot remove " + mark + ": " + e.getMessage(), e);
            }
        }
    }

    /** Marks a template as used by a run, if there is one under that name. */
    public Optional<Lease> lease(String name, Run run) {
        return locked(() -> {
            Path entry = directory.resolve(name);
            if (!isWhole(entry)) {
                return Optional.empty();
            }
            Path mark = entry.resolve("users").resolve(run.id());
            Files.writeString(mark, Owner.current().toString());
            Files.setLastModifiedTime(entry.resolve("size"), FileTime.from(Instant.now()));
            Lease lease = new Lease(entry, mark);
            run.own(lease);
            return Optional.of(lease);
        });
    }

    /**
     * Puts a finished draft in its place, unless another process was faster, and makes room.
     *
     * @param draft folder on the same file system with the content
     * @param bytes how much room it takes
     * @param remover called for each entry that goes, before its folder does
     */
    public void publish(Path draft, String name, long bytes, Map<String, byte[]> kept, Consumer<Path> remover) {
        locked(() -> {
            Files.createDirectories(draft.resolve("users"));
            Files.createDirectories(draft.resolve("kept"));
            for (Map.Entry<String, byte[]> one : new TreeMap<>(kept).entrySet()) {
                Files.write(draft.resolve("kept").resolve(checkedName(one.getKey())), one.getValue());
            }
            Files.writeString(draft.resolve("size"), Long.toString(bytes));
            Path target = directory.resolve(name);
            if (isWhole(target)) {
                remover.accept(draft);
                Run.delete(draft);
            } else {
                if (Files.exists(target)) {
                    remove(target, remover);
                }
                Files.move(draft, target);
            }
            makeRoom(target, remover);
            return true;
        });
    }

    /** Removes one template, used or not. */
    public void discard(String name, Consumer<Path> remover) {
        locked(() -> {
            remove(directory.resolve(name), remover);
            return true;
        });
    }

    /** Removes the least recently used templates until the rest fits. */
    private void makeRoom(Path justMade, Consumer<Path> remover) throws IOException {
        try (Stream<Path> begun = Files.list(directory)) {
            begun.filter(TemplateStore::isGone).forEach(Run::delete);
        }
        List<Path> entries = new ArrayList<>(entries());
        entries.sort(Comparator.comparing(TemplateStore::lastUsed));
        long total = 0;
        for (Path entry : entries) {
            total += size(entry);
        }
        for (Path entry : entries) {
            if (total > limitBytes && !entry.equals(justMade) && !inUse(entry)) {
                total -= size(entry);
                remove(entry, remover);
            }
        }
    }

    /** Under another name first: a folder of which only a part is deleted, because the process ended, must not look like a template. */
    private void remove(Path entry, Consumer<Path> remover) throws IOException {
        remover.accept(entry);
        Path gone = directory.resolve(GONE + entry.getFileName());
        Run.delete(gone);
        if (Files.exists(entry)) {
            Files.move(entry, gone);
        }
        Run.delete(gone);
    }

    public List<Path> entries() {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> !isGone(entry))
                    .toList();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    private static boolean isGone(Path entry) {
        return entry.getFileName().toString().startsWith(GONE);
    }

    /** False where a process that began to delete it under its own name has ended. */
    private static boolean isWhole(Path entry) {
        return Files.isDirectory(entry.resolve("users")) && Files.isRegularFile(entry.resolve("size"));
    }

    private static boolean inUse(Path entry) throws IOException {
        if (!isWhole(entry)) {
            return false;
        }
        try (Stream<Path> marks = Files.list(entry.resolve("users"))) {
            for (Path mark : marks.toList()) {
                if (Owner.isAbandoned(Owner.parse(Files.readString(mark)), mark)) {
                    Files.delete(mark);
                } else {
                    return true;
                }
            }
            return false;
        }
    }

    private static Instant lastUsed(Path entry) {
        try {
            return Files.getLastModifiedTime(entry.resolve("size")).toInstant();
        } catch (IOException incomplete) {
            return Instant.EPOCH;
        }
    }

    public static long size(Path entry) {
        try {
            return Long.parseLong(Files.readString(entry.resolve("size")).strip());
        } catch (IOException | NumberFormatException incomplete) {
            return 0;
        }
    }

    private static long limitOfEnvironment() {
        String limit = System.getenv("REHEARSE_TEMPLATE_LIMIT");
        return TemplateLimit.parse(limit == null || limit.isBlank() ? DEFAULT_LIMIT_GIBIBYTES + "GiB" : limit);
    }

    private static String checkedName(String name) {
        if (!name.matches("[\\w-]+(\\.[\\w-]+)*")) {
            throw new HarnessException("\"" + name + "\" cannot be the name of a file beside a template.");
        }
        return name;
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    /** Two locks, because a file lock is held by the process, not by the thread. */
    private <T> T locked(Action<T> action) {
        OURS.lock();
        try (FileChannel channel =
                FileChannel.open(directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Closing the channel gives the lock back.
            channel.lock();
            return action.run();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot use the templates in " + directory + ": " + e.getMessage(), e);
        } finally {
            OURS.unlock();
        }
    }

    /** The first 12 hexadecimal digits of the SHA-256 of a text. */
    public static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new HarnessException("Every Java has SHA-256.", e);
        }
    }
}
