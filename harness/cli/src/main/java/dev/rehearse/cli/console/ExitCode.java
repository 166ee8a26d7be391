package dev.rehearse.cli.console;

/** Exit codes that are no verdict's; a verdict has its own. */
public final class ExitCode {

    public static final int OK = 0;
    /** A trace in which a statement failed, a run worse than earlier ones, a load in which no operation succeeded, a snapshot with a leak. */
    public static final int FAILED = 1;

    public static final int USAGE = 2;
    public static final int ENVIRONMENT = 4;
    public static final int BUG = 70;

    private ExitCode() {}
}
