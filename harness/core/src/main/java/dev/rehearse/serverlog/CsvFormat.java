package dev.rehearse.serverlog;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** {@code csvlog}: <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG">its columns</a>. */
final class CsvFormat implements EntryFormat {

    private static final int TIME = 0;
    private static final int DATABASE = 2;
    private static final int SESSION = 5;
    private static final int SEVERITY = 11;
    private static final int SQLSTATE = 12;
    private static final int MESSAGE = 13;
    private static final int DETAIL = 14;
    private static final int CONTEXT = 18;
    private static final int STATEMENT = 19;
    private static final int LEAST_COLUMNS = 23;

    private static final String QUOTED = "(?:\"(?:[^\"]|\"\")*+\")?";

    private static final Pattern BEGINNING = Pattern.compile(Timestamps.PATTERN + " [^,\"\\s]+,");
    /** As far as its message: within quotes the quotes of a text that looks like one are doubled. */
    private static final Pattern WHOLE_BEGINNING = Pattern.compile(
            "TIME,QUOTED,QUOTED,\\d*,QUOTED,[0-9a-f.]*,\\d*,QUOTED,(?:TIME)?,[\\d/-]*,\\d*,[A-Z]+\\d?,[0-9A-Z]*,\"(?:[^\"]|\"\")*+(?:\",|$)"
                    .replace("TIME", Timestamps.PATTERN + " [^,\"\\s]+")
                    .replace("QUOTED", QUOTED));

    @Override
    public boolean begins(String line, boolean inQuotes) {
        return (inQuotes ? WHOLE_BEGINNING : BEGINNING).matcher(line).lookingAt();
    }

    @Override
    public boolean goesOn(String line, boolean inQuotes) {
        return inQuotes;
    }

    @Override
    public LogEntry read(String place, String text, Entries before) throws UnreadableEntryException {
        CSVRecord columns = columns(text);
        if (columns.size() < LEAST_COLUMNS) {
            throw new UnreadableEntryException(
                    "it has " + columns.size() + " columns, and a csvlog has " + LEAST_COLUMNS + " or more");
        }
        return new LogEntry(
                place,
                Timestamps.micros(columns.get(TIME)),
                Timestamps.zone(columns.get(TIME)),
                columns.get(SESSION),
                columns.get(DATABASE),
                columns.get(SEVERITY),
                columns.get(SQLSTATE),
                columns.get(MESSAGE),
                columns.get(DETAIL),
                columns.get(CONTEXT),
                columns.get(STATEMENT));
    }

    private static CSVRecord columns(String text) throws UnreadableEntryException {
        try (CSVParser parser = CSVFormat.DEFAULT.parse(new StringReader(text))) {
            List<CSVRecord> records = parser.getRecords();
            if (records.size() != 1) {
                throw new UnreadableEntryException("it is " + records.size() + " records");
            }
            return records.get(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new UnreadableEntryException("a quoted value does not end");
        }
    }
}
