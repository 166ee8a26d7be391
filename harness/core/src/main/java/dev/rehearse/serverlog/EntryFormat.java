package dev.rehearse.serverlog;

import org.jspecify.annotations.Nullable;

/** How one of the server's log formats is read: the lines of an entry, and what they say. */
interface EntryFormat {

    /**
     * Whether an entry begins with this line.
     *
     * @param inQuotes whether a double quote is open there: of a text that looks like an entry, or of an entry that was cut
     */
    boolean begins(String line, boolean inQuotes);

    /**
     * Whether the line goes on with the entry before it.
     *
     * @param inQuotes whether a double quote is open there
     */
    boolean goesOn(String line, boolean inQuotes);

    /**
     * What the lines of an entry say.
     *
     * @param place of the first, in words
     * @return null where it belongs to an entry before, to which it was added
     * @throws UnreadableEntryException where they are cut, or not of this format
     */
    @Nullable
    LogEntry read(String place, String text, Entries before) throws UnreadableEntryException;

    /** The entries that were read so far. */
    interface Entries {

        /** The session's last entry gets this detail. */
        void addDetail(String session, String detail);

        /** The session's last entry gets this context. */
        void addContext(String session, String context);

        /** The session's last entry is about this statement. */
        void addStatement(String session, String sql);
    }
}
