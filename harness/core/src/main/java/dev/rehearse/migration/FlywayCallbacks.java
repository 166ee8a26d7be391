package dev.rehearse.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Scripts that Flyway runs whenever it has migrated, called after its events: {@code afterMigrate__views.sql}. Stateless. */
final class FlywayCallbacks {

    private static final Pattern AFTER_ALL = Pattern.compile(
            "(afterVersioned|beforeRepeatables|afterMigrate|afterMigrateApplied|afterMigrateOperationFinish)(__.*)?\\.sql");

    private FlywayCallbacks() {}

    /** Those of some folders and their sub-folders, by name, in Flyway's order; what cannot be read is passed over. */
    static List<String> in(List<Path> folders) {
        return folders.stream()
                .flatMap(folder -> names(folder).stream())
                .filter(name -> AFTER_ALL.matcher(name).matches())
                .sorted()
                .toList();
    }

    /** For a rehearsal that begins at a version; none where there are none. */
    static Stream<String> notMeasured(List<Path> folders) {
        List<String> all = in(folders);
        return all.isEmpty()
                ? Stream.empty()
                : Stream.of("what " + all.get(0) + (all.size() > 1 ? " and " + (all.size() - 1) + " more" : "")
                        + " made before: as it is now it ran there, too, as far as it could without what is pending");
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
