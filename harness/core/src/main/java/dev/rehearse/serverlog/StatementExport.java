package dev.rehearse.serverlog;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileException;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.data.profile.QueryProfile;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * What <a href="https://www.postgresql.org/docs/current/pgstatstatements.html">pg_stat_statements</a> knew of a database: statements, and how often each
 * ran in what time. It comes as CSV with a head, or from a profile. Immutable.
 *
 * @param statements those that can be replayed, the most frequent first
 * @param allCalls of all that the export has
 * @param leftOut statements that cannot, by reason
 * @param findings what the reader of the results should know of the export, in sentences
 */
public record StatementExport(
        List<Exported> statements, long allCalls, Map<String, Long> leftOut, List<String> findings) {

    private static final int MOST_STATEMENTS = 1_000;
    private static final int LINES_TO_TELL_BY = 20;
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final Set<String> NO_LOAD = Set.of(
            "BEGIN",
            "START",
            "COMMIT",
            "END",
            "ROLLBACK",
            "ABORT",
            "SAVEPOINT",
            "RELEASE",
            "SET",
            "RESET",
            "DISCARD",
            "SHOW",
            "PREPARE",
            "EXECUTE",
            "DEALLOCATE",
            "DECLARE",
            "FETCH",
            "MOVE",
            "CLOSE",
            "EXPLAIN",
            "COPY");
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("[ ]['T']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm", "Z")
            .toFormatter(Locale.ROOT);

    private static final CSVFormat CSV = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreHeaderCase(true)
            .setIgnoreSurroundingSpaces(true)
            .setAllowMissingColumnNames(true)
            .setLenientEof(true)
            .get();

    /** What psql makes of the view and of the time that it is about. */
    public static final String HOW =
            "\\copy (SELECT s.query, s.calls, s.mean_exec_time, s.rows, s.toplevel, i.stats_reset, now() AS captured_at FROM"
                    + " pg_stat_statements s, pg_stat_statements_info i WHERE s.dbid = (SELECT oid FROM pg_database WHERE"
                    + " datname = current_database())) TO 'statements.csv' CSV HEADER";

    /**
     * A statement.
     *
     * @param place where in the export, in words
     * @param sql with $1, $2 and on in place of values
     * @param callsPerSecond how often it ran
     * @param rowsPerCall that it returned or changed; 0: not known
     */
    public record Exported(String place, String sql, double callsPerSecond, double rowsPerCall) {}

    public StatementExport {
        statements = List.copyOf(statements);
        leftOut = Map.copyOf(leftOut);
        findings = List.copyOf(findings);
    }

    /** Whether the file is an export and not a log. One that cannot be read is none. */
    public static boolean isMeant(Path file) {
        try (LogLines lines = LogLines.open(file)) {
            String line = lines.next();
            if (line != null && isHead(line)) {
                return true;
            }
            for (int i = 0; line != null && i < LINES_TO_TELL_BY; i++) {
                if (line.startsWith("rehearseProfile:")) {
                    return true;
                }
                line = lines.next();
            }
            return false;
        } catch (InvalidRehearsalException e) {
            return false;
        }
    }

    /**
     * Says of a file that it is no export, where {@link #isMeant} does.
     *
     * @throws InvalidRehearsalException where it cannot be read
     */
    public static InvalidRehearsalException isNone(Path file) {
        LogLines.open(file).close();
        return new InvalidRehearsalException("--span is about an export of pg_stat_statements, and " + file
                + " is none: its first line does not name the columns query and calls, and it is no profile of data"
                + " capture. If it is a log, leave --span out: a log has its own times. An export is made by " + HOW);
    }

    private static boolean isHead(String line) {
        return Stream.of(line.replace(BYTE_ORDER_MARK, "").split(","))
                .map(name -> name.strip().replace("\"", "").toLowerCase(Locale.ROOT))
                .toList()
                .containsAll(Set.of("query", "calls"));
    }

    /**
     * Reads an export.
     *
     * @param span that its calls took; null: as the export says
     * @param writes whether statements that write are meant, too
     * @throws InvalidRehearsalException where it is none, or does not say how long its calls took
     */
    public static StatementExport read(Path file, @Nullable Duration span, boolean writes) {
        Findings findings = new Findings();
        List<Call> calls = isCsv(file) ? ofCsv(file, span, findings) : ofProfile(file, span);
        Map<String, Exported> bySql = new LinkedHashMap<>();
        long all = 0;
        for (Call call : calls) {
            all += call.calls;
            LoggedStatement statement = new LoggedStatement(call.place, 0, "", call.sql, true, List.of(), null);
            if (NO_LOAD.contains(Replayable.firstWord(call.sql))) {
                findings.count("statements that are no load by themselves (BEGIN, SET, FETCH and the like)");
                continue;
            }
            LoggedStatement allowed = Replayable.of(statement, writes, findings);
            if (allowed != null && call.calls > 0) {
                // Several users and nesting levels have a line of their own for the same statement.
                bySql.merge(
                        allowed.sql(),
                        call.exported(allowed.sql()),
                        (a, b) -> new Exported(
                                a.place,
                                a.sql,
                                a.callsPerSecond + b.callsPerSecond,
                                Math.max(a.rowsPerCall, b.rowsPerCall)));
            }
        }
        List<Exported> statements = bySql.values().stream()
                .sorted(Comparator.comparingDouble(Exported::callsPerSecond).reversed())
                .toList();
        if (statements.size() > MOST_STATEMENTS) {
            findings.note(
                    "Of " + statements.size() + " statements the " + MOST_STATEMENTS + " most frequent are replayed.");
            statements = statements.subList(0, MOST_STATEMENTS);
        }
        if (statements.isEmpty()) {
            throw new InvalidRehearsalException(
                    "The export " + file + " has no statement to replay." + findings.inBrief());
        }
        return new StatementExport(statements, all, findings.counts(), findings.sentences());
    }

    private record Call(String place, String sql, long calls, double seconds, double rows) {

        Exported exported(String allowed) {
            return new Exported(place, allowed, calls / seconds, rows / calls);
        }
    }

    private static boolean isCsv(Path file) {
        try (LogLines lines = LogLines.open(file)) {
            String first = lines.next();
            return first != null && isHead(first);
        }
    }

    private static List<Call> ofProfile(Path file, @Nullable Duration span) {
        Profile profile = profile(file);
        double seconds = span == null ? profile.workloadSeconds() : span.toNanos() / 1e9;
        if (profile.workload().isEmpty()) {
            throw new InvalidRehearsalException(
                    "The profile " + file + " has no workload: pg_stat_statements was not there when it was captured.");
        }
        check(seconds, file.toString());
        List<Call> calls = new ArrayList<>();
        for (QueryProfile query : profile.workload()) {
            calls.add(new Call("statement " + (calls.size() + 1), query.text(), query.calls(), seconds, query.rows()));
        }
        return calls;
    }

    private static Profile profile(Path file) {
        try {
            return ProfileFile.read(file);
        } catch (ProfileException e) {
            String message = String.valueOf(e.getMessage());
            throw e.isInput() ? new InvalidRehearsalException(message, e) : new EnvironmentException(message, e);
        }
    }

    private static void check(double seconds, String where) {
        if (!(seconds > 0)) {
            throw new InvalidRehearsalException(
                    where + " does not say how long its calls took, so that nobody knows their rate. Say it with"
                            + " --span, such as --span 24h, or export stats_reset and the time of the export with them: "
                            + HOW);
        }
    }

    private static List<Call> ofCsv(Path file, @Nullable Duration span, Findings findings) {
        List<Call> calls = new ArrayList<>();
        CSVRecord last = null;
        long line = 0;
        try (QuoteCounter reader = QuoteCounter.of(file);
                CSVParser parser = CSV.parse(reader)) {
            for (CSVRecord row : parser) {
                add(last, line, span, findings, calls);
                last = row;
                line = parser.getCurrentLineNumber();
            }
            if (reader.isWithinQuotes()) {
                noteCut(findings);
            } else {
                add(last, line, span, findings, calls);
            }
        } catch (UncheckedIOException | IOException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (!(cause instanceof EOFException)) {
                throw new InvalidRehearsalException(
                        "The export " + file + " cannot be read after line " + line + ": " + cause.getMessage()
                                + ". Export it again: " + HOW,
                        e);
            }
            // What gzip packed was cut.
            add(last, line, span, findings, calls);
            noteCut(findings);
        }
        return calls;
    }

    private static void noteCut(Findings findings) {
        findings.note("The export ends within a statement: the last one is not replayed.");
        findings.count("the statement that the end of the export cuts");
    }

    private static void add(
            @Nullable CSVRecord row, long line, @Nullable Duration span, Findings findings, List<Call> calls) {
        Call call = row == null ? null : call(row, "line " + line, span, findings);
        if (call != null) {
            calls.add(call);
        }
    }

    private static @Nullable Call call(CSVRecord row, String place, @Nullable Duration span, Findings findings) {
        if (!row.isConsistent()) {
            findings.leaveOut(LogReader.UNREADABLE, place, "it has " + row.size() + " columns");
            return null;
        }
        if (row.get("query").isBlank() || row.get("query").equals("<insufficient privilege>")) {
            findings.leaveOut("statements that the role which exported them may not see", place, "");
            return null;
        }
        if (row.isMapped("toplevel") && row.get("toplevel").startsWith("f")) {
            // With pg_stat_statements.track = all; the calls of the functions bring them.
            findings.leaveOut("statements within functions, which run with these", place, "");
            return null;
        }
        try {
            double seconds = span == null ? seconds(row) : span.toNanos() / 1e9;
            check(seconds, "The export");
            double rows = row.isMapped("rows") ? Double.parseDouble(row.get("rows")) : 0;
            return new Call(place, row.get("query"), Long.parseLong(row.get("calls")), seconds, rows);
        } catch (NumberFormatException e) {
            findings.leaveOut(LogReader.UNREADABLE, place, "calls or rows is no number");
            return null;
        }
    }

    /** From the statement's own start, where the server keeps it, or the reset of all, to the export; 0: it does not say. */
    private static double seconds(CSVRecord row) {
        OffsetDateTime end = time(row, "captured_at", "now", "current_timestamp");
        OffsetDateTime start = time(row, "stats_since", "stats_reset");
        return start == null || end == null ? 0 : Duration.between(start, end).toNanos() / 1e9;
    }

    private static @Nullable OffsetDateTime time(CSVRecord row, String... names) {
        for (String name : names) {
            if (row.isMapped(name) && !row.get(name).isBlank()) {
                String text = row.get(name).replaceFirst("([+-]\\d\\d)$", "$1:00");
                try {
                    return OffsetDateTime.parse(text, TIME);
                } catch (DateTimeParseException e) {
                    throw new InvalidRehearsalException("\"" + row.get(name) + "\" in the column " + name
                            + " of the export is no time with a zone. Export it with DateStyle ISO, or say --span.");
                }
            }
        }
        return null;
    }
}
