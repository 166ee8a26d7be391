package dev.rehearse.cli.instrument;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.cli.option.UrlOption;
import dev.rehearse.recording.RunClock;
import dev.rehearse.report.Units;
import dev.rehearse.wiretap.Interference;
import dev.rehearse.wiretap.ServerTls;
import dev.rehearse.wiretap.TapSettings;
import dev.rehearse.wiretap.TapSettings.ServersWords;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.lock.LockProbe;
import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.record.StatementLines;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "tap",
        description = {
            "Listens on the loopback interface, passes everything through to a PostgreSQL server, and writes a line of JSON for each"
                    + " statement as it ends. Any client may connect, with the user, password and database that it uses otherwise."
                    + " Ctrl-C ends it, and it says what failed in it, such as a connection that could not be passed on.",
            "A connection that the server refuses, or ends while it is idle, has a line, too.",
            "Clients speak to the tap in plain text: asked for TLS or GSSAPI it answers no, and a client that insists"
                    + " (sslmode=require) gives up. Replication connections pass unread."
        },
        footerHeading = "%nThe fields of a line:%n",
        footer = {
            "  number             in order of start, from 0",
            "  at                 when it had arrived from the client or, in a pipeline, the",
            "                     one before it had been answered; by the wall clock",
            "  startMicros        the same, monotonic, since the tap began to listen",
            "  firstByteMicros    when its answer began to arrive, or null",
            "  endMicros          when the server had answered",
            "  backendPid         the server process; also user, database,",
            "                     applicationName",
            "  sql                its text, of which the first 64 KiB are kept; null where it",
            "                     is a connection that was refused or terminated, whose",
            "                     line ends with outcome, sqlState and message",
            "  parameters         with --parameters, for the extended protocol: text,",
            "                     null, or {\"hex\": ..} for binary values;",
            "                     {\"cut\": true} where there was more than 1,000 characters",
            "                     of it, or 64 KiB of all of them",
            "  outcome            SUCCEEDED, FAILED, or UNKNOWN: the connection was lost;",
            "                     REFUSED: it never came to be; TERMINATED: the server",
            "                     ended it while no statement ran",
            "  tag, rows          the server's word for what it did and the count in it;",
            "                     without a tag, the rows of a fetch after which there may",
            "                     be more",
            "  sqlState, message  of its failure, or null",
            "  transaction        the state after it, in a pipeline after its Sync: IDLE,",
            "                     OPEN, FAILED, UNKNOWN",
            "  messageStatements  how many of its message the server came to; where more",
            "                     than one, times are of all of them, tag and rows of the",
            "                     last that succeeded",
            "  notices            what the server said at DEBUG and LOG: severity,",
            "                     text, atMicros",
            "  locks              with --url: the relation locks that it left behind in",
            "                     its open transaction and that the session did not",
            "                     hold before: relation, kind, oid, mode; or null",
            "  notMeasured        what was not, and why: locks, and the times of those",
            "                     in a pipeline, such as a batch, that the server answered",
            "                     at once: the first has the time of all"
        })
public final class TapCommand implements Callable<Integer> {

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "PORT",
            converter = TapAddress.ListenConverter.class,
            description = "The port of 127.0.0.1 to listen on; 0 for any that is free. No other interface is served.")
    private int listen;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "HOST:PORT",
            converter = TapAddress.ServerConverter.class,
            description = "The server.")
    private TapAddress to = new TapAddress("", 0);

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Where the lines go; a file that is there is replaced. Without it, or with -: to standard output.")
    private Path json = Path.of("-");

    @Option(
            names = "--parameters",
            description = "Note the values that were bound to each statement. They may be anybody's personal data.")
    private boolean parameters;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "A second connection to the same database, to read the locks of open transactions over after each"
                            + " statement; its client waits for that. Without it no locks are measured. "
                            + UrlOption.FORMS)
    private @Nullable String url;

    @Option(
            names = "--notices",
            description =
                    "Ask the server, as each client logs in, for its messages from DEBUG1 up: what it rewrites, scans and"
                            + " builds. They stop at the tap, unless the client itself asks for them.")
    private boolean notices;

    @Option(
            names = "--tls",
            paramLabel = "WHEN",
            converter = TapAddress.TlsConverter.class,
            description =
                    "Speak TLS to the server: never, when-demanded (default: where it refuses plain text), or always.")
    private ServerTls.@Nullable Mode tls;

    @Option(
            names = "--root-certificate",
            paramLabel = "FILE",
            description =
                    "Check the server's certificate and name against the certificates in this PEM file; implies --tls always."
                            + " Without it nothing is checked.")
    private @Nullable Path rootCertificate;

    @Spec
    private @Nullable CommandSpec spec;

    private final Console console;

    public TapCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RunClock clock = new RunClock();
        TapSettings settings = settings();
        console.whenInterrupted(() -> "Interrupted: nothing was tapped yet.", false);
        try (LockProbe locks = probe()) {
            Writer out = TextOutput.open(json, console);
            try (StatementLines lines = StatementLines.to(out, clock, locks, parameters);
                    Wiretap tap = Wiretap.listen(to.server(), settings, clock, lines)) {
                console.whenInterrupted(() -> ending(lines, tap), true);
                console.message("Listening on 127.0.0.1:" + tap.port() + " for " + to
                        + ". Connect with host=127.0.0.1 port=" + tap.port() + ". Ctrl-C ends it.");
                awaitEnd(lines);
            }
            // Not where lines could not be written: it would wait for whoever does not read them.
            out.close();
        } catch (IOException e) {
            throw TextOutput.cannotWrite(json, e, "The tap is closed: a record with gaps would pass for a whole one.");
        }
        return ExitCode.OK;
    }

    private static void awaitEnd(StatementLines lines) throws IOException {
        try {
            lines.awaitFailure();
        } catch (InterruptedException e) {
            // Ctrl-C. Lines that cannot be written as the tap closes are told of all the same.
        }
    }

    private static String ending(StatementLines lines, Wiretap tap) {
        List<String> failures = tap.failures();
        return "Interrupted: closing the tap after " + Units.count(lines.sessions(), "connection") + " and "
                + Units.count(lines.statements(), "statement") + "." + refusals(lines)
                + (failures.isEmpty() ? "" : " What failed in it: " + String.join("; ", failures));
    }

    private static String refusals(StatementLines lines) {
        EndedConnection last = lines.lastRefused();
        return last == null
                ? ""
                : " " + Units.count(lines.refused(), "connection") + " refused, the last for "
                        + last.client().user() + ": "
                        + (last.sqlState() == null ? "" : last.sqlState() + " ") + last.message() + ".";
    }

    private @Nullable LockProbe probe() {
        return url == null ? null : LockProbe.open(url);
    }

    private TapSettings settings() {
        ServerTls.Mode mode = tls != null ? tls : ServerTls.Mode.DEMANDED;
        if (rootCertificate != null) {
            if (tls != null && tls != ServerTls.Mode.ALWAYS) {
                throw wrong("--root-certificate needs --tls always");
            }
            mode = ServerTls.Mode.ALWAYS;
        }
        if (to.leadsToLoopback(listen)) {
            throw wrong("The tap would pass everything on to itself: --listen and --to name the same port");
        }
        return new TapSettings(
                listen,
                new ServerTls(mode, rootCertificate),
                parameters,
                notices ? ServersWords.ASKED_FOR : ServersWords.PASSED,
                Interference.NONE);
    }

    private ParameterException wrong(String what) {
        return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), what);
    }
}
