package dev.rehearse.recording;

/** How an operation or a statement ended. UNKNOWN: the connection was lost before the server answered. */
public enum Outcome {
    SUCCEEDED,
    FAILED,
    UNKNOWN
}
