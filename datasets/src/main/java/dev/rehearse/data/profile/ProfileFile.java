package dev.rehearse.data.profile;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/** A profile as a YAML file: sorted, so that two captures can be compared line by line, and made to be reviewed before it leaves. */
public final class ProfileFile {

    private ProfileFile() {}

    /**
     * Reads a profile.
     *
     * @throws ProfileException with the file and the line, when it is cut short, from a newer release, or no profile
     */
    public static Profile read(Path file) {
        try {
            return ProfileReader.read(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw ProfileException.input("There is no file " + file + ".");
        } catch (CharacterCodingException e) {
            throw ProfileException.input(file + ": this is no profile: it is not a text in UTF-8.");
        } catch (IOException e) {
            throw ProfileException.machine("The profile " + file + " could not be read: " + e, e);
        }
    }

    /** Writes a profile, whole or not at all; what is no file, such as a pipe, is written to and stays what it is. */
    public static void write(Profile profile, Path file) {
        Path whole = file.toAbsolutePath();
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        try {
            if (Files.exists(whole) && !Files.isRegularFile(whole)) {
                Files.writeString(whole, text(profile));
                return;
            }
            Files.writeString(part, text(profile));
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw ProfileException.machine(
                    "The profile could not be written to " + file + ": " + e + ". Is there such a folder, and room?",
                    e);
        }
    }

    /** A few characters that tell one profile from another, wherever its file lies. */
    public static String fingerprint(Profile profile) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text(profile).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@link #write} writes. */
    public static String text(Profile profile) {
        YamlWriter yaml = new YamlWriter();
        yaml.comment("The shape of a database, captured by rehearse. Values of rows stand only under columns that are"
                + " harmless: true.");
        yaml.comment(
                "Names, and literals in definitions (defaults, constraints, indexes, labels of enums), are schema and stand here"
                        + " as they are.");
        yaml.number("rehearseProfile", Profile.VERSION);
        yaml.text("server", profile.serverVersion());
        yaml.open("settings");
        profile.settings().forEach(yaml::text);
        yaml.close();
        if (!profile.enums().isEmpty()) {
            yaml.open("enums");
            profile.enums().forEach(yaml::texts);
            yaml.close();
        }
        if (!profile.missing().isEmpty()) {
            yaml.open("missing");
            profile.missing().forEach(what -> yaml.item().text("what", what));
            yaml.close();
        }
        if (!profile.tables().isEmpty()) {
            yaml.open("tables");
            profile.tables().forEach(table -> table(yaml, table));
            yaml.close();
        }
        if (!profile.workload().isEmpty()) {
            if (profile.workloadSeconds() > 0) {
                yaml.number("workloadSeconds", profile.workloadSeconds());
            }
            yaml.open("workload");
            for (QueryProfile query : profile.workload()) {
                yaml.item().number("calls", query.calls());
                yaml.number("meanMillis", query.meanMillis());
                yaml.number("rows", query.rows());
                yaml.text("sql", query.text());
                if (query.plan() != null) {
                    yaml.text("plan", query.plan().text());
                }
            }
            yaml.close();
        }
        yaml.flag("complete");
        return yaml.toString();
    }

    private static void table(YamlWriter yaml, TableProfile table) {
        yaml.item().text("schema", table.schema());
        yaml.text("name", table.name());
        yaml.text("kind", table.kind());
        if (table.rows() >= 0) {
            yaml.number("rows", table.rows());
        }
        if (table.exact()) {
            yaml.flag("counted");
        }
        yaml.number("bytes", table.bytes());
        yaml.number("toastBytes", table.toastBytes());
        yaml.number("deadRows", table.deadRows());
        if (!table.partitions().isEmpty()) {
            yaml.open("partitions");
            table.partitions().forEach(yaml::number);
            yaml.close();
        }
        if (!table.columns().isEmpty()) {
            yaml.open("columns");
            table.columns().forEach(column -> column(yaml, column));
            yaml.close();
        }
        if (!table.constraints().isEmpty()) {
            yaml.open("constraints");
            table.constraints().forEach(c -> yaml.text(c.name(), c.definition()));
            yaml.close();
        }
        if (!table.indexes().isEmpty()) {
            yaml.open("indexes");
            for (TableProfile.IndexProfile index : table.indexes()) {
                yaml.item().text("name", index.name());
                yaml.text("definition", index.definition());
                yaml.number("bytes", index.bytes());
                yaml.number("scans", index.scans());
            }
            yaml.close();
        }
        expressions(yaml, table);
        if (!table.extended().isEmpty()) {
            yaml.open("extendedStatistics");
            for (TableProfile.ExtendedStatistics extended : table.extended()) {
                yaml.item().text("name", extended.name());
                yaml.text("definition", extended.definition());
                yaml.texts("columns", extended.columns());
                numbers(yaml, "distinct", extended.distinct());
                numbers(yaml, "dependencies", extended.dependencies());
                yaml.numbers("commonShares", extended.commonShares());
                yaml.texts("combinations", extended.combinations());
            }
            yaml.close();
        }
    }

    private static void expressions(YamlWriter yaml, TableProfile table) {
        if (!table.expressions().isEmpty()) {
            yaml.open("expressions");
            table.expressions().forEach((text, s) -> {
                yaml.open(text);
                statistics(yaml, s);
                yaml.close();
            });
            yaml.close();
        }
    }

    private static void numbers(YamlWriter yaml, String key, SortedMap<String, Double> numbers) {
        if (!numbers.isEmpty()) {
            yaml.open(key);
            numbers.forEach(yaml::number);
            yaml.close();
        }
    }

    private static void column(YamlWriter yaml, ColumnProfile column) {
        yaml.item().text("name", column.name());
        yaml.text("type", column.type());
        if (column.notNull()) {
            yaml.flag("notNull");
        }
        if (column.defaultValue() != null) {
            yaml.text("default", column.defaultValue());
        }
        if (column.harmless()) {
            yaml.flag("harmless");
        }
        if (column.statistics() != null) {
            yaml.open("statistics");
            statistics(yaml, column.statistics());
            yaml.close();
        }
        if (!column.partitions().isEmpty()) {
            yaml.open("partitions");
            column.partitions().forEach((name, partition) -> partition(yaml, name, partition));
            yaml.close();
        }
    }

    private static void partition(YamlWriter yaml, String name, PartitionStatistics s) {
        yaml.open(name);
        statistics(yaml, s.statistics());
        yaml.texts("common", s.common());
        yaml.close();
    }

    private static void statistics(YamlWriter yaml, Statistics s) {
        yaml.number("nullShare", s.nullShare());
        yaml.number("distinct", s.distinct());
        yaml.number("widthBytes", s.widthBytes());
        if (s.correlation() != null) {
            yaml.number("correlation", s.correlation());
        }
        yaml.numbers("commonShares", s.commonShares());
        yaml.texts("commonValues", s.commonValues());
        yaml.texts("bounds", s.bounds());
        yaml.numbers("lengths", s.lengths());
        numbers(yaml, "characters", s.characters());
        yaml.numbers("magnitudes", s.magnitudes());
        yaml.numbers("years", s.years());
        if (s.days() > 0) {
            yaml.number("days", s.days());
        }
    }
}
