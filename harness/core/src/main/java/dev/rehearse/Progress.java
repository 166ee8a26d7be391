package dev.rehearse;

/** Hears what long work is doing. Called from any thread; implementations return at once and never throw. */
@FunctionalInterface
public interface Progress {

    /** Hears nothing. */
    Progress SILENT = (what, done, total) -> {};

    /**
     * @param what what is being done, in a few words
     * @param done units done so far
     * @param total units in all, or -1 where that is not known
     */
    void report(String what, long done, long total);
}
