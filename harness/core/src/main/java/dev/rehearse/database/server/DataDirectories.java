package dev.rehearse.database.server;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.machine.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is done with data directories whose server does not run. The same shell commands serve embedded servers and containers. */
public final class DataDirectories {

    private static final Duration COPY_DEADLINE = Duration.ofMinutes(30);

    /**
     * Removes every segment of write-ahead log but the one that holds the shutdown checkpoint, so that copies are small and every
     * start, from a template or not, finds the same. Bytes 32 to 39 of {@code pg_control} are the place of the latest checkpoint
     * record (src/include/catalog/pg_control.h, the same in 11 to 18); a segment has 16 MB.
     */
    private static final String TRIM = "cd \"$1\" && test ! -e postmaster.pid"
            + " && at=$(od -A n -t u8 -j 32 -N 8 global/pg_control | tr -d ' \\n')"
            + " && segment=$((at / 16777216))"
            + " && keep=$(printf '%08X%08X' $((segment / 256)) $((segment % 256)))"
            + " && for file in pg_wal/????????????????????????; do case \"$file\" in"
            + " pg_wal/????????\"$keep\") ;; *) rm -f \"$file\" ;; esac; done";

    /**
     * Copies a data directory; a clone of its blocks where the file system can. It has its name once it is whole. Made in a folder with a
     * name of its own under one that is marked as a top folder, it gets the part of an ext4 disk that is emptiest: beside its parent, an
     * ext4 without a journal steps for minutes over each file that was deleted there, which takes longer than the copy
     * ({@code find_group_orlov} and {@code recently_deleted} in fs/ext4/ialloc.c). Other file systems know no such mark.
     */
    private static final String COPY = "parent=$(dirname \"$2\"); chattr +T \"$parent\" 2>/dev/null || :;"
            + " new=$(mktemp -d \"$parent/copy.XXXXXX\") && { cp -a --reflink=auto \"$1\" \"$new/data\" 2>/dev/null"
            + " || { rm -rf \"$new/data\" && cp -a \"$1\" \"$new/data\"; }; } && mv \"$new/data\" \"$2\" && rmdir \"$new\"";

    /**
     * Has the kernel write now what was copied. It would begin some seconds later anyway, and every commit of the rehearsal that met
     * it would take longer than it should.
     */
    private static final String FLUSH = "{ sync -f \"$1\" 2>/dev/null || sync; }";

    /** {@code copy FROM TO}, {@code flush DIRECTORY} and {@code trim DIRECTORY}, each of which fails as a whole, for scripts of containers. */
    public static final String FUNCTIONS =
            "copy() { " + COPY + "; }; flush() { " + FLUSH + "; }; trim() { (" + TRIM + "); };";

    private DataDirectories() {}

    public static void flush(Path directory) {
        shell(FLUSH, directory);
    }

    public static void trim(Path dataDirectory) {
        shell(TRIM, dataDirectory);
    }

    public static void copy(Path from, Path to) {
        shell(COPY, from, to);
    }

    private static void shell(String script, Path... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        Processes.Result result = Processes.run(COPY_DEADLINE, command);
        if (!result.succeeded()) {
            // On a full disk there is one for each file.
            List<String> troubles = result.output().strip().lines().toList();
            throw new EnvironmentException("Cannot copy or prepare the data directory " + arguments[0]
                    + (troubles.isEmpty() ? "" : ": " + troubles.get(0))
                    + (troubles.size() < 2 ? "" : " (and " + (troubles.size() - 1) + " more like it)")
                    + ". Is the disk full? REHEARSE_HOME moves everything to another one.");
        }
    }
}
