package dev.rehearse.wiretap;

/**
 * What a {@link Wiretap} does beside passing bytes on.
 *
 * @param port of 127.0.0.1 to listen on; 0: any that is free
 * @param parameters whether the values that were bound to a statement are kept
 * @param interference what happens between statements, beside nothing
 */
public record TapSettings(
        int port, ServerTls serverTls, boolean parameters, ServersWords serversWords, Interference interference) {

    /** For a migration tool whose role has {@code StatementRecorder.SESSION_SETTINGS}: on a free port, in plain text, without interference. */
    public static final TapSettings FOR_MIGRATIONS = new TapSettings(
            0, new ServerTls(ServerTls.Mode.NEVER, null), false, ServersWords.WITHHELD, Interference.NONE);

    /** The same, in TLS where the server demands it; what it says to a client that logs in is read for that. */
    public static TapSettings forMigrations(boolean serverKnowsTls) {
        return serverKnowsTls
                ? new TapSettings(
                        FOR_MIGRATIONS.port(),
                        new ServerTls(ServerTls.Mode.DEMANDED, null),
                        FOR_MIGRATIONS.parameters(),
                        FOR_MIGRATIONS.serversWords(),
                        FOR_MIGRATIONS.interference())
                : FOR_MIGRATIONS;
    }

    /** What becomes of the server's messages at DEBUG and LOG. A client that asks for them itself gets them in every case. */
    public enum ServersWords {
        /** They pass like all others, and are noted. */
        PASSED,
        /** The client's role is set to make the server send them, for the tap; there they stop. */
        WITHHELD,
        /** The tap asks for them as each client logs in; there they stop. */
        ASKED_FOR;

        boolean stopAtTheTap() {
            return this != PASSED;
        }
    }
}
