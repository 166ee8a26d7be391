package dev.rehearse.init;

import dev.rehearse.tool.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The scripts of a folder, in the order of their numbers: {@code 003_email.sql} or {@code 003_email/up.sql}; where there are none of these, those of
 * its releases, folders that are called by a number alone: {@code 71/02_email.sql}, {@code v1.5/email.sql}. Stateless.
 */
final class NumberedScripts {

    private static final Pattern NUMBERED = Pattern.compile("[vV]?(\\d+(?:\\.\\d+)*)[-_.].*");
    private static final Pattern RELEASE = Pattern.compile("[vV]?\\d+(?:[._]\\d+)*");
    /** As Diesel numbers them, lately with one more number behind, whose history has the digits alone, and others without its time of day. */
    private static final Pattern DATED = Pattern.compile("\\d{4}-\\d\\d-\\d\\d(-\\d+)?(-\\d+(?=_))?");

    private static final List<String> FORTH = List.of("up.sql", "migration.sql");

    private NumberedScripts() {}

    /** Release by release, each by its scripts' whole numbers. Those for other databases are left out; none where the folder cannot be read. */
    static List<Path> in(Path folder) {
        List<Path> scripts = ours(folder, NumberedScripts::isMigration);
        if (scripts.isEmpty()) {
            scripts = ofReleases(folder);
        }
        return scripts.stream()
                .sorted(Comparator.comparing((Path script) -> release(id(folder, script)), FoundFlyway::compare)
                        .thenComparing(script -> version(name(script)), FoundFlyway::compare)
                        .thenComparing(script -> id(folder, script)))
                .toList();
    }

    /** None where there is one release: a folder that is called by a number, and no more. */
    private static List<Path> ofReleases(Path folder) {
        List<Path> releases = list(folder).stream()
                .filter(NumberedScripts::isRelease)
                .filter(release -> !ours(release, NumberedScripts::isOfRelease).isEmpty())
                .toList();
        return releases.size() < 2
                ? List.of()
                : releases.stream()
                        .flatMap(release -> ours(release, NumberedScripts::isOfRelease).stream())
                        .toList();
    }

    /** The folders below that have some, relative to this one; of releases, and of a migration with more than its two ways, the one that they are in. */
    static Set<Path> below(Path folder) {
        Set<Path> found = new TreeSet<>();
        // A folder of hundreds of migrations is asked for by each of them.
        Map<Path, Boolean> haveSome = new HashMap<>();
        Predicate<Path> hasSome = asked -> haveSome.computeIfAbsent(asked, each -> !in(each).isEmpty());
        for (Path place : MigrationFolders.below(folder, script -> isMigration(script) || isOfRelease(script))) {
            Path parent = place.getParent() == null ? Path.of("") : place.getParent();
            Path inside = folder.resolve(place);
            if ((isRelease(inside) || isMigration(inside)) && hasSome.test(folder.resolve(parent))) {
                found.add(parent);
            } else if (hasSome.test(inside)) {
                found.add(place);
            }
        }
        return found;
    }

    private static List<Path> ours(Path folder, Predicate<Path> wanted) {
        List<Path> all = list(folder).stream().filter(wanted).toList();
        Set<String> ours =
                Set.copyOf(Dialects.ours(all.stream().map(NumberedScripts::name).toList()));
        return all.stream().filter(script -> ours.contains(name(script))).toList();
    }

    /** What is in a folder; nothing where it cannot be read. */
    static List<Path> list(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static boolean isMigration(Path path) {
        return isNumbered(name(path))
                && (name(path).endsWith(".sql") || forth(path).isPresent());
    }

    /** A script that no name of a migration, or of a release, says when to run. */
    static boolean isUnnumbered(Path path) {
        return name(path).endsWith(".sql")
                && !isNumbered(name(path))
                && !Dialects.ours(List.of(name(path))).isEmpty()
                && Files.isRegularFile(path);
    }

    private static boolean isOfRelease(Path path) {
        return name(path).endsWith(".sql") && !FoundFlyway.isMigration(path);
    }

    /** Whether a folder is called by a number alone. */
    static boolean isRelease(Path folder) {
        return RELEASE.matcher(name(folder)).matches() && Files.isDirectory(folder);
    }

    /** Whether a name begins as that of a migration does. */
    static boolean isNumbered(String name) {
        return NUMBERED.matcher(name).matches();
    }

    /** Of a migration that is a folder. */
    static Optional<Path> forth(Path migration) {
        return FORTH.stream()
                .map(migration::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Whether that is the way forth of a migration that is a folder. */
    static boolean isForth(Path script) {
        return FORTH.contains(name(script));
    }

    /** Its path in the folder of them all, with slashes on any system. */
    static String id(Path folder, Path script) {
        return folder.relativize(script).toString().replace('\\', '/');
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** The number of the release that a script is in; empty where it is in none. */
    private static String release(String id) {
        return id.substring(0, Math.max(0, id.lastIndexOf('/')))
                .replaceFirst("^[vV]", "")
                .replace('_', '.');
    }

    /** Its number without zeros in front of its parts, that of its release first; 0 where it has none. */
    static String version(String id) {
        String release = release(id);
        String name = (release.isEmpty() ? "" : release + ".") + id.substring(id.lastIndexOf('/') + 1);
        Matcher dated = DATED.matcher(name);
        Matcher numbered = NUMBERED.matcher(name + "_");
        String version =
                dated.lookingAt() ? dated.group().replace("-", "") : numbered.matches() ? numbered.group(1) : "0";
        return version.replaceAll("(?<![0-9])0+(?=[0-9])", "");
    }
}
