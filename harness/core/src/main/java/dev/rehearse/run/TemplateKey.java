package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.plan.Migration.Command;
import dev.rehearse.plan.Migration.Flyway;
import dev.rehearse.plan.Migration.Project;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The key that a loaded database is kept under: everything that its content depends on. */
final class TemplateKey {

    /** Raised whenever the same plan gives other rows than before. */
    private static final String DATA_FORMAT = "15";

    /** The server's settings that decide what a script builds or a row holds; those of extensions have a dot. */
    private static final Predicate<String> SHAPES_CONTENT = Pattern.compile(
                    "search_path|timezone|datestyle|intervalstyle"
                            + "|default_table_access_method|default_toast_compression|.*\\..*")
            .asMatchPredicate();

    private final MessageDigest digest;

    private TemplateKey() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new HarnessException("This Java has no SHA-256, which every Java must have.", e);
        }
    }

    /**
     * Null where the schema is built by a command of the user's, of which nobody knows what it depends on.
     *
     * @param baseline what a tool with a project applies before the data is loaded
     */
    static @Nullable String of(Rehearsal rehearsal, List<ToolMigration> baseline) {
        Command command = rehearsal.migration().command();
        if (command != null && command.baseline() != null) {
            return null;
        }
        TemplateKey key = new TemplateKey();
        key.add(DATA_FORMAT);
        for (SqlFile script : rehearsal.schema()) {
            key.add(script.text());
            key.add(String.valueOf(script.transaction()));
        }
        ScriptHistories.lacking(rehearsal).forEach(key::add);
        Flyway flyway = rehearsal.migration().flyway();
        if (flyway != null) {
            key.add(String.valueOf(flyway.from()));
            flyway.locations().forEach(key::addFolder);
            new TreeMap<>(flyway.settings()).forEach((setting, value) -> key.add(setting + " = " + value));
        }
        Project project = rehearsal.migration().project();
        if (project != null) {
            key.addBaseline(project, baseline);
        }
        new TreeMap<>(rehearsal.database().settings()).forEach((setting, value) -> {
            if (SHAPES_CONTENT.test(setting.toLowerCase(Locale.ROOT))) {
                key.add(setting + " = " + value);
            }
        });
        key.addIfAny("application", rehearsal.roles().application());
        key.addIfAny("migration", rehearsal.roles().migration());
        DatasetSpec data = rehearsal.data().spec();
        key.add(String.valueOf(data.defaultRows()));
        key.add(new TreeMap<>(data.rows()).toString());
        key.add(String.valueOf(data.randomSeed()));
        key.add(String.valueOf(data.edgeCaseShare()));
        key.add(new TreeMap<>(data.nulls()).toString());
        key.add(data.dirt().toString());
        rehearsal.data().keeps().forEach(constraint -> key.add(constraint.toString()));
        key.add(data.age().toString());
        key.add(data.locales().toString());
        Profile profile = data.profile();
        key.add(profile == null ? "" : ProfileFile.fingerprint(profile));
        return HexFormat.of().formatHex(key.digest.digest()).substring(0, 24);
    }

    private void addIfAny(String name, @Nullable String value) {
        if (value != null) {
            add(name + " = " + value);
        }
    }

    private void addBaseline(Project project, List<ToolMigration> baseline) {
        add(project.tool());
        new TreeMap<>(project.environment()).forEach((name, value) -> add(name + " = " + value));
        for (ToolMigration migration : baseline) {
            add(migration.id());
            for (Path file : migration.files()) {
                try {
                    add(Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new EnvironmentException("Cannot read the migration " + file + ": " + e + ".", e);
                }
            }
        }
    }

    private void addFolder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> scripts = files.filter(Files::isRegularFile).sorted().toList();
            for (Path script : scripts) {
                add(folder.relativize(script).toString());
                add(Files.readAllBytes(script));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new EnvironmentException("Cannot read the migrations in " + folder + ": " + e.getMessage(), e);
        }
    }

    private void add(String part) {
        add(part.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] bytes) {
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }
}
