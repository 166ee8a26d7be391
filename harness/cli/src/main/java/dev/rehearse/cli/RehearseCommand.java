package dev.rehearse.cli;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.data.AnonymizeCommand;
import dev.rehearse.cli.data.CaptureCommand;
import dev.rehearse.cli.data.DataCommand;
import dev.rehearse.cli.data.FillCommand;
import dev.rehearse.cli.engine.CoreEngine;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.instrument.LoadCommand;
import dev.rehearse.cli.instrument.TapCommand;
import dev.rehearse.cli.instrument.WatchCommand;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.cli.rehearsal.CompareCommand;
import dev.rehearse.cli.rehearsal.DoctorCommand;
import dev.rehearse.cli.rehearsal.InitCommand;
import dev.rehearse.cli.rehearsal.PredictCommand;
import dev.rehearse.cli.rehearsal.ReportCommand;
import dev.rehearse.cli.rehearsal.RunCommand;
import dev.rehearse.cli.rehearsal.SchemaCommand;
import dev.rehearse.cli.rehearsal.TraceCommand;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.Suggestions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code rehearse} command. */
@Command(
        name = "rehearse",
        synopsisSubcommandLabel = "COMMAND",
        description = "Rehearses PostgreSQL migrations under application load, before production does.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:GO",
            "1:NO_GO (trace: a statement failed; compare: worse; predict: over a limit; load: no operation succeeded; data anonymize: a leak)",
            "2:the command line or the plan is wrong",
            "3:INCONCLUSIVE: the run proves too little",
            "4:this machine lacks something, and the message says what",
            "70:a bug in Rehearse",
            "130, 143:interrupted; no server, container or process is left behind"
        },
        footer = {"", "Try: rehearse run scenarios/first-impression"})
public final class RehearseCommand {

    private RehearseCommand() {}

    /** Runs the command line and exits with its code. */
    public static void main(String[] arguments) {
        ClassArchive.loadIfAsked();
        // First of all: it is found while everything else is still being read.
        DatabaseOptions.likely(List.of(arguments)).ifPresent(DatabaseProviders::prepare);
        Console console = Console.ofProcess();
        Interruption interruption = Interruption.of(Thread.currentThread(), console);
        int code = run(console, new CoreEngine(), arguments);
        interruption.runEnded();
        System.exit(code);
    }

    static int run(Console console, Engine engine, String... arguments) {
        Failures failures = new Failures(console);
        CommandLine commands = commandLine(console, engine, List.of(arguments));
        if (arguments.length == 0) {
            commands.usage(console.err());
            return ExitCode.USAGE;
        }
        try {
            return commands.setExecutionExceptionHandler(
                            (failure, command, parsed) -> failures.tell(failure, List.of(arguments)))
                    .setParameterExceptionHandler((wrong, given) -> usage(console, wrong))
                    .execute(arguments);
        } catch (Error failure) {
            return failures.tell(failure, List.of(arguments));
        }
    }

    private static CommandLine commandLine(Console console, Engine engine, List<String> words) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("init", () -> new InitCommand(console));
        all.put("run", () -> new RunCommand(console, engine));
        all.put("trace", () -> new TraceCommand(console, engine));
        all.put("report", () -> new ReportCommand(console, engine));
        all.put("compare", () -> new CompareCommand(console));
        all.put("predict", () -> new PredictCommand(console, engine));
        all.put("load", () -> new LoadCommand(console));
        all.put("tap", () -> new TapCommand(console));
        all.put("watch", () -> new WatchCommand(console));
        all.put("data", () -> data(console, engine, words.stream().skip(1).toList()));
        all.put("doctor", () -> new DoctorCommand(console));
        all.put("schema", () -> new SchemaCommand(console));
        CommandLine commands = new CommandLine(CommandSpec.forAnnotatedObject(new RehearseCommand()));
        if (!addNamed(commands, all, words)) {
            commands.addSubcommand("completion", completion());
        }
        mixInStandardOptions(commands);
        readNumbers(commands);
        return commands.setOut(console.out())
                .setErr(console.err())
                .setUsageHelpAutoWidth(true)
                .setColorScheme(Help.defaultColorScheme(console.hasColours() ? Ansi.ON : Ansi.OFF));
    }

    /** So that a mistake is not told in Java's words (is not a long). */
    private static void readNumbers(CommandLine commands) {
        ITypeConverter<Integer> integer = text -> number(text, Integer::valueOf, "whole number");
        ITypeConverter<Long> longer = text -> number(text, Long::valueOf, "whole number");
        ITypeConverter<Double> real = text -> number(text, Double::valueOf, "number");
        commands.registerConverter(Integer.class, integer)
                .registerConverter(int.class, integer)
                .registerConverter(Long.class, longer)
                .registerConverter(long.class, longer)
                .registerConverter(Double.class, real)
                .registerConverter(double.class, real);
    }

    private static <N> N number(String text, Function<String, N> form, String words) {
        try {
            return form.apply(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no " + words + ", or one too large");
        }
    }

    private static CommandLine data(Console console, Engine engine, List<String> words) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("fill", () -> new FillCommand(console, engine));
        all.put("capture", () -> new CaptureCommand(console, engine));
        all.put("anonymize", () -> new AnonymizeCommand(console));
        CommandLine commands = new CommandLine(new DataCommand());
        addNamed(commands, all, words);
        return commands;
    }

    private static CommandLine completion() {
        CommandLine completion = new CommandLine(new GenerateCompletion()).setCommandName("completion");
        completion
                .getCommandSpec()
                .usageMessage()
                .description("Prints a completion script for bash and zsh: source <(rehearse completion)");
        return completion;
    }

    /**
     * Adds the subcommand that the first word names, since reading the options of all takes longer than Java's start, or else all.
     *
     * @return whether it was named
     */
    private static boolean addNamed(CommandLine parent, Map<String, Supplier<Object>> all, List<String> words) {
        boolean named = !words.isEmpty() && all.containsKey(words.get(0));
        all.forEach((name, command) -> {
            if (!named || name.equals(words.get(0))) {
                parent.addSubcommand(name, command.get());
            }
        });
        return named;
    }

    private static void mixInStandardOptions(CommandLine commands) {
        commands.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
        commands.getSubcommands().values().forEach(RehearseCommand::mixInStandardOptions);
    }

    /** The names a word of the command line may have meant: options begin with a dash, commands do not. */
    private static Set<String> names(CommandLine command) {
        Set<String> names = new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
        names.addAll(command.getSubcommands().keySet());
        return names;
    }

    private static int usage(Console console, ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String hint = wrong instanceof UnmatchedArgumentException unmatched
                ? Suggestions.nearest(unmatched.getUnmatched().get(0), names(command))
                : "";
        console.message(wrong.getMessage() + "." + hint);
        console.message("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }
}
