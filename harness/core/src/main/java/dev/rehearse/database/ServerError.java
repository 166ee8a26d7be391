package dev.rehearse.database;

import java.sql.SQLException;
import java.util.regex.Pattern;

/** What a server says of a statement that somebody wrote, in words for that person. Stateless. */
public final class ServerError {

    /** A place in what the server was sent, which nobody sees, and which may be more than was written. */
    private static final Pattern POSITION = Pattern.compile("\\s+Position: \\d+");

    private ServerError() {}

    /** Its message, and its detail and hint where there are any. */
    public static String of(SQLException failure) {
        return POSITION.matcher(String.valueOf(failure.getMessage())).replaceAll("");
    }
}
