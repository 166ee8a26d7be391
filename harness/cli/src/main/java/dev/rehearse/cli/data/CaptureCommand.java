package dev.rehearse.cli.data;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.SecondsConverter;
import dev.rehearse.cli.option.UrlOption;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.data.profile.TableProfile;
import dev.rehearse.data.profile.capture.CaptureSpec;
import dev.rehearse.run.ProfileFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "capture",
        description = {
            "Captures production's shape without its data: schema, sizes, statistics and workload, as text to be reviewed.",
            "Reads catalog and statistics over one connection, read-only, and rests most of the time."
        },
        footer = {
            "",
            "The role needs pg_read_all_stats, and SELECT on the tables whose statistics it shall see (pg_stats shows a role"
                    + " no other): GRANT pg_read_all_stats, pg_read_all_data TO role. What it could not see is listed, with what mends it.",
            "",
            "Of the values in the rows nothing leaves but what booleans and enums hold, and the columns that --harmless names."
                    + " Of texts go lengths and kinds of characters, of numbers powers of two, of dates years, and only of large tables."
        })
public final class CaptureCommand implements Callable<Integer> {

    @Mixin
    private UrlOption url = new UrlOption();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Where the profile goes; - for standard output.")
    private Path out = Path.of("");

    @Option(
            names = "--harmless",
            paramLabel = "SCHEMA.TABLE.COLUMN",
            description = "A column whose most common values may stand in the profile; may be given several times.")
    private List<String> harmless = List.of();

    @Option(names = "--exact", description = "Counts the rows of every table, which reads all of them.")
    private boolean exact;

    @Option(
            names = "--statement-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            converter = SecondsConverter.class,
            description = "The most that one statement may take (default 10).")
    private int statementTimeoutSeconds = 10;

    private final Console console;
    private final Engine engine;

    public CaptureCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() throws InterruptedException {
        console.whenInterrupted(() -> "Interrupted: no profile was written.", false);
        Profile profile = engine.capture(
                url.url(),
                new CaptureSpec(new LinkedHashSet<>(harmless), exact, Duration.ofSeconds(statementTimeoutSeconds)));
        profile.missing().forEach(missing -> console.message("missing: " + missing));
        boolean alone = TextOutput.isStandard(out);
        if (alone) {
            TextOutput.write(out, ProfileFile.text(profile), console, TextOutput.OTHER_FILE);
        } else {
            ProfileFiles.write(profile, out);
        }
        long rows = profile.tables().stream()
                .mapToLong(table -> Math.max(0, table.rows()))
                .sum();
        String captured = profile.tables().size() + " tables, " + String.format("%,d", rows) + " rows"
                + (profile.tables().stream().allMatch(TableProfile::exact) ? ", counted" : " by estimate") + ", "
                + profile.workload().size()
                + " statements. Review it before it leaves.";
        if (alone) {
            console.message(captured);
        } else {
            console.print(out + ": " + captured + "\n");
        }
        return ExitCode.OK;
    }

    static final class SecondsConverter implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            if (value.matches("[1-9]\\d{0,3}")) {
                return Integer.parseInt(value);
            }
            throw new TypeConversionException("'" + value + "' is no number of seconds from 1 to 9999");
        }
    }
}
