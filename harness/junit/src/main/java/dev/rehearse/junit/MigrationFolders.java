package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.Dialects;
import dev.rehearse.tool.jvm.FlywayNames;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds migrations where their users have them: sources first, because a build may not have copied them yet, then the class path. Those
 * in a jar, as another module's are, are copied into the build folder. Thread-safe.
 */
final class MigrationFolders {

    private static final String CLASS_PATH = "classpath:";
    private static final String FILE_SYSTEM = "filesystem:";

    private static final Map<Path, String> COPIED = new HashMap<>();

    private final Path project;
    private final ClassLoader classPath;

    MigrationFolders(Path project, ClassLoader classPath) {
        this.project = project;
        this.classPath = classPath;
    }

    List<Path> find(List<String> locations) {
        List<Path> folders = new ArrayList<>();
        for (String location : locations) {
            List<Path> found = find(location, true);
            if (found.isEmpty()) {
                throw new InvalidRehearsalException("There is no folder of migrations \"" + location
                        + "\": neither in " + project.toAbsolutePath().normalize()
                        + ", nor in its src/main/resources, nor on the class path of the tests."
                        + other(project));
            }
            folders.addAll(found);
        }
        return folders;
    }

    /** Those of an application's locations that are there, as Flyway passes over the others; all where none is. */
    List<String> there(List<String> locations) {
        List<String> there = locations.stream()
                .filter(location -> !find(location, true).isEmpty())
                .toList();
        return there.isEmpty() ? locations : there;
    }

    /** What to do where it is not Flyway that migrates. */
    static String other(Path project) {
        return ChangeSets.areIn(project)
                ? " The application's change log is Liquibase's: leave out \"migrations\", and its newest change set is rehearsed."
                : " @Rehearse(migrations) takes another folder. Where Liquibase migrates, changelogFile in a liquibase.properties beside the"
                        + " build's file says where its change log is, from src/main/resources on. @Rehearse(plan) takes a rehearsal.yaml for whatever else migrates.";
    }

    /** Whether none of Flyway's migrations are there, be it that there is a folder, which others may use, too. Those in a jar may be a library's. */
    boolean isWithout(String location, FlywayNames names) {
        return find(location, false).stream().noneMatch(folder -> FlywayVersions.areIn(folder, names));
    }

    private List<Path> find(String location, boolean inJars) {
        return anywhere(location, inJars).stream()
                .flatMap(MigrationFolders::ours)
                .toList();
    }

    /** Of a folder without scripts of its own, but with folders for several databases, those that are for no other than PostgreSQL: Flyway takes all below. */
    private static Stream<Path> ours(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            List<Path> all = inside.sorted().toList();
            List<Path> ours = all.stream()
                    .filter(Files::isDirectory)
                    .filter(each -> !Dialects.isOtherFolder(name(each)))
                    .toList();
            return all.stream().noneMatch(each -> name(each).endsWith(".sql"))
                            && all.stream().anyMatch(each -> Dialects.isOtherFolder(name(each)))
                            && ours.stream().anyMatch(each -> Dialects.isOurFolder(name(each)))
                    ? ours.stream()
                    : Stream.of(folder);
        } catch (IOException unreadable) {
            return Stream.of(folder);
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private List<Path> anywhere(String location, boolean inJars) {
        if (location.startsWith(FILE_SYSTEM)) {
            return existing(location.substring(FILE_SYSTEM.length()));
        }
        String name = location.startsWith(CLASS_PATH) ? location.substring(CLASS_PATH.length()) : location;
        List<Path> found = location.startsWith(CLASS_PATH) ? List.of() : existing(name);
        if (found.isEmpty()) {
            found = existing("src/main/resources/" + name);
        }
        return found.isEmpty() ? onClassPath(name, inJars) : found;
    }

    private List<Path> existing(String folder) {
        Path path = project.resolve(folder);
        return Files.isDirectory(path) ? List.of(path) : List.of();
    }

    private List<Path> onClassPath(String name, boolean inJars) {
        try {
            List<Path> folders = new ArrayList<>();
            for (URL url : Collections.list(classPath.getResources(name))) {
                if (url.getProtocol().equals("file")) {
                    folders.add(Path.of(url.toURI()));
                } else if (inJars && url.getProtocol().equals("jar")) {
                    URI jar = ((JarURLConnection) url.openConnection())
                            .getJarFileURL()
                            .toURI();
                    folders.add(copied(Path.of(jar), name));
                }
            }
            return folders;
        } catch (IOException | URISyntaxException e) {
            throw new EnvironmentException("Cannot read the migrations " + name + " on the class path: " + e, e);
        }
    }

    /** Once for each state of the jar: classes that run in parallel must not have the copy taken away from under them. */
    private Path copied(Path jar, String name) throws IOException {
        Path target = BuildFolder.in(project)
                .resolve("rehearsals/migrations")
                .resolve(jar.getFileName().toString())
                .resolve(name);
        String state = Files.size(jar) + " bytes of " + Files.getLastModifiedTime(jar);
        synchronized (COPIED) {
            if (!state.equals(COPIED.get(target.toAbsolutePath()))) {
                copy(jar, name, target);
                COPIED.put(target.toAbsolutePath(), state);
            }
        }
        return target;
    }

    private static void copy(Path jar, String name, Path target) throws IOException {
        if (Files.isDirectory(target)) {
            try (Stream<Path> old = Files.walk(target)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        try (FileSystem archive = FileSystems.newFileSystem(jar)) {
            Path source = archive.getPath(name);
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }
}
