package dev.rehearse.serverlog;

/** A log entry is not what it should be; the message says why, in half a sentence. */
final class UnreadableEntryException extends Exception {

    private static final long serialVersionUID = 1;

    UnreadableEntryException(String message) {
        super(message);
    }
}
