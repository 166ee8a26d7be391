package dev.rehearse.data;

import org.jspecify.annotations.Nullable;

/**
 * The data could not be made. The message names the table and the column where there is one, and says what to do. After it the database
 * is not whole (tables may be half full, indexes and foreign keys may be missing): throw it away.
 */
public final class DatasetException extends RuntimeException {

    /** Who must act. */
    public enum Actor {
        /** The author of the spec or of the schema: an unknown table, a constraint that the data cannot or does not satisfy. */
        PLAN_AUTHOR,
        /** The owner of the machine or of the database: a lost connection, a full disk, a missing privilege. */
        MACHINE,
        /** The maker of this library: a failure that neither the schema nor the machine explains. */
        LIBRARY
    }

    private final Actor actor;
    private final @Nullable String about;

    private DatasetException(Actor actor, String message, @Nullable Throwable cause) {
        this(actor, message, cause, null);
    }

    private DatasetException(Actor actor, String message, @Nullable Throwable cause, @Nullable String about) {
        super(message, cause);
        this.actor = actor;
        this.about = about;
    }

    /** Who must act. */
    public Actor actor() {
        return actor;
    }

    /** The table or column of the spec that it is about, in the author's words; null where it is about none of them. */
    public @Nullable String about() {
        return about;
    }

    /** The same about a table or column that the spec names. */
    public DatasetException about(String named) {
        return new DatasetException(actor, String.valueOf(getMessage()), this, named);
    }

    public static DatasetException spec(String message) {
        return new DatasetException(Actor.PLAN_AUTHOR, message, null);
    }

    public static DatasetException spec(String message, @Nullable Throwable cause) {
        return new DatasetException(Actor.PLAN_AUTHOR, message, cause);
    }

    public static DatasetException machine(String message, @Nullable Throwable cause) {
        return new DatasetException(Actor.MACHINE, message, cause);
    }

    public static DatasetException bug(String message, @Nullable Throwable cause) {
        return new DatasetException(Actor.LIBRARY, message, cause);
    }
}
