package dev.rehearse.scenarios;

import dev.rehearse.database.TestDatabase.Server;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What an embedded server with the prefix {@value #PREFIX} has written to its log of waits for locks. For one thread. */
final class StageLog {

    static final String PREFIX = "%n %p ";

    private final Path file;
    private long read;

    StageLog(Server server) throws SQLException {
        try (Connection connection = server.connect("rehearse-benchmark");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            Path data = Path.of(row.getString(1));
            file = data.resolveSibling(data.getFileName() + ".log");
        }
    }

    /** Those that were not told yet. The server writes to its log before it tells the session. */
    List<TrueWait> fresh() throws IOException {
        byte[] bytes;
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(read);
            bytes = new byte[(int) (log.length() - read)];
            log.readFully(bytes);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        read += whole.getBytes(StandardCharsets.UTF_8).length;
        List<TrueWait> waits = new ArrayList<>();
        for (String line : whole.split("\n")) {
            int space = line.indexOf(' ');
            if (space > 0 && line.contains(" acquired ")) {
                long endEpochMillis = Math.round(1_000 * Double.parseDouble(line.substring(0, space)));
                TrueWait.parse(line, endEpochMillis).ifPresent(waits::add);
            }
        }
        return waits;
    }
}
