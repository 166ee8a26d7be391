package dev.rehearse.database.machine;

import java.nio.file.Path;

/**
 * A folder of ours that does not outlive this process: whoever made it closes it, else the end of the process does, and after a kill the next
 * run. Thread-safe.
 */
public final class OwnedFolder implements AutoCloseable {

    private final Run run;

    private OwnedFolder(Run run) {
        this.run = run;
    }

    /**
     * Makes an empty one in Rehearse's home.
     *
     * @param purpose a word for whoever finds it
     * @throws dev.rehearse.EnvironmentException if it cannot be made
     */
    public static OwnedFolder make(String purpose) {
        return new OwnedFolder(Run.register(RehearseHome.current(), purpose));
    }

    public Path path() {
        return run.directory();
    }

    /** Removes it with all that it holds. */
    @Override
    public void close() {
        run.close();
    }
}
