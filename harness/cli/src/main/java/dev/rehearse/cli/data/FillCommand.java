package dev.rehearse.cli.data;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.cli.option.UrlOption;
import dev.rehearse.data.Age;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.Locales;
import dev.rehearse.data.Part;
import dev.rehearse.run.FillingFile;
import dev.rehearse.run.ProfileFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "fill",
        description = {
            "Fills every table of a database with rows that satisfy its constraints, from its catalog alone.",
            "Tables that have rows are left alone, unless --rows names them or they have but first rows, up to three users or members."
        },
        footer = {
            "",
            "The database must be marked as disposable, with COMMENT ON DATABASE db IS 'rehearse: disposable db',"
                    + " and nobody else may be connected to it.",
            "",
            "The shards of a filling may come in any order, in turn or at once, from one machine or many. The first one takes"
                    + " foreign keys, indexes of large tables and triggers out of the way, the last one puts them back."
        })
public final class FillCommand implements Callable<Integer> {

    private static final long DEFAULT_ROWS = 10_000;

    @Mixin
    private UrlOption url = new UrlOption();

    @Option(
            names = "--rows",
            paramLabel = "N|TABLE=N",
            converter = RowsConverter.class,
            description = {
                "Rows of the largest tables (default 10_000); the tables that they refer to get a tenth of that.",
                "With TABLE=N the rows of one table; may be given several times."
            })
    private List<Rows> rows = List.of();

    @Option(
            names = "--random-seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The number that makes the data reproducible (default 1).")
    private long randomSeed = 1;

    @Option(
            names = "--edge-cases",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "Share of edge cases in each column that can hold them, such as 0.05 or 5%% (default 1%%).")
    private double edgeCases = DatasetSpec.DEFAULT_EDGE_CASE_SHARE;

    @Option(
            names = "--nulls",
            paramLabel = "TABLE.COLUMN=SHARE",
            converter = NullsConverter.class,
            description = "Share of NULL in one column, such as orders.status=0; may be given several times.")
    private List<Nulls> nulls = List.of();

    @Option(
            names = "--dirt",
            paramLabel = "TABLE: BREAKS[=ROWS]",
            converter = DirtConverter.class,
            description = {
                "Makes some rows (default 10) break what a migration will ask for, in its own words:",
                "'orders: not null (status)=25', 'account: unique (lower(email))', 'orders: check (total >= 0)',",
                "'orders: foreign key (customer_id) references customer', 'account: zip type integer'.",
                "May be given several times."
            })
    private List<Dirt> dirt = List.of();

    @Option(
            names = "--dead-rows",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "Leaves that share of all row versions dead, up to 50%%, in tables of 1,000 rows or more.")
    private double deadRows;

    @Option(
            names = "--bloat",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "Leaves that share of these tables' pages as free space, up to 80%%.")
    private double bloat;

    @Option(
            names = "--stale-statistics",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "Runs the last ANALYZE before that share of the rows, the newest, is loaded.")
    private double staleStatistics;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            converter = PartConverter.class,
            description = "Makes the I-th of N parts; all parts together are the same rows as without this option.")
    private Part part = Part.WHOLE;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = {
                "Makes a twin of the database that the profile was captured from: its rows, NULLs, distinct and common values,",
                "widths and order. --rows TABLE=N overrules it. Says which columns came out otherwise."
            })
    private @Nullable Path profile;

    @Option(
            names = "--locale",
            paramLabel = "LOCALE",
            split = ",",
            description = {
                "Locales of names, addresses, phone numbers and the like, such as de,ja or pt-BR; each row is of one of them.",
                "By default a mix of several; an unknown one is answered with all that there are."
            })
    private List<String> locales = Locales.DEFAULT;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = {
                "Writes what was done to a file as JSON, - for standard output: rows, bytes, seconds and edge cases, dirt and age,",
                "and what was refused."
            })
    private @Nullable Path json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Says which column got which edge cases.")
    private boolean verbose;

    private final Console console;
    private final Engine engine;

    public FillCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        DatasetSpec spec = spec();
        ConsoleProgress progress = new ConsoleProgress(console);
        AtomicBoolean planned = new AtomicBoolean();
        console.whenInterrupted(
                () -> planned.get()
                        ? "Interrupted: the database is not whole. Make it anew before it is filled again."
                        : "Interrupted while the data was planned: nothing was loaded, and the database is as it was.",
                false);
        FilledDataset filled = engine.fill(url.url(), spec, part, (what, done, total) -> {
            planned.compareAndSet(false, total > 0);
            progress.report(what, done, total);
        });
        progress.clear();
        if (!TextOutput.isStandard(json)) {
            console.print(FillText.render(filled, verbose));
        }
        if (json != null) {
            write(json, FillingFile.json(spec, part, filled));
        }
        return ExitCode.OK;
    }

    private void write(Path file, String text) {
        String meaning = "The database is filled all the same.";
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw TextOutput.cannotWrite(file, e, meaning);
        }
        TextOutput.write(file, text, console, meaning);
    }

    private DatasetSpec spec() {
        long largest = DEFAULT_ROWS;
        Map<String, Long> named = new LinkedHashMap<>();
        for (Rows each : rows) {
            if (each.table == null) {
                largest = each.count;
            } else {
                named.put(each.table, each.count);
            }
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        nulls.forEach(each -> shares.put(each.column, each.share));
        DatasetSpec spec;
        try {
            spec = new DatasetSpec(largest, named, randomSeed, edgeCases)
                    .withNulls(shares)
                    .withDirt(dirt)
                    .withAge(new Age(deadRows, bloat, staleStatistics))
                    .withLocales(locales);
        } catch (DatasetException e) {
            throw new InvalidRehearsalException(String.valueOf(e.getMessage()), e);
        }
        return profile == null ? spec : spec.withProfile(ProfileFiles.read(profile));
    }

    /** A number of rows, of one table or of the largest ones. */
    private record Rows(@Nullable String table, long count) {}

    /** A share of NULL of one column. */
    private record Nulls(String column, double share) {}

    static final class NullsConverter implements ITypeConverter<Nulls> {

        private final ShareConverter share = new ShareConverter();

        @Override
        public Nulls convert(String value) {
            int equals = value.lastIndexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("'" + value + "' is no TABLE.COLUMN=SHARE, such as orders.status=0");
            }
            return new Nulls(value.substring(0, equals), share.convert(value.substring(equals + 1)));
        }
    }

    static final class DirtConverter implements ITypeConverter<Dirt> {

        private static final Pattern FORM =
                Pattern.compile("\\s*(\\S+?)\\s*:\\s+(.+?)(?:\\s*=\\s*(\\d{1,9}))?\\s*", Pattern.DOTALL);

        @Override
        public Dirt convert(String value) {
            Matcher m = FORM.matcher(value);
            if (!m.matches()) {
                throw new TypeConversionException(
                        "'" + value + "' is no TABLE: BREAKS[=ROWS], such as 'orders: not null (status)=25'");
            }
            try {
                return new Dirt(
                        m.group(1), m.group(2), m.group(3) == null ? Dirt.DEFAULT_ROWS : Long.parseLong(m.group(3)));
            } catch (DatasetException e) {
                // The sentence that this becomes a part of has an end of its own.
                throw new TypeConversionException(String.valueOf(e.getMessage()).replaceAll("\\.$", ""));
            }
        }
    }

    static final class RowsConverter implements ITypeConverter<Rows> {

        private final DatabaseOptions.ScaleConverter number = new DatabaseOptions.ScaleConverter();

        @Override
        public Rows convert(String value) {
            int equals = value.lastIndexOf('=');
            String count = value.substring(equals + 1);
            return new Rows(
                    equals <= 0 ? null : value.substring(0, equals), count.equals("0") ? 0 : number.convert(count));
        }
    }

    static final class ShareConverter implements ITypeConverter<Double> {

        @Override
        public Double convert(String value) {
            if (value.matches("\\d{1,3}(\\.\\d+)?%?")) {
                double share = value.endsWith("%")
                        ? Double.parseDouble(value.substring(0, value.length() - 1)) / 100
                        : Double.parseDouble(value);
                if (share <= 1) {
                    return share;
                }
            }
            throw new TypeConversionException("'" + value + "' is no share from 0 to 1, such as 0.05 or 5%");
        }
    }

    static final class PartConverter implements ITypeConverter<Part> {

        @Override
        public Part convert(String value) {
            if (value.matches("\\d{1,6}/\\d{1,6}")) {
                String[] numbers = value.split("/");
                int index = Integer.parseInt(numbers[0]);
                int of = Integer.parseInt(numbers[1]);
                if (index >= 1 && index <= of) {
                    return new Part(index, of);
                }
            }
            throw new TypeConversionException("'" + value + "' is no part, such as 2/8 for the second of eight");
        }
    }
}
