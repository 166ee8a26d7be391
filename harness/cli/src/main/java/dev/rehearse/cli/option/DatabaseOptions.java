package dev.rehearse.cli.option;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.plan.DatabasePlan;
import dev.rehearse.plan.build.Overrides;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which database to rehearse on, and with how much data; shared by the commands that start one. */
public final class DatabaseOptions {

    private static final String OPTION = "--database";
    private static final String DEFAULT = "auto";
    private static final Set<String> STARTING = Set.of("run", "trace");

    @Option(
            names = OPTION,
            paramLabel = "WHERE",
            defaultValue = DEFAULT,
            description = {
                "auto: a container where an engine answers, otherwise an embedded server (default);",
                "docker; embedded;",
                "or the URL of a database that its owner marked as disposable: " + UrlOption.FORMS
            })
    private String database = DEFAULT;

    @Option(
            names = "--postgres",
            paramLabel = "MAJOR",
            converter = MajorConverter.class,
            description = "PostgreSQL major, 14 to 18, in place of the plan's.")
    private @Nullable Integer postgres;

    @Option(
            names = "--scale",
            paramLabel = "ROWS",
            converter = ScaleConverter.class,
            description = "Rows of the largest table; the tables that the plan names follow in proportion.")
    private @Nullable Long scale;

    @Option(
            names = "--random-seed",
            paramLabel = "N",
            description = "The number that makes data and load reproducible, in place of the plan's.")
    private @Nullable Long randomSeed;

    /**
     * Which database a command line will ask for, as far as that shows before it is parsed; empty for commands that start none. A
     * guess, for what may be begun in vain.
     */
    public static Optional<String> likely(List<String> arguments) {
        if (arguments.isEmpty() || !STARTING.contains(arguments.get(0))) {
            return Optional.empty();
        }
        int named = arguments.indexOf(OPTION) + 1;
        if (named > 0 && named < arguments.size()) {
            return Optional.of(arguments.get(named));
        }
        return Optional.of(arguments.stream()
                .filter(argument -> argument.startsWith(OPTION + "="))
                .map(argument -> argument.substring(OPTION.length() + 1))
                .findFirst()
                .orElse(DEFAULT));
    }

    public String database() {
        return database;
    }

    public Overrides overrides() {
        if (postgres != null && DatabaseUrl.isMeant(database)) {
            throw new InvalidRehearsalException(
                    "--postgres " + postgres
                            + " says which PostgreSQL to start, but --database names one that runs already. Leave one of them out.");
        }
        return new Overrides(postgres, scale, randomSeed);
    }

    /** The same with so many rows, for a command that chooses them itself. */
    public Overrides overrides(long rows) {
        if (scale != null) {
            throw new InvalidRehearsalException(
                    "--scale does not go with a command that chooses the sizes of its runs.");
        }
        if (DatabaseUrl.isMeant(database)) {
            throw new InvalidRehearsalException(
                    "--database " + database
                            + " names one database, but each of the runs needs a new one. Let Rehearse start them: auto, docker or embedded.");
        }
        return new Overrides(postgres, rows, randomSeed);
    }

    public static final class MajorConverter implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            if (value.matches("\\d{1,3}")) {
                int major = Integer.parseInt(value);
                if (major >= DatabasePlan.OLDEST && major <= DatabasePlan.NEWEST) {
                    return major;
                }
            }
            throw new TypeConversionException("'" + value + "' is no PostgreSQL major from " + DatabasePlan.OLDEST
                    + " to " + DatabasePlan.NEWEST);
        }
    }

    public static final class ScaleConverter implements ITypeConverter<Long> {

        @Override
        public Long convert(String value) {
            if (value.matches("[1-9]\\d{0,2}(_?\\d{3}){0,3}|[1-9]\\d{0,10}")) {
                return Long.parseLong(value.replace("_", ""));
            }
            throw new TypeConversionException("'" + value + "' is no number of rows, such as 2000000 or 2_000_000");
        }
    }
}
