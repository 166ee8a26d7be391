package dev.rehearse.tool.jvm;

import static java.util.stream.Collectors.toMap;

import dev.rehearse.tool.Dialects;
import dev.rehearse.tool.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
     * Their file names, sorted: of sources in the same package as a folder of resources, or in another of its module where they say themselves what they are, and of what is
     * compiled into a folder. Those in packages that are called by another database are left out.
     *
     * @param locations folders of migrations in SQL
     */
    public static List<String> beside(List<Path> locations) {
        Set<String> names = new TreeSet<>();
        for (Path location : locations) {
            collect(location, JavaMigrations::isOne, names);
            sources(location)
                    .forEach((root, inside) -> collect(
                            root, file -> isOne(file) && (file.startsWith(inside) || isOurs(root, file)), names));
        }
        return List.copyOf(names);
    }

    /** The roots of its module's sources, of a folder among its resources, each with the folder of the same package. */
    private static Map<Path, Path> sources(Path location) {
        for (Path root = location; root != null; root = root.getParent()) {
            if (root.endsWith(RESOURCES)) {
                Path project = root.resolve("../../..").normalize();
                Path inside = root.relativize(location);
                return SOURCES.stream()
                        .map(project::resolve)
                        .collect(toMap(Function.identity(), source -> source.resolve(inside)));
            }
        }
        return Map.of();
    }

    /** Says itself that it is one, and no package that it is another database's. */
    private static boolean isOurs(Path root, Path file) {
        return SourceFiles.text(file).contains("JavaMigration")
                && StreamSupport.stream(root.relativize(file.getParent()).spliterator(), false)
                        .noneMatch(part -> Dialects.isOtherFolder(part.toString()));
    }

    private static void collect(Path folder, Predicate<Path> wanted, Set<String> names) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(wanted).map(file -> String.valueOf(file.getFileName())).forEach(names::add);
        } catch (IOException thereIsNone) {
            // Most projects have none.
        }
    }
}
