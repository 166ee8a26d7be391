package dev.rehearse.cli.instrument;

import static dev.rehearse.cli.option.GivenOptions.require;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.option.GivenOptions;
import dev.rehearse.loadtest.replay.ExportedLoad;
import dev.rehearse.loadtest.replay.ReplayPlan;
import dev.rehearse.serverlog.StatementExport;
import dev.rehearse.serverlog.StatementLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What {@code rehearse load} replays in place of scripts: a server's log, or an export of pg_stat_statements. */
final class ReplayOptions {

    @Option(
            names = "--replay",
            paramLabel = "LOG",
            arity = "1..*",
            description = {
                "In place of scripts: the statements of a server's log (csvlog, jsonlog or stderr, packed by gzip or"
                        + " not, in one file or several), at their own times, each session on a connection of its own.",
                "Or those of an export of pg_stat_statements (CSV with query and calls, or a profile of data capture),"
                        + " at the rates that it says, with values from the database.",
                "The sessions are read-only, and statements that may write are left out."
            })
    private List<Path> files = List.of();

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "1",
            description = "With --replay: so many times as fast as they came (1).")
    private double speed = 1;

    @Option(
            names = "--span",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            description =
                    "With --replay of an export that does not say it: how long its calls took, such as 90m, 24h or 7d.")
    private @Nullable Duration span;

    @Option(
            names = "--replay-writes",
            description = "With --replay: the statements that write, too. The database is changed by them.")
    private boolean writes;

    @Option(
            names = "--log-line-prefix",
            paramLabel = "PREFIX",
            defaultValue = StatementLog.Reading.DEFAULT_PREFIX,
            description = "With --replay of a log of stderr: the server's log_line_prefix ('%%m [%%p] ').")
    private String linePrefix = StatementLog.Reading.DEFAULT_PREFIX;

    @Option(
            names = "--log-database",
            paramLabel = "NAME",
            description = "With --replay: only what ran in that database. A log of stderr tells by %%d in its prefix.")
    private @Nullable String logDatabase;

    boolean isGiven() {
        return !files.isEmpty();
    }

    boolean isOfExport() {
        return files.size() == 1 && StatementExport.isMeant(files.get(0));
    }

    double speed() {
        return speed;
    }

    boolean writes() {
        return writes;
    }

    /** Reads the log. */
    ReplayPlan plan(
            String url, @Nullable Duration length, @Nullable Path intervalLog, GivenOptions given, Console console)
            throws InterruptedException {
        require(
                files.size() == 1 || files.stream().noneMatch(StatementExport::isMeant),
                "--replay takes one export by itself: the rates of several, or of a log beside it, are not added up.");
        if (span != null) {
            throw StatementExport.isNone(files.get(0));
        }
        given.refuse(
                "--replay takes statements, times and sessions from the log.",
                "-b",
                "-f",
                "-c",
                "-R",
                "--arrivals",
                "--connection-timeout",
                "-t",
                "-M",
                "-D",
                "-s",
                "--max-tries",
                "--random-seed");
        checkSpeed();
        ConsoleProgress progress = new ConsoleProgress(console);
        StatementLog.Reading reading = new StatementLog.Reading(linePrefix, logDatabase, writes);
        StatementLog log = StatementLog.read(files, reading, progress);
        progress.clear();
        String first = String.valueOf(files.get(0).getFileName());
        return new ReplayPlan(
                url,
                log,
                files.size() == 1 ? first : first + " and " + (files.size() - 1) + " more",
                speed,
                length == null ? Duration.ZERO : length,
                writes,
                intervalLog);
    }

    /** Reads the export, and asks the database for values. */
    ExportedLoad export(String url, Console console) throws InterruptedException {
        checkSpeed();
        StatementExport export = StatementExport.read(files.get(0), span, writes);
        ConsoleProgress progress = new ConsoleProgress(console);
        ExportedLoad load = ExportedLoad.of(url, export, writes, progress);
        progress.clear();
        return load;
    }

    private void checkSpeed() {
        require(speed > 0 && speed <= 1_000_000, "--speed " + speed + " is no speed. Say 1, 2.5 or the like.");
    }

    static final class SpanConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String value) {
            Matcher span = Pattern.compile("(\\d{1,9})([smhd])").matcher(value);
            if (!span.matches() || Long.parseLong(span.group(1)) == 0) {
                throw new TypeConversionException("'" + value + "' is no span of time; say 90m, 24h or 7d");
            }
            long number = Long.parseLong(span.group(1));
            return switch (span.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
