package dev.rehearse.cli;

/** Exit codes that are no verdict's; a verdict has its own. */
final class ExitCode {

    static final int OK = 0;
    /** A trace in which a statement failed, a run worse than earlier ones, a load in which no operation succeeded, a snapshot with a leak. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    static final int ENVIRONMENT = 4;
    static final int BUG = 70;

    private ExitCode() {}
}
