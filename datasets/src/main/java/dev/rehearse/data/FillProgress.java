package dev.rehearse.data;

/** Hears how far the filling is, at least once a second. Called from any thread; implementations return at once and never throw. */
@FunctionalInterface
public interface FillProgress {

    /** Hears nothing. */
    FillProgress SILENT = (what, rowsDone, rowsTotal) -> {};

    /**
     * @param what what is being done, in a few words
     * @param rowsDone rows of the whole data set loaded so far
     * @param rowsTotal rows of the whole data set
     */
    void report(String what, long rowsDone, long rowsTotal);
}
