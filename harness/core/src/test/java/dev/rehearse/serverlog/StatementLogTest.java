package dev.rehearse.serverlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.serverlog.StatementLog.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatementLogTest {

    private static final Reading READ_ONLY = new Reading("%m [%p] %q%u@%d ", "shop", false);
    private static final Reading WRITING = new Reading("%m [%p] %q%u@%d ", "shop", true);

    @TempDir
    private Path folder;

    /** What a server logs, in each of its formats. */
    private enum Format {
        CSV("shop.csv") {
            @Override
            String entry(
                    String time,
                    String session,
                    String severity,
                    String database,
                    String message,
                    String detail,
                    String statement) {
                List<String> columns = new ArrayList<>(List.of(
                        time + " UTC",
                        "\"app\"",
                        quoted(database),
                        session,
                        "\"[local]\"",
                        session,
                        "1",
                        "\"SELECT\""));
                columns.addAll(List.of("2026-11-22 10:00:00 UTC", "3/7", "0", severity, "00000", quoted(message)));
                columns.addAll(List.of(
                        detail.isEmpty() ? "" : quoted(detail),
                        "",
                        "",
                        "",
                        "",
                        statement.isEmpty() ? "" : quoted(statement),
                        "",
                        "",
                        "\"psql\""));
                columns.addAll(List.of("\"client backend\"", "", "0"));
                return String.join(",", columns) + "\n";
            }

            private String quoted(String text) {
                return '"' + text.replace("\"", "\"\"") + '"';
            }
        },
        JSON("shop.json") {
            @Override
            String entry(
                    String time,
                    String session,
                    String severity,
                    String database,
                    String message,
                    String detail,
                    String statement) {
                Map<String, String> object = new LinkedHashMap<>();
                object.put("timestamp", time + " UTC");
                object.put("dbname", database);
                object.put("session_id", session);
                object.put("error_severity", severity);
                object.put("message", message);
                if (!detail.isEmpty()) {
                    object.put("detail", detail);
                }
                if (!statement.isEmpty()) {
                    object.put("statement", statement);
                }
                return new ObjectMapper().valueToTree(object) + "\n";
            }
        },
        STDERR("shop.log") {
            @Override
            String entry(
                    String time,
                    String session,
                    String severity,
                    String database,
                    String message,
                    String detail,
                    String statement) {
                String prefix = time + " UTC [" + session + "] app@" + database + " ";
                return line(prefix, severity, message)
                        + (detail.isEmpty() ? "" : line(prefix, "DETAIL", detail))
                        + (statement.isEmpty() ? "" : line(prefix, "STATEMENT", statement));
            }

            private String line(String prefix, String severity, String message) {
                return prefix + severity + ":  " + message.replace("\n", "\n\t") + "\n";
            }
        };

        private final String file;

        Format(String file) {
            this.file = file;
        }

        abstract String entry(
                String time,
                String session,
                String severity,
                String database,
                String message,
                String detail,
                String statement);

        String entry(String time, String session, String database, String message, String detail) {
            return entry(time, session, "LOG", database, message, detail, "");
        }

        String error(String time, String session, String message, String statement) {
            return entry(time, session, "ERROR", "shop", message, "", statement);
        }
    }

    private static StatementLog read(Path file, Reading reading) throws InterruptedException {
        return StatementLog.read(List.of(file), reading, Progress.SILENT);
    }

    private StatementLog read(Format format, String text, Reading reading) throws Exception {
        return read(Files.writeString(folder.resolve(format.file), text), reading);
    }

    /** Session by session, those that began first before the others. */
    private static Map<String, List<LoggedStatement>> bySession(StatementLog log) {
        Map<String, List<LoggedStatement>> sessions = new LinkedHashMap<>();
        long last = log.startMicros();
        try (StatementStream stream = log.open()) {
            for (LoggedStatement next = stream.next(); next != null; next = stream.next()) {
                sessions.computeIfAbsent(next.session(), s -> new ArrayList<>()).add(next);
                assertThat(next.startMicros()).as(next.place()).isGreaterThanOrEqualTo(last);
                last = next.startMicros();
            }
        }
        assertThat(last).isEqualTo(log.lastStartMicros());
        assertThat(sessions.keySet()).isEqualTo(log.sessions().keySet());
        sessions.forEach((name, statements) ->
                assertThat(log.sessions().get(name).statements()).isEqualTo(statements.size()));
        return sessions;
    }

    private static String log(Format format) {
        return format.entry("2026-11-22 10:15:00.000", "101", "shop", "connection authorized: user=app", "")
                + format.entry("2026-11-22 10:15:01.000", "101", "shop", "duration: 0.250 ms  statement: BEGIN", "")
                + format.entry(
                        "2026-11-22 10:15:01.100",
                        "102",
                        "shop",
                        "statement: SELECT 'a \"quoted\", text'\nFROM orders\n\tWHERE true",
                        "")
                + format.entry("2026-11-22 10:15:01.105", "102", "shop", "duration: 4.000 ms", "")
                + format.entry(
                        "2026-11-22 10:15:01.200",
                        "101",
                        "shop",
                        "duration: 0.100 ms  parse S_1: SELECT * FROM orders WHERE id = $1",
                        "")
                + format.entry(
                        "2026-11-22 10:15:01.201",
                        "101",
                        "shop",
                        "duration: 50.500 ms  execute S_1: SELECT * FROM orders WHERE id = $1 AND note = $2 AND x IS"
                                + " NOT DISTINCT FROM $3",
                        "Parameters: $1 = '42', $2 = 'it''s, $9 = ''\nnew', $3 = NULL")
                + format.entry(
                        "2026-11-22 10:15:01.300",
                        "101",
                        "shop",
                        "duration: 1.000 ms  execute <unnamed>: UPDATE orders SET note = $1",
                        "parameters: $1 = 'x'")
                + format.entry("2026-11-22 10:15:01.400", "103", "billing", "statement: SELECT 1", "")
                + format.entry("2026-11-22 10:15:01.500", "101", "shop", "duration: 2.000 ms  statement: COMMIT", "");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void sessions_transactions_times_and_parameters_are_those_of_the_log(Format format) throws Exception {
        StatementLog log = read(format, log(format), WRITING);

        Map<String, List<LoggedStatement>> sessions = bySession(log);
        assertThat(sessions).containsOnlyKeys("101", "102");
        List<LoggedStatement> first = sessions.get("101");
        assertThat(first)
                .extracting(LoggedStatement::sql)
                .containsExactly(
                        "BEGIN",
                        "SELECT * FROM orders WHERE id = $1 AND note = $2 AND x IS NOT DISTINCT FROM $3",
                        "UPDATE orders SET note = $1",
                        "COMMIT");
        assertThat(first.get(1).parameters()).isEqualTo(Arrays.asList("42", "it's, $9 = '\nnew", null));
        assertThat(first.get(1).extended()).isTrue();
        assertThat(first.get(0).extended()).isFalse();
        // A duration is told at the end of its statement; what is logged by itself is so at its start.
        long origin = log.startMicros();
        assertThat(first.get(1).startMicros() - first.get(0).startMicros()).isEqualTo(150_750);
        LoggedStatement other = sessions.get("102").get(0);
        assertThat(other.startMicros() - origin).isEqualTo(100_250);
        assertThat(other.sql()).isEqualTo("SELECT 'a \"quoted\", text'\nFROM orders\n\tWHERE true");
        assertThat(log.size()).isEqualTo(5);
        assertThat(log.findings()).isEmpty();
        assertThat(log.leftOut())
                .isEqualTo(Map.of(
                        "messages that are no statements", 1L,
                        "durations of statements that are logged by themselves", 1L,
                        "parse and bind messages", 1L,
                        "statements in other databases", 1L));
    }

    /** A transaction that failed must not commit when it is replayed. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void a_statement_that_failed_is_replayed_once_whether_the_log_had_it_before_or_not(Format format) throws Exception {
        String duplicate = "INSERT INTO orders\nVALUES (1)";
        StatementLog log = read(
                format,
                format.entry("2026-11-22 10:15:01.000", "101", "shop", "duration: 0.250 ms  statement: BEGIN", "")
                        + format.error("2026-11-22 10:15:01.100", "101", "duplicate key value", duplicate)
                        + format.entry("2026-11-22 10:15:01.200", "101", "shop", "duration: 1.0 ms  statement: END", "")
                        + format.entry("2026-11-22 10:15:01.300", "102", "shop", "statement: " + duplicate, "")
                        + format.error("2026-11-22 10:15:01.301", "102", "duplicate key value", duplicate)
                        + format.error("2026-11-22 10:15:01.350", "102", "at its next parsing", duplicate)
                        + format.error("2026-11-22 10:15:01.400", "102", "syntax error", "selec")
                        + format.error("2026-11-22 10:15:01.500", "102", "division by zero", "SELECT 1 / $1"),
                WRITING);

        assertThat(bySession(log).get("101"))
                .extracting(LoggedStatement::sql)
                .containsExactly("BEGIN", duplicate, "END");
        assertThat(bySession(log).get("101"))
                .extracting(LoggedStatement::failure)
                .containsExactly(null, "P0001", null);
        assertThat(bySession(log).get("102"))
                .extracting(LoggedStatement::sql)
                .containsExactly(duplicate, duplicate, "selec", "");
        assertThat(bySession(log).get("102"))
                .extracting(LoggedStatement::failure)
                .containsExactly("P0001", "P0001", "P0001", "P0001");
        assertThat(log.findings())
                .anyMatch(note -> note.startsWith("Failed statements whose parameters or data are not in the log: 1."));
    }

    /** Its data is not in the log, so that it cannot be run; but its transaction was undone. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void of_a_statement_that_failed_and_cannot_be_replayed_the_failure_is_left(Format format) throws Exception {
        String copy = "COPY orders FROM STDIN";
        String insert = "INSERT INTO orders VALUES ($1)";
        String text = format.entry("2026-11-22 10:15:01.000", "1", "shop", "statement: BEGIN", "")
                + format.entry("2026-11-22 10:15:01.100", "1", "shop", "statement: " + copy, "")
                + format.error("2026-11-22 10:15:01.200", "1", "missing data", copy)
                + format.entry("2026-11-22 10:15:01.300", "1", "shop", "statement: COMMIT", "")
                + format.error("2026-11-22 10:15:01.400", "1", "missing data", copy)
                + format.entry("2026-11-22 10:15:01.500", "1", "shop", "execute <unnamed>: " + insert, "")
                + format.error("2026-11-22 10:15:01.600", "1", "duplicate key value", insert)
                + format.entry("2026-11-22 10:15:01.700", "1", "shop", "statement: " + copy, "");

        StatementLog log = read(format, text, WRITING);

        assertThat(bySession(log).get("1"))
                .extracting(LoggedStatement::sql)
                .containsExactly("BEGIN", "", "COMMIT", "", "");
        assertThat(bySession(log).get("1"))
                .extracting(LoggedStatement::failure)
                .containsExactly(null, "P0001", null, "P0001", "P0001");
        assertThat(log.findings())
                .anyMatch(note -> note.startsWith("Failed statements whose parameters or data are not in the log: 3."));
        assertThat(bySession(read(format, text, READ_ONLY)).get("1"))
                .extracting(LoggedStatement::sql)
                .containsExactly("BEGIN", "COMMIT");
    }

    /** What another session did to a statement may not come again: the log says that it failed, perhaps long after it began. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void a_statement_is_known_to_fail_before_it_is_replayed_however_long_it_took(Format format) throws Exception {
        String update = "UPDATE orders SET id = id";
        StatementLog log = read(
                format,
                format.entry("2026-11-22 10:15:01.000", "1", "shop", "statement: " + update, "")
                        + format.entry("2026-11-22 10:15:02.000", "2", "shop", "statement: " + update, "")
                        + format.entry("2026-11-22 10:15:03.000", "3", "shop", "statement: " + update, "")
                        + format.error("2026-11-22 10:15:04.000", "2", "deadlock detected", update)
                        + format.entry("2026-11-22 10:15:09.000", "3", "shop", "statement: SELECT 1", "")
                        + format.error(
                                "2026-11-22 10:15:31.000", "1", "canceling statement due to user request", update),
                WRITING);

        assertThat(bySession(log).get("1")).extracting(LoggedStatement::failure).containsExactly("57014");
        assertThat(bySession(log).get("2")).extracting(LoggedStatement::failure).containsExactly("40P01");
        assertThat(bySession(log).get("3")).extracting(LoggedStatement::failure).containsExactly(null, null);
    }

    /** PostgreSQL 15 wrote these with log_parameter_max_length_on_error, the first with %e in the prefix, the second with log_error_verbosity = verbose. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"%m [%p] %e ; 22012 ERROR:  division by zero", "%m [%p] ; ERROR:  22012: division by zero"})
    void a_failed_statement_has_its_parameters_and_sqlstate_where_the_log_has_them(String prefix, String error)
            throws Exception {
        String begin = "2026-11-28 01:21:04.465 UTC [559] " + (prefix.contains("%e") ? "22012 " : "");
        StatementLog log = read(
                Format.STDERR,
                begin + "LOG:  statement: BEGIN\n2026-11-28 01:21:04.465 UTC [559] " + error.strip() + "\n" + begin
                        + "CONTEXT:  PL/pgSQL function f() line 1 at RAISE\n\tunnamed portal with parameters: $1 = 'it''s', $2 = NULL\n"
                        + begin + "STATEMENT:  SELECT $1, 1/$2::int\n",
                new Reading(prefix.strip() + " ", null, true));

        LoggedStatement failed = bySession(log).get("559").get(1);
        assertThat(failed.failure()).isEqualTo("22012");
        assertThat(failed.sql()).isEqualTo("SELECT $1, 1/$2::int");
        assertThat(failed.extended()).isTrue();
        assertThat(failed.parameters()).containsExactly("it's", null);
        assertThat(log.findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void a_log_of_failed_statements_alone_is_refused(Format format) {
        assertThatThrownBy(() ->
                        read(format, format.error("2026-11-22 10:15:01.400", "1", "syntax error", "selec"), WRITING))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no statement to replay");
    }

    /** PostgreSQL 15 wrote all three at once, while pgbench ran 2 x 3 of its transactions and two reads of two lines each. */
    @Test
    void a_servers_three_logs_tell_the_same() throws Exception {
        Reading reading = new Reading("%m [%p] %q%u@%d %c ", null, true);
        StatementLog csv = real("shop.csv", reading);
        StatementLog json = real("shop.json", reading);
        StatementLog stderr = real("shop.log", reading);

        assertThat(csv.findings()).isEmpty();
        assertThat(bare(json)).isEqualTo(bare(csv));
        assertThat(bare(stderr)).isEqualTo(bare(csv));
        List<LoggedStatement> all =
                bySession(csv).values().stream().flatMap(List::stream).toList();
        assertThat(all.stream().filter(s -> s.sql().startsWith("INSERT INTO pgbench_history")))
                .hasSize(6)
                .allSatisfy(insert -> assertThat(insert.parameters()).hasSize(4).allMatch(v -> v.matches("-?\\d+")));
        assertThat(all.stream().filter(s -> s.sql().equals("BEGIN;"))).hasSize(6);
        assertThat(all.stream().filter(s -> s.sql().contains("\"quoted\", and\n\tin two lines")))
                .hasSize(2);
        assertThat(csv.leftOut().keySet())
                .containsExactlyInAnyOrder("messages that are no statements", "parse and bind messages");
        assertThat(json.leftOut()).isEqualTo(csv.leftOut());
    }

    private StatementLog real(String name, Reading reading) throws Exception {
        try (InputStream in = java.util.Objects.requireNonNull(StatementLogTest.class.getResourceAsStream(name))) {
            Path file = folder.resolve(name);
            Files.copy(in, file);
            return read(file, reading);
        }
    }

    private static List<Object> bare(StatementLog log) {
        List<Object> all = new ArrayList<>();
        bySession(log)
                .values()
                .forEach(session -> session.forEach(s ->
                        all.add(Arrays.asList(s.startMicros(), s.session(), s.sql(), s.extended(), s.parameters()))));
        return all;
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void a_log_cut_at_both_ends_and_damaged_between_is_read_as_far_as_it_goes(Format format) throws Exception {
        String whole = log(format);
        String[] lines = whole.split("(?<=\n)");
        // The beginning is the end of an entry, garbage is between two, and the end is missing.
        String cut = "the end of a statement', \"x\n" + whole.substring(0, whole.indexOf(lines[3])) + "garbage \"{\n"
                + whole.substring(whole.indexOf(lines[3]), whole.length() - 20);

        StatementLog log = read(format, cut, WRITING);

        int last = (int) cut.lines().count();
        assertThat(bySession(log).get("101"))
                .extracting(LoggedStatement::sql)
                .startsWith("BEGIN")
                .doesNotContain("COMMIT");
        assertThat(log.findings())
                .anySatisfy(finding -> assertThat(finding)
                        .startsWith(
                                "The log ends in the middle of line " + last + ": its last entry, from line " + last))
                .anySatisfy(finding -> assertThat(finding)
                        .startsWith("Left out: lines that cannot be read, ")
                        .contains("line 1 ("));
        // Where the garbage is within an entry of several lines, the rest of them, too.
        assertThat(log.leftOut())
                .containsEntry("lines that cannot be read", format == Format.JSON ? 2L : 4L)
                .containsEntry("the entry that the end of the log cuts", 1L);
    }

    @Test
    void a_log_may_be_cut_anywhere() throws Exception {
        for (Format format : Format.values()) {
            String whole = log(format);
            int first = whole.indexOf('\n', whole.indexOf("statement: BEGIN")) + 1;
            for (int length = first; length < whole.length(); length += 7) {
                StatementLog log = read(format, whole.substring(0, length), WRITING);
                boolean isCut = whole.charAt(length - 1) != '\n';

                assertThat(log.size()).as(format + " " + length).isBetween(1L, 5L);
                assertThat(log.findings().stream().anyMatch(f -> f.startsWith("The log ends in the middle of line")))
                        .as(format + " " + length)
                        .isEqualTo(isCut);
            }
        }
    }

    @Test
    void a_prepared_statement_may_be_called_anything() throws Exception {
        StringBuilder log = new StringBuilder();
        for (String name : List.of("<unnamed>", "S_1", "orders:1", "orders:1/C_2", "a b, c")) {
            for (String step : List.of("parse", "bind", "execute", "execute fetch from")) {
                log.append(Format.JSON.entry(
                        "2026-11-22 10:15:01.000", "101", "shop", step + " " + name + ": SELECT 'a: b'", ""));
            }
        }

        StatementLog read = read(Format.JSON, log.toString(), WRITING);

        assertThat(bySession(read).get("101"))
                .extracting(LoggedStatement::sql)
                .hasSize(5)
                .containsOnly("SELECT 'a: b'");
        assertThat(read.leftOut())
                .containsOnly(
                        Map.entry("parse and bind messages", 10L), Map.entry("further rows fetched from a portal", 5L));
    }

    /** Of a statement that stores lines of a log. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void a_line_of_a_text_that_looks_like_an_entry_is_none(Format format) throws Exception {
        String entry = format.entry("2026-11-22 10:15:02.000", "101", "shop", "statement: SELECT 'a \"b\"'", "");
        String unquoted = "2026-11-22 10:15:02.000 UTC,,,103,,103,1,,2026-11-22 10:00:00 UTC,,0,LOG,00000,";
        String sql = "INSERT INTO logs VALUES ('\n" + entry + unquoted + "\n', 1)";
        String log = format.entry("2026-11-22 10:15:01.000", "101", "shop", "statement: " + sql, "")
                + format.entry("2026-11-22 10:15:03.000", "102", "shop", "statement: SELECT 1", "");

        StatementLog read = read(format, log, WRITING);

        assertThat(bySession(read).get("101")).extracting(LoggedStatement::sql).containsExactly(sql);
        assertThat(bySession(read).get("102")).extracting(LoggedStatement::sql).containsExactly("SELECT 1");
        assertThat(read.findings()).isEmpty();
    }

    /** As a server leaves them that is killed, or a disk that is full. */
    @Test
    void a_csvlog_cut_within_quotes_goes_on_with_the_next_entry() throws Exception {
        String cut = Format.CSV.entry("2026-11-22 10:15:00.000", "101", "shop", "statement: SELECT 'a \"b\"'\n, 2", "");
        String whole = Format.CSV.entry("2026-11-22 10:15:01.000", "102", "shop", "statement: SELECT \"c\"", "");
        for (int length = cut.indexOf("SELECT '"); length < cut.indexOf(", 2"); length++) {
            StatementLog log = read(Format.CSV, cut.substring(0, length) + "\n" + whole, WRITING);

            assertThat(bySession(log).get("102"))
                    .as(length + "")
                    .extracting(LoggedStatement::sql)
                    .containsExactly("SELECT \"c\"");
        }
    }

    @Test
    void a_csvlog_cut_after_a_line_of_quoted_text_lacks_that_entry() throws Exception {
        String whole = log(Format.CSV);
        String cut = whole.substring(0, whole.indexOf("FROM orders"));
        long last = cut.lines().count();

        StatementLog log = read(Format.CSV, cut, WRITING);

        assertThat(bySession(log)).containsOnlyKeys("101");
        assertThat(log.findings())
                .containsExactly("The log ends after line " + last + ": its last entry, from line " + last
                        + " on, is not replayed.");
        assertThat(log.leftOut())
                .containsEntry("the entry that the end of the log cuts", 1L)
                .doesNotContainKey("lines that cannot be read");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void a_log_that_grows_ends_where_it_ended_when_it_was_read_through(Format format) throws Exception {
        String whole = log(format);
        StatementLog log = read(format, whole.substring(0, whole.length() - 20), WRITING);
        List<Object> before = bare(log);

        String later = format.entry("2026-11-22 10:15:02.000", "101", "shop", "statement: SELECT 2", "")
                + format.entry("2026-11-22 10:15:02.000", "104", "shop", "statement: SELECT 3", "");
        Files.writeString(folder.resolve(format.file), whole + later);

        assertThat(before).hasSize(4);
        assertThat(bare(log)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1|SELECT 1",
                "/* a */ -- b\\n (WITH x AS (SELECT 1) SELECT 2)|same",
                "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE|BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ  WRITE|SET SESSION CHARACTERISTICS AS TRANSACTION"
                        + " READ ONLY",
                "SET search_path = shop|same",
                "ROLLBACK TO SAVEPOINT a|same",
                "BEGIN READ /**/ WRITE|",
                "SET default_transaction_read_only = off|",
                "SELECT set_config('Transaction_read_only', 'off', false)|",
                "DISCARD ALL|",
                "RESET all|",
                "COMMIT PREPARED 'a'|",
                "PREPARE TRANSACTION 'a'|",
                "INSERT INTO orders VALUES (1)|",
                "-- SELECT\\nDELETE FROM orders|",
                "DO $$BEGIN END$$|",
                "CALL pay()|",
                "VACUUM|",
                "COPY orders TO STDOUT|",
                "|"
            })
    void only_what_reads_is_replayed_unless_writing_is_asked_for(String sql, String replayed) throws Exception {
        String text = sql == null ? "" : sql.replace("\\n", "\n");
        String log = Format.CSV.entry("2026-11-22 10:15:00.000", "1", "shop", "statement: SELECT 0", "")
                + Format.CSV.entry("2026-11-22 10:15:00.001", "1", "shop", "statement: " + text, "");

        List<LoggedStatement> read = bySession(read(Format.CSV, log, READ_ONLY)).get("1");
        List<LoggedStatement> all = bySession(read(Format.CSV, log, WRITING)).get("1");

        assertThat(read).hasSize(replayed == null ? 1 : 2);
        if (replayed != null) {
            assertThat(read.get(1).sql()).isEqualTo(replayed.equals("same") ? text : replayed);
        }
        assertThat(all).hasSize(text.startsWith("COPY") ? 1 : 2);
    }

    @Test
    void what_cannot_be_replayed_is_counted_and_named_and_a_clock_that_jumps_is_told() throws Exception {
        String log = Format.JSON.entry("2026-11-22 10:15:09.000", "1", "shop", "statement: SELECT 1", "")
                + Format.JSON.entry("2026-11-22 10:15:01.000", "1", "shop", "execute a: SELECT $1", "")
                + Format.JSON.entry(
                        "2026-11-22 10:15:02.000", "1", "shop", "execute a: SELECT $1", "Parameters: $1 = 'abc...'")
                + Format.JSON.entry(
                        "2026-11-22 10:15:03.000", "1", "shop", "execute a: SELECT $1", "Parameters: $1 = 'a")
                + Format.JSON.entry("2026-11-22 10:15:04.000", "1", "shop", "execute fetch from a: SELECT 1", "")
                + Format.JSON.entry("2026-11-22 10:15:05.000", "1", "shop", "statement: SELECT 2", "");

        StatementLog read = read(Format.JSON, log, READ_ONLY);

        assertThat(read.findings())
                .containsExactly(
                        "The log's clock goes back by 8.0 s at line 2; what comes then is due without a pause.",
                        "Left out: statements whose parameters are not in the log, 1, in line 2.",
                        "Left out: parameters that the log cuts (log_parameter_max_length), 1, in line 3.",
                        "Left out: parameters that cannot be read, 1, in line 4 (the value of $1 does not end).",
                        "Left out: further rows fetched from a portal, 1, in line 5.");
        assertThat(bySession(read).get("1"))
                .extracting(LoggedStatement::startMicros)
                .as("the entry at which the clock goes back has no pause before it, and the next one keeps its own")
                .containsExactly(read.startMicros(), read.startMicros() + 4_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[%p] |has no time|%m, %t or %n",
                "%m |does not tell sessions apart|%c or %p",
                "%m [%p] %y |has %y, which is no escape|SHOW log_line_prefix",
                "%t [%c] |No line of|--log-line-prefix"
            })
    void a_prefix_that_does_not_fit_is_refused_with_what_to_say(String prefix, String problem, String advice)
            throws Exception {
        String log = Format.STDERR.entry("2026-11-22 10:15:09.000", "1", "shop", "statement: SELECT 1", "");

        assertThatThrownBy(() -> read(Format.STDERR, log, new Reading(prefix, null, false)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(advice);
    }

    /** Those of the server's own processes fit, as in a log of Debian's. */
    @Test
    void a_prefix_that_only_some_lines_fit_is_named_and_every_other_line_counted() throws Exception {
        String log = "2026-11-22 10:15:00.000 UTC [1] LOG:  checkpoint starting: time\n"
                + Format.STDERR
                        .entry("2026-11-22 10:15:01.000", "2", "shop", "statement: SELECT 1", "")
                        .repeat(3)
                + Format.STDERR
                        .entry("2026-11-22 10:15:02.000", "3", "shop", "statement: SELECT 1", "")
                        .repeat(4);
        String one = "2026-11-22 10:15:03.000 UTC [4] LOG:  statement: SELECT 4\n";
        Reading other = new Reading("%m [%p] ", null, false);

        assertThatThrownBy(() -> read(Format.STDERR, log, other))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("7 lines that cannot be read")
                .hasMessageContaining("log_line_prefix \"%m [%p] \"")
                .hasMessageContaining("--log-line-prefix");
        StatementLog read = read(Format.STDERR, log + one, other);
        assertThat(read.size()).isEqualTo(1);
        assertThat(read.leftOut()).containsEntry("lines that cannot be read", 7L);
    }

    @Test
    void an_interrupt_ends_the_reading() throws IOException {
        Path file = Files.writeString(folder.resolve("shop.csv"), log(Format.CSV));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> read(file, WRITING)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_log_without_statements_or_of_several_databases_is_refused() throws Exception {
        String nothing = Format.CSV.entry("2026-11-22 10:15:00.000", "1", "shop", "checkpoint starting: time", "");

        assertThatThrownBy(() -> read(Format.CSV, nothing, READ_ONLY))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no statement to replay. Not replayed: 1 messages that are no statements.")
                .hasMessageContaining("log_min_duration_statement");
        assertThatThrownBy(() -> read(Format.CSV, log(Format.CSV), new Reading("%m [%p] ", null, true)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("{billing=1, shop=5}")
                .hasMessageContaining("--log-database");
        String unsaid = "2026-11-22 10:15:01.000 UTC [2] LOG:  statement: SELECT 1\n";
        assertThatThrownBy(() -> read(Format.STDERR, unsaid, new Reading("%m [%p] ", "shop", true)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("does not say in which database")
                .hasMessageContaining("%d");
        assertThatThrownBy(() -> read(folder.resolve("none.csv"), READ_ONLY))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> read(Format.STDERR, "", READ_ONLY))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("is empty. Name a file that the server has written to")
                .hasMessageNotContaining("log_line_prefix");
    }

    @Test
    void a_log_that_is_packed_and_rotated_is_read_file_after_file_whatever_their_names() throws Exception {
        String whole = log(Format.CSV);
        int cut = whole.indexOf("2026-11-22 10:15:01.200");
        Path earlier = packed("b.csv.gz", whole.substring(0, cut));
        Path later = Files.writeString(folder.resolve("a.csv"), whole.substring(cut));
        Path empty = Files.createFile(folder.resolve("c.csv"));

        StatementLog log = StatementLog.read(List.of(later, empty, earlier), WRITING, Progress.SILENT);

        assertThat(bare(log)).isEqualTo(bare(read(Format.CSV, whole, WRITING)));
        assertThat(bySession(log).get("101"))
                .extracting(LoggedStatement::place)
                .containsExactly("line 2 of b.csv.gz", "line 2 of a.csv", "line 4 of a.csv", "line 6 of a.csv");
        assertThat(log.findings()).isEmpty();
    }

    @Test
    void a_log_of_stderr_is_told_by_its_lines_and_not_by_its_name() throws Exception {
        Path file = Files.writeString(folder.resolve("logfile"), """
            2026-11-22 10:15:00.000 UTC [1] LOG:  received SIGHUP, reloading configuration files
            2026-11-22 10:15:01.000 UTC [2] LOG:  statement: SELECT 1, 2
            """);

        assertThat(read(file, new Reading(Reading.DEFAULT_PREFIX, null, false)).size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "%m [%p] %a %d ,PostgreSQL JDBC Driver shop",
        "%m [%p] %i %d ,idle in transaction shop",
        "%m [%p] %d ,shop"
    })
    void a_blank_before_the_databases_name_is_none_of_it(String prefix, String values) throws Exception {
        Path file = Files.writeString(
                folder.resolve("blanks.log"),
                "2026-11-22 10:15:01.000 UTC [2] " + values + " LOG:  statement: SELECT 1\n");

        assertThat(read(file, new Reading(prefix + " ", "shop", false)).size()).isEqualTo(1);
    }

    /** {@code log_error_verbosity = verbose}. */
    @Test
    void a_log_of_stderr_may_name_sqlstates_and_places_in_the_servers_source() throws Exception {
        Path file = Files.writeString(folder.resolve("verbose.log"), """
            2026-11-22 10:15:01.000 UTC [2] LOG:  00000: duration: 0.312 ms  execute <unnamed>: SELECT $1,
            \t2
            2026-11-22 10:15:01.000 UTC [2] DETAIL:  parameters: $1 = 'LOG:  00000: x'
            2026-11-22 10:15:01.000 UTC [2] LOCATION:  exec_execute_message, postgres.c:2231
            2026-11-22 10:15:02.000 UTC [2] ERROR:  22012: division by zero
            2026-11-22 10:15:02.000 UTC [2] LOCATION:  int4div, int.c:846
            2026-11-22 10:15:02.000 UTC [2] STATEMENT:  SELECT 1/0
            """);

        assertThat(bySession(read(file, new Reading(Reading.DEFAULT_PREFIX, null, false)))
                        .get("2"))
                .satisfiesExactly(
                        statement -> {
                            assertThat(statement.sql()).isEqualTo("SELECT $1,\n2");
                            assertThat(statement.parameters()).containsExactly("LOG:  00000: x");
                        },
                        failed -> assertThat(failed.sql()).isEqualTo("SELECT 1/0"));
    }

    private Path packed(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void a_packed_log_that_was_cut_is_read_as_far_as_it_goes_and_a_damaged_one_is_refused() throws Exception {
        byte[] whole = Files.readAllBytes(packed("shop.csv.gz", log(Format.CSV).repeat(200)));
        Path cut = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
        byte[] broken = whole.clone();
        Arrays.fill(broken, broken.length / 2, broken.length / 2 + 40, (byte) 0x55);
        Path damaged = Files.write(folder.resolve("damaged.csv.gz"), broken);

        StatementLog log = read(cut, new Reading("%m [%p] ", "shop", true));

        assertThat(log.findings()).anyMatch(finding -> finding.startsWith("The log ends in the middle of line "));
        assertThat(log.size()).isBetween(5L, 999L);
        assertThatThrownBy(() -> read(damaged, WRITING))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("cannot be unpacked, from line ")
                .hasMessageContaining("Copy it again");
    }

    /** A log of 80 MB, of which a statement is told only minutes after it began. */
    @Test
    void a_large_log_is_never_in_memory_as_a_whole_and_a_long_statement_still_begins_in_time() throws Exception {
        String filler = "x".repeat(20_000);
        int count = 4_000;
        Path file = folder.resolve("large.csv.gz");
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(file)) {
                    {
                        def.setLevel(java.util.zip.Deflater.BEST_SPEED);
                    }
                },
                StandardCharsets.UTF_8)) {
            for (int i = 0; i < count; i++) {
                String time = String.format("2026-11-22 %02d:%02d:%02d.000", 10 + i / 3600, i / 60 % 60, i % 60);
                out.write(Format.CSV.entry(time, "1", "shop", "statement: SELECT " + i + " -- " + filler, ""));
                if (i == count - 2) {
                    out.write(Format.CSV.entry(
                            time, "2", "shop", "duration: 3000500.000 ms  statement: SELECT 'long'", ""));
                }
            }
        }

        List<Long> kilobytes = new ArrayList<>();
        long whole = Files.size(file) / 1_000;
        StatementLog log = StatementLog.read(List.of(file), READ_ONLY, (what, done, total) -> {
            assertThat(total).isEqualTo(whole);
            kilobytes.add(done);
        });

        assertThat(kilobytes).as("read of the packed file").isSorted().endsWith(whole);
        assertThat(kilobytes.get(0)).as("a part of it first").isLessThan(whole / 2);
        assertThat(log.size()).isEqualTo(count + 1);
        int most = 0;
        String beforeLong = "";
        try (StatementStream stream = log.open()) {
            for (LoggedStatement next = stream.next(); next != null; next = stream.next()) {
                most = Math.max(most, stream.readAhead());
                if (next.sql().equals("SELECT 'long'")) {
                    break;
                }
                beforeLong = next.sql().substring(0, 12).strip();
            }
        }
        assertThat(beforeLong).as("it began 3000.5 s before second 3998").isEqualTo("SELECT 997 -");
        assertThat(most).as("statements in memory").isLessThan(20);
    }

    @Test
    void sessions_at_a_time_are_those_that_have_begun_and_have_statements_left() {
        List<LoggedSession> sessions = List.of(
                new LoggedSession(2, 1_000, 5_000),
                new LoggedSession(2, 2_000, 3_000),
                new LoggedSession(1, 3_100, 3_100),
                new LoggedSession(9, 8_000, 9_000));

        assertThat(LoggedSession.mostAtOnce(sessions, 0, Long.MAX_VALUE)).isEqualTo(2);
        assertThat(LoggedSession.mostAtOnce(sessions, 500, Long.MAX_VALUE)).isEqualTo(3);
        assertThat(LoggedSession.mostAtOnce(sessions, 10_000, 8_001)).isEqualTo(4);
        assertThat(LoggedSession.mostAtOnce(sessions, 500, 2_000)).isEqualTo(1);
        assertThat(LoggedSession.mostAtOnce(sessions, 500, 0)).isZero();
    }
}
