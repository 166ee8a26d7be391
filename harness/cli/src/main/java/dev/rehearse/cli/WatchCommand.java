package dev.rehearse.cli;

import dev.rehearse.EnvironmentException;
import dev.rehearse.observe.LockWatch;
import dev.rehearse.observe.WatchedWait;
import dev.rehearse.report.ReportJson;
import dev.rehearse.report.Units;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "watch",
        description =
                "Watches a database for waits for locks: who waited, for what, how long, behind whom. Changes nothing there.",
        footer = {
            "",
            "The role needs pg_read_all_stats (pg_monitor has it). PostgreSQL 14 to 18.",
            "Each line of FILE is an entry of lockWaits[] in a report, with the waiter's pid and application_name."
        })
final class WatchCommand implements Callable<Integer> {

    /** How often the main thread looks whether there is something to say, or an end. */
    private static final long NAP_MILLIS = 50;

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "jdbc:postgresql://host:port/database?user=name or postgresql://name@host:port/database;"
                    + " the password in PGPASSWORD.")
    private String url = "";

    @Option(
            names = "-T",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            description = "How long; until Ctrl-C by default.")
    private @Nullable Duration limit;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes one JSON line per wait as it ends.")
    private @Nullable Path json;

    private final Console console;
    private long waits;
    private double longestMillis;
    private @Nullable IOException unwritable;

    WatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.whenInterrupted(() -> "Stopping.", true);
        long began = System.nanoTime();
        try (Writer file = json == null ? Writer.nullWriter() : Files.newBufferedWriter(json, StandardCharsets.UTF_8)) {
            LockWatch watch = LockWatch.start(url, wait -> take(wait, file));
            try (watch) {
                console.message("Watching for lock waits on PostgreSQL " + watch.serverVersion()
                        + (limit == null ? ", until Ctrl-C." : ", for " + Units.millis(limit.toMillis()) + "."));
                until(began, watch);
            }
            summarize(watch, System.nanoTime() - began);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
        if (unwritable != null) {
            throw cannotWrite(unwritable);
        }
        return ExitCode.OK;
    }

    private EnvironmentException cannotWrite(IOException e) {
        return new EnvironmentException(
                "Cannot write " + json + ": " + e + ". The watch ended there; give --json a file that can be written.",
                e);
    }

    private void until(long began, LockWatch watch) {
        int told = 0;
        try {
            while (!failed() && (limit == null || System.nanoTime() - began < limit.toNanos())) {
                List<String> notes = watch.notes();
                notes.subList(told, notes.size()).forEach(console::message);
                told = notes.size();
                Thread.sleep(NAP_MILLIS);
            }
        } catch (InterruptedException e) {
            // Ctrl-C: the end of a watch without a limit.
        }
        List<String> notes = watch.notes();
        notes.subList(told, notes.size()).forEach(console::message);
    }

    private synchronized boolean failed() {
        return unwritable != null;
    }

    private synchronized void take(WatchedWait wait, Writer file) {
        waits++;
        longestMillis = Math.max(longestMillis, wait.facts().millis());
        console.print(line(wait) + "\n");
        try {
            file.write(ReportJson.line(wait) + "\n");
            file.flush();
        } catch (IOException e) {
            unwritable = e;
        }
    }

    private static String line(WatchedWait wait) {
        String root = wait.blockers().isEmpty()
                ? "somebody who was gone"
                : wait.facts().chain().get(wait.facts().chain().size() - 1) + " ["
                        + wait.blockers().get(wait.blockers().size() - 1).pid() + "]";
        return String.format(
                Locale.ROOT,
                "%s  %,.1f ms  %s [%d] for %s on %s  behind %s  %s",
                wait.startedAt().substring(11, 23),
                wait.facts().millis(),
                wait.facts().waiter(),
                wait.pid(),
                wait.facts().mode(),
                wait.facts().relation(),
                root,
                wait.facts().ended());
    }

    private synchronized void summarize(LockWatch watch, long nanos) {
        console.message(String.format(
                Locale.ROOT,
                "%,d waits in %.1f s%s. %,d looks at the lock table, at most %.1f ms apart: a shorter wait may have been missed.",
                waits,
                nanos / 1e9,
                waits == 0 ? "" : ", the longest of " + Units.millis(longestMillis),
                watch.samples(),
                watch.longestGapMicros() / 1e3));
    }

    static final class SecondsConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String value) {
            if (value.matches("\\d{1,7}(\\.\\d{1,3})?") && Double.parseDouble(value) > 0) {
                return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1_000));
            }
            throw new TypeConversionException("'" + value + "' is no number of seconds, such as 60");
        }
    }
}
