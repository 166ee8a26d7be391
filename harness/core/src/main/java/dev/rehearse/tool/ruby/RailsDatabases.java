package dev.rehearse.tool.ruby;

import dev.rehearse.tool.SourceFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The databases of a Rails application, where {@code config/database.yml} names them under the environment that its commands run
 * in, or an anchor that it takes. The file is read line by line, as it is a template of Ruby's before it is YAML. Stateless.
 */
final class RailsDatabases {

    /** Where the migrations of a database are that says nothing of it. */
    static final String USUAL = "db/migrate";

    private static final Pattern NOTHING = Pattern.compile("\\s*(#.*|<%.*%>\\s*|---.*)?");
    private static final Pattern MAPPING =
            Pattern.compile("(?<indent>\\s*)(?<key>\\w+):\\s*(?:&(?<anchor>\\S+))?\\s*(?:#.*)?");
    private static final Pattern ALIAS = Pattern.compile("(?<key>\\s*(?:\\w+|<<):)\\s*(?<names>\\[?\\s*\\*.*)");
    private static final Pattern NAME = Pattern.compile("\\*([\\w-]+)");
    private static final Pattern PATHS = Pattern.compile("\\s*migrations_paths:\\s*(.*)");
    private static final Pattern ELEMENT = Pattern.compile("\\s*-\\s+(.*)");
    private static final Pattern WORD = Pattern.compile("[\\w./-]+");
    private static final Pattern NOT_MIGRATED = Pattern.compile("\\s*(?:replica:\\s*true|database_tasks:\\s*false).*");

    /** A mapping that is no database but a setting of one. */
    private static final String SETTING = "variables";

    /**
     * One of them.
     *
     * @param folders of its migrations, relative to the project's
     */
    record Database(String name, List<String> folders) {

        /** The variable that says where it is. */
        String variable() {
            return name.equals("primary") ? "DATABASE_URL" : name.toUpperCase(Locale.ROOT) + "_DATABASE_URL";
        }
    }

    private RailsDatabases() {}

    /** Those that have names and that Rails migrates, in its order; none where the application has one without a name. */
    static List<Database> of(Path project) {
        String environment = Stream.of("RAILS_ENV", "RACK_ENV")
                .map(System::getenv)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("development");
        return in(SourceFiles.text(project.resolve("config/database.yml")), environment);
    }

    static List<Database> in(String configuration, String environment) {
        List<String> lines = withoutAliases(
                configuration
                        .lines()
                        .filter(line -> !NOTHING.matcher(line).matches())
                        .toList(),
                new HashMap<>());
        List<String> section = below(lines, 0, environment).orElse(List.of());
        int indent = section.stream().findFirst().map(RailsDatabases::indent).orElse(0);
        List<Database> databases = new ArrayList<>();
        for (String line : section) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches() && indent(line) == indent && !SETTING.equals(mapping.group("key"))) {
                List<String> own = below(section, indent, mapping.group("key")).orElse(List.of());
                String name = mapping.group("key");
                if (!own.isEmpty()
                        && databases.stream()
                                .noneMatch(database -> database.name().equals(name))
                        && own.stream()
                                .noneMatch(each -> NOT_MIGRATED.matcher(each).matches())) {
                    databases.add(new Database(name, folders(own)));
                }
            }
        }
        return databases;
    }

    /**
     * The lines with what is meant in the place of each alias. A mapping's own keys come before those that it merges, so that the first of a
     * key counts.
     *
     * @param anchors lines by their anchors; those of these lines are put there
     */
    private static List<String> withoutAliases(List<String> lines, Map<String, List<String>> anchors) {
        List<String> own = new ArrayList<>();
        List<String> merged = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            int indent = indent(line);
            Matcher alias = ALIAS.matcher(line);
            if (alias.matches()) {
                boolean merges = alias.group("key").endsWith("<<:");
                List<String> meant = NAME.matcher(alias.group("names"))
                        .results()
                        .flatMap(name -> anchors.getOrDefault(name.group(1), List.of()).stream())
                        .toList();
                if (!merges) {
                    own.add(alias.group("key"));
                }
                (merges ? merged : own).addAll(indented(meant, merges ? indent : indent + 1));
                continue;
            }
            own.add(line);
            List<String> below = withoutAliases(
                    lines.subList(at + 1, lines.size()).stream()
                            .takeWhile(each -> indent(each) > indent)
                            .toList(),
                    anchors);
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches() && mapping.group("anchor") != null) {
                anchors.put(mapping.group("anchor"), below);
            }
            own.addAll(below);
            while (at + 1 < lines.size() && indent(lines.get(at + 1)) > indent) {
                at++;
            }
        }
        own.addAll(merged);
        return own;
    }

    private static List<String> indented(List<String> lines, int indent) {
        int least = lines.stream().mapToInt(RailsDatabases::indent).min().orElse(0);
        return lines.stream()
                .map(line -> " ".repeat(indent) + line.substring(least))
                .toList();
    }

    /** The lines that belong to a key with that indent. */
    private static Optional<List<String>> below(List<String> lines, int indent, String key) {
        for (int at = 0; at < lines.size(); at++) {
            Matcher mapping = MAPPING.matcher(lines.get(at));
            if (mapping.matches() && indent(lines.get(at)) == indent && key.equals(mapping.group("key"))) {
                return Optional.of(lines.subList(at + 1, lines.size()).stream()
                        .takeWhile(line -> indent(line) > indent)
                        .toList());
            }
        }
        return Optional.empty();
    }

    private static List<String> folders(List<String> own) {
        for (int at = 0; at < own.size(); at++) {
            Matcher paths = PATHS.matcher(own.get(at));
            if (paths.matches()) {
                Stream<String> values = paths.group(1).isBlank()
                        ? own.stream()
                                .skip(at + 1L)
                                .map(ELEMENT::matcher)
                                .takeWhile(Matcher::matches)
                                .map(e -> e.group(1))
                        : Stream.of(paths.group(1).replaceFirst("\\s#.*", ""));
                return values.flatMap(value -> WORD.matcher(value).results())
                        .map(word -> word.group())
                        .toList();
            }
        }
        return List.of(USUAL);
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
