package dev.rehearse.migration;

import org.jspecify.annotations.Nullable;

/** Hears, just before it is sent, where a session's next statement comes from. Called on the thread that sends it. */
@FunctionalInterface
public interface SourceListener {

    /** Hears nothing. */
    SourceListener NONE = (backendPid, source) -> {};

    /**
     * @param backendPid the session's server process
     * @param source script and line: "V7__widen.sql:9"
     */
    void next(int backendPid, String source);

    /** What the migrator sends from now on belongs to that migration; null: to none. */
    default void migration(@Nullable String id) {}
}
