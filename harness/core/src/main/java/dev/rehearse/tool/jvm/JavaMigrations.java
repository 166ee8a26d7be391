package dev.rehearse.tool.jvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds Flyway's migrations that are classes, beside those in SQL. Only the application has them on its class path: where Rehearse runs
 * Flyway itself, it does not run them, and must say so.
 */
public final class JavaMigrations {

    private static final Pattern NAME = Pattern.compile("([VB]\\d\\w*|R)__\\w+\\.(java|kt|class)");
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final List<String> SOURCES = List.of("src/main/java", "src/main/kotlin");

    private JavaMigrations() {}

    /** Whether a file is one, by its name. */
    public static boolean isOne(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName())).matches();
    }

    /**
     * Their file names, sorted: of sources in the same package as a folder of resources, and of what is compiled into a folder.
     *
     * @param locations folders of migrations in SQL
     */
    public static List<String> beside(List<Path> locations) {
        Set<String> names = new TreeSet<>();
        for (Path location : locations) {
            Stream.concat(Stream.of(location), sources(location)).forEach(folder -> collect(folder, names));
        }
        return List.copyOf(names);
    }

    private static Stream<Path> sources(Path location) {
        for (Path root = location; root != null; root = root.getParent()) {
            if (root.endsWith(RESOURCES)) {
                Path project = root.resolve("../../..").normalize();
                Path inside = root.relativize(location);
                return SOURCES.stream().map(source -> project.resolve(source).resolve(inside));
            }
        }
        return Stream.of();
    }

    private static void collect(Path folder, Set<String> names) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(JavaMigrations::isOne)
                    .map(file -> String.valueOf(file.getFileName()))
                    .forEach(names::add);
        } catch (IOException thereIsNone) {
            // Most projects have none.
        }
    }
}
