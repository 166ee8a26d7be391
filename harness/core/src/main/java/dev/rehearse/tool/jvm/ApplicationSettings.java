package dev.rehearse.tool.jvm;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What the own settings of a Spring Boot, Quarkus or Micronaut application say, those of profiles left out. A file that cannot be read says nothing. Stateless. */
final class ApplicationSettings {

    /** The first that says something wins, as it does in the application. */
    private static final List<String> FOLDERS =
            List.of("config", "", "src/main/resources/config", "src/main/resources");

    private static final List<String> FILES = List.of("application.properties", "application.yml", "application.yaml");

    /** {@code ${NAME}} or {@code ${NAME:what else}}. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^{}:]+)(?::([^{}]*))?}");

    /** What begins a further document, which is for a profile. */
    private static final Pattern FURTHER_DOCUMENT = Pattern.compile("(?m)^[#!]---\\s*$");

    /** References may name others; what goes round in a circle is no value. */
    private static final int MOST_REFERENCES = 10;

    private ApplicationSettings() {}

    /**
     * What each framework says of a part of an application, as those settings are called there.
     *
     * @param part {@code flyway} or {@code liquibase}
     */
    private static List<String> prefixes(String part) {
        // Quarkus runs in production by that profile, whatever else a plan knows of profiles.
        return List.of(
                "spring." + part + ".",
                "%prod.quarkus." + part + ".",
                "quarkus." + part + ".",
                part + ".datasources.default.");
    }

    /**
     * The settings of a part of the application, without what their names begin with, the one that wins first. What refers to something else is looked up
     * among the settings and in the environment; where it is not found, nobody knows the value, and the setting is left out.
     *
     * @param part {@code flyway} or {@code liquibase}
     */
    static Map<String, String> of(Path project, String part) {
        Map<String, String> all = all(project);
        Map<String, String> found = new LinkedHashMap<>();
        for (String prefix : prefixes(part)) {
            all.forEach((name, value) -> {
                String text = name.startsWith(prefix) ? resolved(value, all) : null;
                if (text != null) {
                    found.putIfAbsent(without(prefix, name), text);
                }
            });
        }
        return found;
    }

    /** The names of those that are left out, as {@link #of} has names. */
    static List<String> unknownOf(Path project, String part) {
        Set<String> known = of(project, part).keySet();
        Set<String> all = all(project).keySet();
        return prefixes(part).stream()
                .flatMap(prefix ->
                        all.stream().filter(name -> name.startsWith(prefix)).map(name -> without(prefix, name)))
                .filter(name -> !known.contains(name))
                .distinct()
                .toList();
    }

    /** Quarkus has a key of a map in quotes. */
    private static String without(String prefix, String name) {
        return name.substring(prefix.length()).replace("\"", "");
    }

    private static Map<String, String> all(Path project) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String folder : FOLDERS) {
            FILES.forEach(file -> read(project.resolve(folder).resolve(file)).forEach(all::putIfAbsent));
        }
        return all;
    }

    /** Without what spellings differ in. */
    static String plain(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    private static @Nullable String resolved(String value, Map<String, String> all) {
        String text = value;
        for (int i = 0; text != null && text.contains("${") && i < MOST_REFERENCES; i++) {
            text = resolvedOnce(text, all);
        }
        return text == null || text.contains("${") ? null : text;
    }

    private static @Nullable String resolvedOnce(String value, Map<String, String> all) {
        StringBuilder text = new StringBuilder();
        Matcher reference = REFERENCE.matcher(value);
        while (reference.find()) {
            String name = reference.group(1);
            String known = Stream.of(all.get(name), System.getenv(name), reference.group(2))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (known == null) {
                return null;
            }
            reference.appendReplacement(text, Matcher.quoteReplacement(known));
        }
        return reference.appendTail(text).toString();
    }

    private static Map<String, String> read(Path file) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (Files.isRegularFile(file)) {
            try {
                String text = Files.readString(file);
                if (file.toString().endsWith(".properties")) {
                    Properties properties = new Properties();
                    properties.load(new StringReader(FURTHER_DOCUMENT.split(text, 2)[0]));
                    properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
                } else {
                    // Of several documents the first, since the others are for profiles.
                    var documents = new Load(LoadSettings.builder().build())
                            .loadAllFromString(text)
                            .iterator();
                    flatten(documents.hasNext() ? documents.next() : null, "", settings);
                }
            } catch (IOException | IllegalArgumentException | YamlEngineException e) {
                return Map.of();
            }
        }
        return settings;
    }

    private static void flatten(@Nullable Object value, String name, Map<String, String> into) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> flatten(inner, name.isEmpty() ? "" + key : name + "." + key, into));
        } else if (value instanceof Collection<?> list) {
            into.put(
                    name,
                    list.stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(plain(name).endsWith("initsqls") ? "\n" : ",")));
        } else if (value != null) {
            into.put(name, value.toString());
        }
    }
}
