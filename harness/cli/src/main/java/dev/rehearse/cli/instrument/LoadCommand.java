package dev.rehearse.cli.instrument;

import static dev.rehearse.cli.option.GivenOptions.require;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.cli.option.GivenOptions;
import dev.rehearse.cli.option.NoStandardOutput;
import dev.rehearse.cli.option.SecondsConverter;
import dev.rehearse.cli.option.UrlOption;
import dev.rehearse.loadtest.LoadTest;
import dev.rehearse.loadtest.LoadTestJson;
import dev.rehearse.loadtest.LoadTestListener;
import dev.rehearse.loadtest.LoadTestPlan;
import dev.rehearse.loadtest.LoadTestResult;
import dev.rehearse.loadtest.replay.ExportedLoad;
import dev.rehearse.loadtest.replay.Replay;
import dev.rehearse.loadtest.replay.ReplayPlan;
import dev.rehearse.pgbench.BuiltInScript;
import dev.rehearse.pgbench.ExpressionException;
import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Workload;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "load",
        description = {
            "Load alone, on any PostgreSQL database that you name: pgbench's scripts and option letters, with response times"
                    + " counted from when an operation was due.",
            "It runs the statements of the scripts and no other. The built-in scripts change pgbench's tables."
        })
public final class LoadCommand implements Callable<Integer> {

    private static final Duration DEFAULT_LENGTH = Duration.ofSeconds(10);

    @Mixin
    private UrlOption url = new UrlOption();

    @Option(
            names = {"-b", "--builtin"},
            paramLabel = "NAME[@WEIGHT]",
            description =
                    "A built-in script: tpcb-like (default), simple-update, select-only. May be given several times.")
    private List<String> builtIns = List.of();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "SCRIPT[@WEIGHT]",
            description = "A script for pgbench. May be given several times; each operation draws one by weight.")
    private List<String> files = List.of();

    @Option(
            names = {"-c", "--client"},
            paramLabel = "CLIENTS",
            description = "Connections, each with one operation at a time (1; 16 with --replay of an export).")
    private @Nullable Integer clients;

    @Option(
            names = {"-R", "--rate"},
            paramLabel = "RATE",
            description = "Operations due per second, at times that the database cannot put off: 400; steps,"
                    + " 100:10s,400:20s; or a day's curve over the run's length, day:50..400 (a sine wave) or"
                    + " day:50,400,100. Without it each client runs one after the other.")
    private @Nullable String rate;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            defaultValue = "poisson",
            converter = ArrivalsConverter.class,
            description =
                    "With -R: poisson (default), at random as independent users come, or constant, evenly spaced.")
    private Workload.Arrivals arrivals = Workload.Arrivals.POISSON;

    @Option(
            names = "--connection-timeout",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            description = "With -R: the clients are a pool; an operation that has waited so long for one gives up, and"
                    + " counts as shed.")
    private @Nullable Duration connectionTimeout;

    @Option(
            names = {"-T", "--time"},
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            description =
                    "How long (10; steps of -R: as long as they take). Ctrl-C ends it earlier, with the results so"
                            + " far.")
    private @Nullable Duration length;

    @Option(
            names = {"-t", "--transactions"},
            paramLabel = "N",
            description = "How many operations on each client, in place of -T.")
    private @Nullable Long transactions;

    @Option(
            names = {"-M", "--protocol"},
            paramLabel = "MODE",
            converter = ProtocolConverter.class,
            description = "simple (default), extended (default with --replay of an export) or prepared.")
    private @Nullable Protocol protocol;

    @Option(
            names = {"-D", "--define"},
            paramLabel = "NAME=VALUE",
            description = "A variable of the scripts.")
    private List<String> definitions = List.of();

    @Option(
            names = {"-s", "--scale"},
            paramLabel = "N",
            description =
                    "The variable :scale. Without it: the rows of pgbench_branches for built-in scripts, 1 for others.")
    private @Nullable Long scale;

    @Mixin
    private ReplayOptions replay = new ReplayOptions();

    @Option(
            names = "--max-tries",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How often an operation is tried that ends with 40001 or 40P01 (1; 0: until the time is over).")
    private int maxTries = 1;

    @Option(
            names = "--random-seed",
            paramLabel = "N",
            description =
                    "The number that arrivals and random values follow from. Without it: another one each time, which"
                            + " is printed.")
    private @Nullable Long randomSeed;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Writes the result there too, as one JSON object; with - to standard output, in place of the text.")
    private @Nullable Path json;

    @Option(
            names = "--hdr-log",
            paramLabel = "FILE|DIR",
            converter = NoStandardOutput.class,
            description =
                    "Writes the times of every second there, for HdrHistogram's tools: response, service, queue and"
                            + " late.hlog into a folder, with the script as tag, or all into one FILE.hlog.")
    private @Nullable Path intervalLog;

    @Spec
    private @Nullable CommandSpec spec;

    private final Console console;

    public LoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        console.whenInterrupted(() -> "Interrupted: the load had not begun.", false);
        if (replay.isOfExport()) {
            LoadTestPlan plan = exportPlan();
            return run(listener -> LoadTest.run(plan, listener), result -> LoadText.render(plan, result));
        }
        if (replay.isGiven()) {
            ReplayPlan plan = replay.plan(url.url(), length, intervalLog, given(), console);
            return run(listener -> Replay.run(plan, listener), result -> LoadText.render(plan, result));
        }
        LoadTestPlan plan = plan();
        return run(listener -> LoadTest.run(plan, listener), result -> LoadText.render(plan, result));
    }

    private interface Running {
        LoadTestResult with(LoadTestListener listener) throws InterruptedException;
    }

    private int run(Running load, Function<LoadTestResult, String> text) {
        console.whenInterrupted(() -> "Interrupted: the results so far.", true);
        if (json != null) {
            // A file that cannot be written shows now, not after the run.
            TextOutput.mustBeWritable(json);
        }
        try {
            LoadTestResult result = load.with(new Progress(console));
            if (!TextOutput.isStandard(json)) {
                console.print(text.apply(result));
            }
            if (json == null) {
                TextOutput.mustBeRead(console.out());
            } else {
                try (Writer out = TextOutput.open(json, console)) {
                    out.write(LoadTestJson.of(result));
                }
            }
            return result.operations() == 0 && result.planned() > 0 ? ExitCode.FAILED : ExitCode.OK;
        } catch (InterruptedException e) {
            console.message("There are none: the load had not begun.");
            return ExitCode.OK;
        } catch (IOException e) {
            throw TextOutput.cannotWrite(json, e, "The results are not there.");
        }
    }

    private LoadTestPlan exportPlan() throws InterruptedException {
        given().refuse(
                        "--replay takes statements and rates from the export; --speed changes the rate.",
                        "-b",
                        "-f",
                        "-R",
                        "-t",
                        "-D",
                        "-s",
                        "--log-line-prefix",
                        "--log-database");
        require(
                protocol != Protocol.SIMPLE,
                "An export has parameters in place of values, which the simple protocol has not. Say -M extended or -M"
                        + " prepared.");
        checkTries();
        int connections = connections(16);
        ExportedLoad load = replay.export(url.url(), console);
        return new LoadTestPlan(
                url.url(),
                load.work(),
                new LoadTestPlan.Pace(
                        RateCurve.constant(load.callsPerSecond() * replay.speed()),
                        arrivals == Workload.Arrivals.CONSTANT,
                        connectionTimeout,
                        length == null ? DEFAULT_LENGTH : length,
                        0),
                new LoadTestPlan.Sessions(
                        connections, protocol == null ? Protocol.EXTENDED : protocol, maxTries, !replay.writes()),
                seed(),
                intervalLog);
    }

    private int connections(int otherwise) {
        int count = clients == null ? otherwise : clients;
        require(count >= 1, "-c " + count + " is no number of clients. Say 1 or more.");
        return count;
    }

    private Map<String, String> definitions() {
        Map<String, String> defined = new LinkedHashMap<>();
        for (String definition : definitions) {
            int equals = definition.indexOf('=');
            require(equals > 0, "-D " + definition + " defines nothing. Say -D NAME=VALUE.");
            try {
                defined.put(Symbols.checked(definition.substring(0, equals)), definition.substring(equals + 1));
            } catch (ExpressionException e) {
                throw new InvalidRehearsalException("-D " + definition + ": " + e.getMessage(), e);
            }
        }
        return defined;
    }

    private void checkTries() {
        require(maxTries >= 0, "--max-tries " + maxTries + " is no number of tries. Say 0 or more.");
    }

    private GivenOptions given() {
        return new GivenOptions(Objects.requireNonNull(spec));
    }

    private long seed() {
        return randomSeed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : randomSeed;
    }

    private LoadTestPlan plan() {
        given().refuse(
                        "Without --replay there is no log or export.",
                        "--speed",
                        "--span",
                        "--replay-writes",
                        "--log-line-prefix",
                        "--log-database");
        require(
                rate != null || !given().has("--arrivals"),
                "--arrivals needs -R: without it each operation follows the one before.");
        int connections = connections(1);
        require(length == null || transactions == null, "-t and -T exclude each other: say how many, or how long.");
        require(
                transactions == null || transactions > 0,
                "-t " + transactions + " is no number of operations. Say 1 or more.");
        require(
                connectionTimeout == null || rate != null,
                "--connection-timeout needs -R: without it no operation waits for a client.");
        checkTries();
        require(maxTries > 0 || transactions == null, "--max-tries 0 needs -T: with -t it might never end.");
        Symbols symbols = new Symbols();
        List<LoadTestPlan.Weighted> scripts = scripts(symbols);
        Map<String, String> defined = definitions();
        if (scale != null) {
            defined.put("scale", scale.toString());
        }
        require(
                transactions == null || rate == null || !rate.startsWith("day:"),
                "-R " + rate + " needs -T: a day is as long as the run.");
        RateCurve curve = rate == null ? null : RateCurve.parse(rate, length == null ? DEFAULT_LENGTH : length);
        Duration timed = length != null
                ? length
                : curve == null ? DEFAULT_LENGTH : curve.lengthOfSteps().orElse(DEFAULT_LENGTH);
        boolean findsScale = (!builtIns.isEmpty() || files.isEmpty()) && !defined.containsKey("scale");
        return new LoadTestPlan(
                url.url(),
                new LoadTestPlan.Work(scripts, symbols, defined, findsScale),
                new LoadTestPlan.Pace(
                        curve,
                        arrivals == Workload.Arrivals.CONSTANT,
                        connectionTimeout,
                        transactions == null ? timed : Duration.ZERO,
                        transactions == null ? 0 : transactions),
                new LoadTestPlan.Sessions(connections, protocol == null ? Protocol.SIMPLE : protocol, maxTries, false),
                seed(),
                intervalLog);
    }

    private List<LoadTestPlan.Weighted> scripts(Symbols symbols) {
        List<LoadTestPlan.Weighted> scripts = new ArrayList<>();
        List<String> named = builtIns.isEmpty() && files.isEmpty() ? List.of("tpcb-like") : builtIns;
        for (String builtIn : named) {
            Choice choice = Choice.of(builtIn);
            scripts.add(
                    new LoadTestPlan.Weighted(BuiltInScript.named(choice.name).script(symbols), choice.weight));
        }
        for (String file : files) {
            Choice choice = Choice.of(file);
            scripts.add(new LoadTestPlan.Weighted(Script.read(Path.of(choice.name), symbols), choice.weight));
        }
        scripts.removeIf(script -> script.weight() == 0);
        require(!scripts.isEmpty(), "Every script has the weight 0, so there is nothing to run. Give one a weight.");
        return scripts;
    }

    /** A script as the command line names it. */
    private record Choice(String name, int weight) {

        static Choice of(String text) {
            int at = text.lastIndexOf('@');
            if (at < 0) {
                return new Choice(text, 1);
            }
            String weight = text.substring(at + 1);
            require(
                    weight.matches("\\d{1,6}"),
                    "\"" + weight + "\" in " + text + " is no weight. Say a whole number, such as "
                            + text.substring(0, at) + "@2.");
            return new Choice(text.substring(0, at), Integer.parseInt(weight));
        }
    }

    private record Progress(Console console) implements LoadTestListener {

        @Override
        public void progress(
                double seconds, double operationsPerSecond, long failed, double medianMillis, double p99Millis) {
            says(String.format(
                    Locale.ROOT,
                    "%6.1f s  %9.1f/s  response p50 %s ms, p99 %s ms%s",
                    seconds,
                    operationsPerSecond,
                    LoadText.millis(medianMillis),
                    LoadText.millis(p99Millis),
                    failed == 0 ? "" : "  " + failed + " failed"));
        }

        @Override
        public void says(String line) {
            console.message(line);
        }
    }

    static final class ArrivalsConverter implements ITypeConverter<Workload.Arrivals> {

        @Override
        public Workload.Arrivals convert(String value) {
            for (Workload.Arrivals arrivals : Workload.Arrivals.values()) {
                if (arrivals.name().equalsIgnoreCase(value)) {
                    return arrivals;
                }
            }
            throw new TypeConversionException("'" + value + "' is no way to arrive; there are poisson and constant");
        }
    }

    static final class ProtocolConverter implements ITypeConverter<Protocol> {

        @Override
        public Protocol convert(String value) {
            for (Protocol protocol : Protocol.values()) {
                if (protocol.name().equalsIgnoreCase(value)) {
                    return protocol;
                }
            }
            throw new TypeConversionException(
                    "'" + value + "' is no protocol; there are simple, extended and prepared");
        }
    }
}
