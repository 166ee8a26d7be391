package dev.rehearse.workload;

import dev.rehearse.recording.Recording.ErrorMessage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server said of operations that failed. Thread-safe. */
final class ErrorMessages {

    /** Of one kind of operation and SQLSTATE; they say more of the values than of the cause where there are more. */
    private static final int MOST_ALIKE = 3;

    private static final int LONGEST = 300;

    private final List<ErrorMessage> messages = new ArrayList<>();

    synchronized void heard(int kind, String sqlState, long micros, SQLException failure) {
        String message = message(failure);
        List<ErrorMessage> alike = messages.stream()
                .filter(known -> known.kind() == kind && known.sqlState().equals(sqlState))
                .toList();
        if (alike.size() < MOST_ALIKE
                && alike.stream().noneMatch(known -> cause(known.message()).equals(cause(message)))) {
            messages.add(new ErrorMessage(kind, sqlState, micros, message));
        }
    }

    synchronized List<ErrorMessage> all() {
        return List.copyOf(messages);
    }

    /** Without the numbers of the values. */
    private static String cause(String message) {
        return message.replaceAll("\\d+", "");
    }

    private static String message(SQLException failure) {
        ServerErrorMessage said = failure instanceof PSQLException server ? server.getServerErrorMessage() : null;
        String message = said == null ? failure.getMessage() : said.getMessage();
        String where = said == null || said.getWhere() == null
                ? ""
                : " (" + said.getWhere().lines().findFirst().orElse("") + ")";
        String line = String.valueOf(message).lines().findFirst().orElse("") + where;
        return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    }
}
