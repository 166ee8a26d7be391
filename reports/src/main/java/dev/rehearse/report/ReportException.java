package dev.rehearse.report;

/** A report that cannot be read or written: the message says which file, what is wrong with it, and what to do. */
public final class ReportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ReportException(String message, Throwable cause) {
        super(message, cause);
    }

    public ReportException(String message) {
        super(message);
    }
}
