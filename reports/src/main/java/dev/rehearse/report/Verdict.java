package dev.rehearse.report;

/** What a rehearsal concludes. GO needs evidence; what could not be measured makes it INCONCLUSIVE, never GO. */
public enum Verdict {
    GO(0),
    NO_GO(1),
    INCONCLUSIVE(3);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of a run that ends so. */
    public int exitCode() {
        return exitCode;
    }
}
