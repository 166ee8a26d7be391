package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * Where Rehearse keeps what outlives a run (unpacked binaries, initialised clusters, templates) and what does not (runs).
 * {@code REHEARSE_HOME} names it; otherwise {@code $XDG_CACHE_HOME/rehearse} or {@code ~/.cache/rehearse}, and for root
 * {@code /var/cache/rehearse}, because the unprivileged user that runs the server must be able to reach it. Everything in it may be
 * deleted while nothing runs.
 */
public record RehearseHome(Path directory) {

    public RehearseHome {
        directory = directory.toAbsolutePath().normalize();
    }

    /** The home that this machine's environment names. */
    public static RehearseHome current() {
        return of(System.getenv(), System.getProperty("user.home"), ServerUser.weAreRoot());
    }

    static RehearseHome of(Map<String, String> environment, String userHome, boolean weAreRoot) {
        String named = environment.getOrDefault("REHEARSE_HOME", "");
        if (!named.isBlank()) {
            return new RehearseHome(Path.of(named));
        }
        if (weAreRoot) {
            return new RehearseHome(Path.of("/var/cache/rehearse"));
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        // A container may have a number for a user, of whom Java does not find a home.
        String home = userHome.equals("?") ? environment.getOrDefault("HOME", "/") : userHome;
        return new RehearseHome((cache.isBlank() ? Path.of(home, ".cache") : Path.of(cache)).resolve("rehearse"));
    }

    /** One folder per run that is under way, or that died. */
    public Path runs() {
        return created("runs");
    }

    /** Unpacked PostgreSQL binaries. */
    public Path binaries() {
        return created("binaries");
    }

    /** Freshly initialised data directories, one per version of the binaries. */
    public Path clusters() {
        return created("clusters");
    }

    /** Loaded databases, kept for the next run of the same plan. */
    public Path templates() {
        return created("templates");
    }

    /** The file that a test locks while it rehearses. */
    public Path testsLock() {
        return created("").resolve("tests.lock");
    }

    /** The password of every database we make: random, made once, readable by its owner only. */
    public String password() {
        Path file = created("").resolve("password");
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[16];
                new SecureRandom().nextBytes(random);
                Path draft = Files.createTempFile(
                        directory,
                        "password",
                        "",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(draft, HexFormat.of().formatHex(random), StandardOpenOption.WRITE);
                try {
                    // A link fails where a rename would replace what another process has just written.
                    Files.createLink(file, draft);
                } catch (FileAlreadyExistsException anotherWasFaster) {
                    // Theirs counts.
                } finally {
                    Files.delete(draft);
                }
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot read or create " + file + ": " + e.getMessage(), e);
        }
    }

    private Path created(String name) {
        Path path = directory.resolve(name);
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                if (ServerUser.weAreRoot()) {
                    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
            return path;
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot create " + path + ": " + FileTrouble.of(e)
                            + ". Set REHEARSE_HOME to a directory that can be written.",
                    e);
        }
    }
}
