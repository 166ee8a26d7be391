package dev.rehearse.cli.data;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.cli.option.UrlOption;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.AnonymizeSpec;
import dev.rehearse.data.anonymize.AnonymizedSnapshot;
import dev.rehearse.data.anonymize.SecretKey;
import dev.rehearse.data.anonymize.Subset;
import dev.rehearse.data.anonymize.Throttle;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.run.AnonymizedFile;
import dev.rehearse.run.DataAnonymizing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "anonymize",
        description = {
            "Copies a database, its personal values replaced: joins, uniqueness, lengths and forms stay.",
            "Reads the source in one snapshot, read-only, and checks the output for what identifies."
        },
        footer = {
            "",
            "The target must be empty and marked as disposable, with COMMENT ON DATABASE db IS 'rehearse: disposable db', its user"
                    + " a superuser, and nobody else may be connected to it. The schema goes over by pg_dump and psql of the source's version or newer.",
            "",
            "Without --rules every column gets a rule by its name and its values; what is in doubt is replaced. Pseudonyms come of a"
                    + " random key that is forgotten, or of one that you keep: in --key-file, or in the variable "
                    + AnonymizeCommand.KEY_VARIABLE + ".",
            "The same command goes on after an interruption if the key is one that you keep and the source has not changed; else it"
                    + " empties what it left in the target and begins anew.",
            "Where the leak check finds something, everything is taken out of the target, no file is written, and the exit code is 1."
        })
public final class AnonymizeCommand implements Callable<Integer> {

    static final String KEY_VARIABLE = "REHEARSE_ANONYMIZE_KEY";

    private static final int DEFAULT_READERS = 2;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "URL|DUMP",
            description = {
                "The source: " + UrlOption.FORMS,
                "Or a file of pg_dump, an archive or a script (packed by gzip, too), which an embedded server takes for the time being."
            })
    private String from = "";

    @Option(
            names = "--to",
            paramLabel = "URL|DUMP",
            description =
                    "The target: the URL of an empty database, or a new file for an archive of pg_dump, or for a script where its name ends with .sql.")
    private @Nullable String to;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "What happens to which column; the others get what is suggested.")
    private @Nullable Path rules;

    @Option(
            names = "--suggest",
            paramLabel = "FILE",
            description =
                    "Writes the rule of every column and the reason for it to a file to be reviewed, - for standard output, and copies nothing.")
    private @Nullable Path suggest;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description =
                    "A secret of 16 bytes and more: the same values get the same pseudonyms in every database made with it.")
    private @Nullable Path keyFile;

    @Option(
            names = "--percent",
            paramLabel = "N",
            converter = PercentConverter.class,
            description = {
                "Copies so many percent of the rows of every table, and the rows that they refer to.",
                "With --where: of the tables without a condition."
            })
    private @Nullable Double percent;

    @Option(
            names = "--where",
            paramLabel = "TABLE=CONDITION",
            converter = ConditionConverter.class,
            description = {
                "Copies of a table the rows that satisfy an SQL condition, all rows that refer to them, and all that those refer to;",
                "may be given several times."
            })
    private List<Condition> where = List.of();

    @Option(
            names = "--readers",
            paramLabel = "N",
            converter = ReadersConverter.class,
            description = "How many sessions read the source at once (default 2).")
    private int readers = DEFAULT_READERS;

    @Option(
            names = "--throttle",
            paramLabel = "LIMIT",
            converter = ThrottleConverter.class,
            description = "Reads no faster than that, such as 20_000rows/s or 5MB/s.")
    private Throttle throttle = Throttle.none();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Writes what was done to a file as JSON, - for standard output: tables, rules, the leak check.")
    private @Nullable Path json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Says which column got which rule, and why.")
    private boolean verbose;

    private final Console console;

    public AnonymizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        AnonymizeSpec spec;
        try {
            spec = new AnonymizeSpec(rulesFile(), key(), readers, throttle, subset());
        } catch (AnonymizeException e) {
            throw DataAnonymizing.explained(e);
        }
        ConsoleProgress progress = new ConsoleProgress(console);
        if (suggest != null) {
            console.whenInterrupted(() -> "Interrupted: no rules were written.", false);
            String suggested = DataAnonymizing.suggest(from, spec, progress);
            progress.clear();
            TextOutput.write(suggest, suggested, console, TextOutput.OTHER_FILE);
            console.message((TextOutput.isStandard(suggest) ? "That is" : suggest + " has")
                    + " a rule for every column. Review it, then give it with --rules.");
            return ExitCode.OK;
        }
        if (to == null) {
            throw new InvalidRehearsalException("Name the target with --to, or a file for the rules with --suggest.");
        }
        if (to.equals("-")) {
            throw new InvalidRehearsalException("--to - is no target: a dump does not go to standard output, as its"
                    + " leak check comes last. Name a file, or a database by its URL.");
        }
        String interrupted = DatabaseUrl.isMeant(to)
                ? "Interrupted: the target is not whole. Run the same command again: with the same --key-file and an unchanged"
                        + " source it goes on, and else it begins anew."
                : "Interrupted: " + to + " was not written. Run the same command again: it begins anew.";
        console.whenInterrupted(() -> interrupted, false);
        AnonymizedSnapshot made = DataAnonymizing.run(from, to, spec, progress);
        progress.clear();
        if (!TextOutput.isStandard(json)) {
            console.print(AnonymizeText.render(made, verbose));
        }
        if (json != null) {
            TextOutput.write(json, AnonymizedFile.json(made), console, TextOutput.OTHER_FILE);
        }
        if (!made.isWhole()) {
            console.message(AnonymizeText.leaked(made));
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private AnonymizeSpec.@Nullable RulesFile rulesFile() {
        if (rules == null) {
            return null;
        }
        try {
            return new AnonymizeSpec.RulesFile(rules.toString(), Files.readString(rules));
        } catch (IOException e) {
            throw new InvalidRehearsalException(
                    "Cannot read the rules " + rules + ": " + FileTrouble.reason(e) + ".", e);
        }
    }

    private SecretKey key() {
        if (keyFile != null) {
            try {
                return SecretKey.of(Files.readAllBytes(keyFile), keyFile.toString());
            } catch (IOException e) {
                throw new EnvironmentException(
                        "Cannot read the key " + keyFile + ": " + FileTrouble.reason(e) + ".", e);
            }
        }
        String variable = System.getenv(KEY_VARIABLE);
        return variable == null
                ? SecretKey.ephemeral()
                : SecretKey.of(variable.getBytes(StandardCharsets.UTF_8), "the variable " + KEY_VARIABLE);
    }

    private Subset subset() {
        Map<String, String> conditions = new LinkedHashMap<>();
        for (Condition each : where) {
            if (conditions.put(each.table, each.condition) != null) {
                throw new InvalidRehearsalException(
                        "Table " + each.table + " has two conditions. Write them as one, with AND or OR.");
            }
        }
        return new Subset(percent != null ? percent : conditions.isEmpty() ? 100 : 0, conditions);
    }

    private record Condition(String table, String condition) {}

    static final class ConditionConverter implements ITypeConverter<Condition> {

        @Override
        public Condition convert(String value) {
            int equals = value.indexOf('=');
            if (equals > 0 && equals < value.length() - 1) {
                return new Condition(value.substring(0, equals).strip(), value.substring(equals + 1));
            }
            throw new TypeConversionException(
                    "'" + value + "' is no condition, such as shop.orders=placed_at > '2025-01-01'");
        }
    }

    static final class PercentConverter implements ITypeConverter<Double> {

        @Override
        public Double convert(String value) {
            String number = value.endsWith("%") ? value.substring(0, value.length() - 1) : value;
            if (number.matches("\\d{1,3}(\\.\\d+)?") && Double.parseDouble(number) <= 100) {
                return Double.valueOf(number);
            }
            throw new TypeConversionException("'" + value + "' is no share from 0 to 100 percent");
        }
    }

    static final class ReadersConverter implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            if (value.matches("[1-9]\\d?") && Integer.parseInt(value) <= 64) {
                return Integer.valueOf(value);
            }
            throw new TypeConversionException("'" + value + "' is no number of readers from 1 to 64");
        }
    }

    static final class ThrottleConverter implements ITypeConverter<Throttle> {

        @Override
        public Throttle convert(String value) {
            try {
                return Throttle.of(value);
            } catch (AnonymizeException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()).replaceAll("\\.$", ""));
            }
        }
    }
}
