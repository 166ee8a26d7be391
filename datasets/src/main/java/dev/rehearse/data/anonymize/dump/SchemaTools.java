package dev.rehearse.data.anonymize.dump;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's own programs of one version, by which the schema goes over: so every definition is the server's own. They reach their
 * databases by the environment; no password stands in a command line.
 *
 * @param folder where pg_dump, pg_restore and psql are
 */
public record SchemaTools(Path folder, int major) {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+))?");
    private static final long VERSION_SECONDS = 10;
    private static final int NEWEST = 18;
    private static final int SHOWN_CHARACTERS = 1500;

    /** What would lead a program elsewhere than to its database. */
    private static final Set<String> OTHERWISE = Set.of(
            "PGHOST",
            "PGHOSTADDR",
            "PGPORT",
            "PGDATABASE",
            "PGUSER",
            "PGPASSWORD",
            "PGSERVICE",
            "PGOPTIONS",
            "PGSSLMODE");

    /** Without what belongs to the source's own server. */
    private static final List<String> SCHEMA_ONLY = List.of(
            "--no-owner",
            "--no-privileges",
            "--no-publications",
            "--no-subscriptions",
            "--no-security-labels",
            "--no-tablespaces",
            "--exclude-schema=rehearse",
            "--exclude-schema=rehearse_filling",
            "--lock-wait-timeout=10s");

    /** Since PostgreSQL 17. */
    private static final Pattern TRANSACTION_TIMEOUT = Pattern.compile("(?m)^SET transaction_timeout = 0;$");

    private static final String SET_IF_KNOWN =
            "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';";

    /** What a program said, once it has ended. */
    record Outcome(int code, String said) {

        /** The end of it, without values of the data. */
        String shown() {
            String all = WithoutValues.of(said.strip());
            return all.length() > SHOWN_CHARACTERS ? "..." + all.substring(all.length() - SHOWN_CHARACTERS) : all;
        }
    }

    /**
     * The installed ones that read a server of a version: of the same major, or else the next newer one.
     *
     * @throws AnonymizeException that says what to install
     */
    public static SchemaTools find(int serverMajor) {
        List<SchemaTools> found = installed();
        return found.stream()
                .filter(tools -> tools.major >= serverMajor)
                .min(Comparator.comparingInt(SchemaTools::major))
                .orElseThrow(() -> missing(serverMajor, found));
    }

    /** Asked once: it costs a process for each. */
    private static final class Installed {

        private static final List<SchemaTools> TOOLS = List.copyOf(look());
    }

    private static List<SchemaTools> installed() {
        return Installed.TOOLS;
    }

    private static List<SchemaTools> look() {
        List<SchemaTools> found = new ArrayList<>();
        for (Path folder : folders()) {
            if (Stream.of("pg_dump", "pg_restore", "psql").allMatch(name -> Files.isExecutable(folder.resolve(name)))) {
                version(folder.resolve("pg_dump"))
                        .ifPresent(version -> found.add(new SchemaTools(folder, version.major)));
            }
        }
        return found;
    }

    private static AnonymizeException missing(int serverMajor, List<SchemaTools> found) {
        String there = found.stream()
                .map(SchemaTools::major)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(" and "));
        return AnonymizeException.machine(
                "The schema of a server of PostgreSQL " + serverMajor
                        + " is brought over by pg_dump, pg_restore and psql of version "
                        + serverMajor + " or newer; this machine has "
                        + (there.isEmpty() ? "none" : "those of " + there)
                        + ". Install the package postgresql-client-" + serverMajor
                        + " (or what your system calls PostgreSQL's client programs), or put them on the PATH.",
                null);
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        for (int major = 14; major <= 20; major++) {
            for (String place : List.of(
                    "/usr/lib/postgresql/%d/bin",
                    "/usr/pgsql-%d/bin",
                    "/opt/homebrew/opt/postgresql@%d/bin",
                    "/usr/local/opt/postgresql@%d/bin",
                    "/Library/PostgreSQL/%d/bin")) {
                folders.add(Path.of(place.formatted(major)));
            }
        }
        folders.add(Path.of("/usr/local/pgsql/bin"));
        String path = System.getenv("PATH");
        if (path != null) {
            Arrays.stream(path.split(java.io.File.pathSeparator))
                    .filter(each -> !each.isEmpty())
                    .map(Path::of)
                    .forEach(folders::add);
        }
        return folders;
    }

    /** What a program says of itself. */
    record Version(int major, int minor) {

        /** Whether psql of this version knows {@code \restrict}, which pg_dump writes since its releases of August 2025. */
        boolean knowsRestrict() {
            return switch (major) {
                case 14 -> minor >= 19;
                case 15 -> minor >= 14;
                case 16 -> minor >= 10;
                case 17 -> minor >= 6;
                default -> major >= 18;
            };
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    /** That of psql; empty where it does not say. */
    Optional<Version> psqlVersion() {
        return version(folder.resolve("psql"));
    }

    private static Optional<Version> version(Path program) {
        try {
            Matcher version = VERSION.matcher(
                    run(List.of(program.toString(), "--version"), Map.of(), VERSION_SECONDS, null).said);
            return version.find()
                    ? Optional.of(new Version(
                            Integer.parseInt(version.group(1)),
                            version.group(2) == null ? 0 : Integer.parseInt(version.group(2))))
                    : Optional.empty();
        } catch (IOException | InterruptedException e) {
            return Optional.empty();
        }
    }

    /** Writes one section of the schema, {@code pre-data} or {@code post-data}, as SQL. */
    public void dumpSection(Endpoint source, String snapshot, String section, Path file) {
        List<String> command = new ArrayList<>(List.of(
                program("pg_dump"),
                "--schema-only",
                "--section=" + section,
                // As it is read here, whatever the database's own.
                "--encoding=UTF8",
                "--snapshot=" + snapshot,
                "--file=" + file));
        command.addAll(SCHEMA_ONLY);
        call(command, source.libpq(), "reading the source's schema");
        try {
            Files.writeString(file, forAnyServer(Files.readString(file)));
        } catch (IOException e) {
            throw AnonymizeException.machine("Cannot write " + file + ": " + e + ".", e);
        }
    }

    /** Newer programs than the server say what this one does not know. */
    static String forAnyServer(String sql) {
        return TRANSACTION_TIMEOUT.matcher(sql).replaceFirst(SET_IF_KNOWN);
    }

    /** Runs a script in one transaction. */
    public void runScript(Endpoint target, Path script, String doing) {
        call(
                List.of(
                        program("psql"),
                        "--no-psqlrc",
                        "--quiet",
                        "--single-transaction",
                        "--set=ON_ERROR_STOP=1",
                        "--output=/dev/null",
                        "--file=" + script),
                target.libpq(),
                doing);
    }

    /** Writes a database as an archive of pg_dump's own format, or as a script where the file's name ends with .sql. The file is there once it is whole. */
    public void dump(Endpoint database, Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        String format = file.toString().endsWith(".sql") ? "plain" : "custom";
        try {
            Outcome outcome = call(
                    "pg_dump",
                    List.of("--format=" + format, "--no-owner", "--no-privileges", "--file=" + part),
                    database.libpq(),
                    "writing " + file,
                    null);
            if (outcome.code != 0) {
                throw AnonymizeException.machine(
                        "Failed writing " + file + " with pg_dump: " + outcome.shown()
                                + "\nNo file was written. Where there is no room, make some and run the same command again.",
                        null);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw AnonymizeException.machine("Cannot write " + file + ": " + e + ".", e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // What is left says by its name that it is no whole dump.
            }
        }
    }

    /** Loads a dump into an empty database of a server of ours. */
    public void restore(DumpFile dump, Endpoint database) {
        new DumpRestore(this, dump, database).run();
    }

    /** What pg_restore says is in an archive; empty where it cannot read it. */
    static String contents(Path archive) {
        List<SchemaTools> found = installed();
        SchemaTools newest = found.stream()
                .max(Comparator.comparingInt(SchemaTools::major))
                .orElseThrow(() -> missing(NEWEST, found));
        try {
            return run(
                            List.of(newest.program("pg_restore"), "--list", archive.toString()),
                            Map.of(),
                            VERSION_SECONDS * 6,
                            null)
                    .said;
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AnonymizeException.machine("Interrupted while reading " + archive + ".", e);
        }
    }

    private String program(String name) {
        return folder.resolve(name).toString();
    }

    private static void call(List<String> command, Map<String, String> environment, String doing) {
        Outcome outcome = call(command, environment, doing, null);
        if (outcome.code != 0) {
            throw AnonymizeException.machine(
                    "Failed " + doing + " with " + Path.of(command.get(0)).getFileName() + ": " + outcome.shown()
                            + "\nThe target is not whole.",
                    null);
        }
    }

    /** Writes what a program reads, for as long as it reads. */
    interface Feeder {
        void feed(OutputStream program) throws IOException;
    }

    /** Runs one of the programs to its end. */
    Outcome call(
            String program,
            List<String> arguments,
            Map<String, String> environment,
            String doing,
            @Nullable Feeder feeder) {
        List<String> command = new ArrayList<>(List.of(program(program)));
        command.addAll(arguments);
        return call(command, environment, doing, feeder);
    }

    private static Outcome call(
            List<String> command, Map<String, String> environment, String doing, @Nullable Feeder feeder) {
        try {
            return run(command, environment, TimeUnit.DAYS.toSeconds(7), feeder);
        } catch (IOException e) {
            throw AnonymizeException.machine("Cannot run " + command.get(0) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AnonymizeException.machine("Interrupted while " + doing + ". The target is not whole.", e);
        }
    }

    private static Outcome run(
            List<String> command, Map<String, String> environment, long seconds, @Nullable Feeder feeder)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile("rehearse-anonymize-", ".txt");
        Process process = null;
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .redirectInput(
                            feeder == null
                                    ? ProcessBuilder.Redirect.from(new java.io.File("/dev/null"))
                                    : ProcessBuilder.Redirect.PIPE);
            builder.environment().keySet().removeAll(OTHERWISE);
            builder.environment().putAll(environment);
            builder.environment().put("PGAPPNAME", "rehearse-anonymize");
            builder.environment()
                    .put("PGOPTIONS", "-c statement_timeout=0 -c lock_timeout=0 -c client_min_messages=warning");
            builder.environment().put("LC_MESSAGES", "C");
            process = builder.start();
            CompletableFuture<Void> fed =
                    feeder == null ? CompletableFuture.completedFuture(null) : fed(process, feeder);
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            int code = ended ? process.exitValue() : -1;
            if (code == 0) {
                fed.get();
            }
            return new Outcome(code, new String(Files.readAllBytes(said), StandardCharsets.UTF_8));
        } catch (ExecutionException e) {
            throw new IOException("what it was to read broke off: " + e.getCause(), e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(said);
        }
    }

    /** A program that ends before it has read all says itself why. */
    private static CompletableFuture<Void> fed(Process process, Feeder feeder) {
        CompletableFuture<Void> fed = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try (OutputStream out = process.getOutputStream()) {
                        feeder.feed(out);
                        out.flush();
                        fed.complete(null);
                    } catch (IOException | RuntimeException e) {
                        fed.completeExceptionally(e);
                    }
                },
                "rehearse-anonymize-feeder");
        thread.setDaemon(true);
        thread.start();
        return fed;
    }
}
