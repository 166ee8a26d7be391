package dev.rehearse.cli.instrument;

import dev.rehearse.EnvironmentException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.cli.option.SecondsConverter;
import dev.rehearse.cli.option.UrlOption;
import dev.rehearse.observe.watch.LockWatch;
import dev.rehearse.observe.watch.WatchedWait;
import dev.rehearse.report.ReportJson;
import dev.rehearse.report.Units;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "watch",
        description =
                "Watches a database for waits for locks: who waited, for what, how long, behind whom. Changes nothing there.",
        footer = {
            "",
            "The role needs pg_read_all_stats (pg_monitor has it). PostgreSQL 14 to 18.",
            "Each line of FILE is an entry of lockWaits[] in a report, with the waiter's pid and application_name."
        })
public final class WatchCommand implements Callable<Integer> {

    /** How often the main thread looks whether there is something to say, or an end. */
    private static final long NAP_MILLIS = 50;

    @Mixin
    private UrlOption url = new UrlOption();

    @Option(
            names = {"-T", "--time"},
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            description = "How long; until Ctrl-C by default, which tells the waits that last, too.")
    private @Nullable Duration limit;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Writes a line of JSON there too for each wait as it ends; with - to standard output, in place of the text.")
    private @Nullable Path json;

    private final Console console;
    private long waits;
    private double longestMillis;
    private @Nullable EnvironmentException unwritable;

    public WatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.whenInterrupted(() -> "Interrupted: nothing was watched yet.", false);
        try (Writer out = json == null ? Writer.nullWriter() : TextOutput.open(json, console)) {
            LockWatch watch = LockWatch.start(url.url(), wait -> take(wait, out));
            long began = System.nanoTime();
            console.whenInterrupted(() -> "Interrupted: the waits so far.", true);
            try (watch) {
                console.message("Watching for lock waits on PostgreSQL " + watch.serverVersion()
                        + (limit == null ? ", until Ctrl-C." : ", for " + Units.millis(limit.toMillis()) + "."));
                until(began, watch);
            }
            if (unwritable != null) {
                throw unwritable;
            }
            summarize(watch, System.nanoTime() - began);
        } catch (IOException e) {
            throw ended(json, e);
        }
        return ExitCode.OK;
    }

    private static EnvironmentException ended(@Nullable Path unwritable, IOException e) {
        return TextOutput.cannotWrite(unwritable, e, "The watch ended there.");
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

    private synchronized void take(WatchedWait wait, Writer lines) {
        waits++;
        longestMillis = Math.max(longestMillis, wait.facts().millis());
        if (!TextOutput.isStandard(json)) {
            console.print(line(wait) + "\n");
            try {
                TextOutput.mustBeRead(console.out());
            } catch (IOException e) {
                unwritable = ended(null, e);
                return;
            }
        }
        try {
            lines.write(ReportJson.line(wait) + "\n");
            lines.flush();
        } catch (IOException e) {
            unwritable = ended(json, e);
        }
    }

    private static String line(WatchedWait wait) {
        String root = "somebody who was gone";
        if (!wait.blockers().isEmpty()) {
            int pid = wait.blockers().get(wait.blockers().size() - 1).pid();
            // A prepared transaction has no process.
            root = wait.facts().chain().get(wait.facts().chain().size() - 1)
                    + (pid == 0 ? "" : " [" + pid + "]")
                    + (wait.alsoBlockers().isEmpty()
                            ? ""
                            : " and "
                                    + wait.alsoBlockers().stream()
                                            .map(b -> b.who() + (b.pid() == 0 ? "" : " [" + b.pid() + "]"))
                                            .collect(Collectors.joining(", "))
                                    + (wait.otherBlockers() == 0
                                            ? ""
                                            : " and " + Units.count(wait.otherBlockers(), "other")));
        }
        return String.format(
                Locale.ROOT,
                "%s  %,.1f ms  %s [%d] for %s  behind %s  %s",
                wait.startedAt().substring(11, 23),
                wait.facts().millis(),
                wait.facts().waiter(),
                wait.pid(),
                wait.facts().lock(),
                root,
                wait.facts().ended());
    }

    private synchronized void summarize(LockWatch watch, long nanos) {
        console.message(String.format(
                Locale.ROOT,
                "%s in %.1f s%s. %,d looks at the lock table, at most %.1f ms apart: a shorter wait may have been missed.",
                Units.count(waits, "wait"),
                nanos / 1e9,
                waits == 0 ? "" : ", the longest of " + Units.millis(longestMillis),
                watch.samples(),
                watch.longestGapMicros() / 1e3));
    }
}
