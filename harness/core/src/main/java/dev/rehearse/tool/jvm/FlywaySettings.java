package dev.rehearse.tool.jvm;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of Flyway's settings says which files are migrations and where its history is: its variables, else the files of the project, TOML or the
 * older format.
 *
 * @param locations folders
 */
record FlywaySettings(
        List<Path> locations,
        String prefix,
        String repeatablePrefix,
        String separator,
        List<String> suffixes,
        String historyTable) {

    /** A later one wins. */
    static final List<String> FILES = List.of("flyway.conf", "flyway.toml", "flyway.user.toml");

    private static final String RESOURCES = "src/main/resources";
    private static final Pattern TABLE = Pattern.compile("\\[([^\\[\\]]+)]");
    private static final Pattern KEY_VALUE = Pattern.compile("([\\w.\"-]+)\\s*=\\s*(.*)");
    private static final Pattern STRING = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

    static FlywaySettings of(ToolProject project) {
        Map<String, List<String>> settings = new TreeMap<>();
        for (String name : FILES) {
            Path file = project.folder().resolve(name);
            if (Files.exists(file)) {
                read(file, settings);
            }
        }
        String environment = value(project, settings, "environment", "default");
        List<String> schemas = settings.getOrDefault(
                ("environments." + environment + ".schemas").toLowerCase(Locale.ROOT), List.of(""));
        String schema = value(project, settings, "defaultSchema", value(project, settings, "schemas", schemas.get(0)));
        String table = value(project, settings, "table", "flyway_schema_history");
        return new FlywaySettings(
                locations(project, settings),
                value(project, settings, "sqlMigrationPrefix", "V"),
                value(project, settings, "repeatableSqlMigrationPrefix", "R"),
                value(project, settings, "sqlMigrationSeparator", "__"),
                values(project, settings, "sqlMigrationSuffixes", List.of(".sql")),
                schema.isEmpty() ? table : schema + "." + table);
    }

    private static List<Path> locations(ToolProject project, Map<String, List<String>> settings) {
        List<Path> locations = new ArrayList<>();
        for (String location : values(project, settings, "locations", List.of("filesystem:sql"))) {
            if (location.contains("*") || location.contains("?")) {
                throw new InvalidRehearsalException("Flyway's location \"" + location + "\" in " + project.folder()
                        + " has wildcards, which are not read here. Name its folders one by one.");
            }
            Path folder = location.startsWith("classpath:")
                    ? project.folder().resolve(RESOURCES).resolve(location.replaceFirst("^classpath:/*", ""))
                    : project.folder().resolve(location.replaceFirst("^filesystem:", ""));
            locations.add(folder.normalize());
        }
        return locations;
    }

    private static String value(
            ToolProject project, Map<String, List<String>> settings, String name, String otherwise) {
        List<String> values = values(project, settings, name, List.of(otherwise));
        return values.isEmpty() ? otherwise : values.get(0);
    }

    private static List<String> values(
            ToolProject project, Map<String, List<String>> settings, String name, List<String> otherwise) {
        String variable =
                project.variable("FLYWAY_" + name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT));
        return variable == null
                ? settings.getOrDefault(("flyway." + name).toLowerCase(Locale.ROOT), otherwise)
                : listed(variable);
    }

    private static List<String> listed(String values) {
        return Stream.of(values.split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static void read(Path file, Map<String, List<String>> settings) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new InvalidRehearsalException("Cannot read " + file + ": " + e + ".", e);
        }
        boolean toml = file.toString().endsWith(".toml");
        String table = "";
        @Nullable String key = null;
        StringBuilder value = new StringBuilder();
        for (String raw : lines) {
            String line = raw.strip();
            Matcher heading = TABLE.matcher(line);
            Matcher assignment = KEY_VALUE.matcher(line);
            if (line.startsWith("#")) {
                continue;
            } else if (key == null && toml && heading.lookingAt()) {
                table = heading.group(1).strip() + ".";
            } else if (key != null) {
                value.append(' ').append(line);
            } else if (assignment.matches()) {
                key = (table + assignment.group(1)).replace("\"", "").toLowerCase(Locale.ROOT);
                value.append(assignment.group(2));
            }
            // An array may go over several lines.
            if (key != null && !(toml && value.indexOf("[") == 0 && value.indexOf("]") < 0)) {
                settings.put(key, toml ? strings(value.toString()) : listed(value.toString()));
                key = null;
                value.setLength(0);
            }
        }
    }

    /** What comes after an array's end is a comment. */
    private static List<String> strings(String value) {
        List<String> strings = STRING.matcher(value.replaceFirst("^(\\[[^]]*]).*", "$1"))
                .results()
                .map(quoted -> quoted.group(1) == null ? quoted.group(2) : quoted.group(1))
                .toList();
        return strings.isEmpty() && !value.startsWith("[") ? List.of(value.replaceFirst("\\s*#.*", "")) : strings;
    }
}
