package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Suggestions;
import dev.rehearse.tool.jvm.FlywayNames;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The versions of {@code V<version>__<description>.sql} in some folders, in Flyway's order, or as the project's settings have them called.
 *
 * @param files version to the path of its file from its folder on, as Flyway names a script; versions are as the names have them, with dots
 */
record FlywayVersions(List<Path> folders, TreeMap<String, String> files, FlywayNames names) {

    /** One step: from a version, null for an empty database, to a version. */
    record Step(@Nullable String from, String to) {}

    static FlywayVersions in(List<Path> folders, FlywayNames names) {
        TreeMap<String, String> files = new TreeMap<>(FlywayVersions::compare);
        for (Path folder : folders) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.filter(Files::isRegularFile).toList()) {
                    String name = path.getFileName().toString();
                    Matcher matcher = names.versioned().matcher(name);
                    if (matcher.matches()) {
                        String script = folder.relativize(path).toString().replace('\\', '/');
                        files.put(matcher.group(1).replace('_', '.'), script);
                    }
                }
            } catch (IOException e) {
                throw new EnvironmentException("Cannot read the migrations in " + folder + ": " + e.getMessage(), e);
            }
        }
        if (files.isEmpty()) {
            throw new InvalidRehearsalException("There is no migration V<version>__<description>.sql in " + folders
                    + ", so there is nothing to rehearse." + MigrationFolders.other(Path.of("")));
        }
        return new FlywayVersions(folders, files, names);
    }

    /** Whether a folder has any. */
    static boolean areIn(Path folder, FlywayNames names) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.anyMatch(names::isMigration);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot read the migrations in " + folder + ": " + e, e);
        }
    }

    /** From one version to another in one step; blank: up to the newest, and from the one before. */
    Step step(String from, String to) {
        String last = to.isBlank() ? files.lastKey() : known(to);
        String first = from.isBlank() ? files.lowerKey(last) : known(from);
        if (first != null && compare(first, last) >= 0) {
            throw new InvalidRehearsalException("From version " + first + " to " + last
                    + " is no way forward; \"from\" must be a version before \"to\".");
        }
        return new Step(first, last);
    }

    /** The migrations after a version, up to and with another; null: from the first, to the newest. */
    List<Pending> pending(@Nullable String from, @Nullable String to) {
        String last = to == null ? files.lastKey() : known(to);
        NavigableMap<String, String> upTo = files.headMap(last, true);
        return (from == null ? upTo : upTo.tailMap(known(from), false))
                .entrySet().stream()
                        .map(each -> new Pending(each.getValue(), name(each.getKey())))
                        .toList();
    }

    /** {@code V7 widen the total}, or {@code V5 to V7}. */
    String name(Step step) {
        String previous = files.lowerKey(step.to());
        if (step.from() != null && previous != null && compare(step.from(), previous) < 0) {
            return "V" + files.higherKey(step.from()) + " to V" + step.to();
        }
        return name(step.to());
    }

    private String name(String version) {
        String script = String.valueOf(files.get(version));
        Matcher file = names.versioned().matcher(script.substring(script.lastIndexOf('/') + 1));
        return "V" + version
                + (file.matches() && file.group(2) != null ? " " + file.group(2).replace('_', ' ') : "");
    }

    private String known(String version) {
        String key = files.floorKey(version.replace('_', '.'));
        if (key == null || compare(key, version.replace('_', '.')) != 0) {
            throw new InvalidRehearsalException("There is no migration of version " + version + " in " + folders + "."
                    + Suggestions.nearest(version, files.keySet()) + " Its versions are "
                    + String.join(", ", files.keySet()) + ".");
        }
        return key;
    }

    /** Part by part as numbers; a part that is missing is 0. */
    private static int compare(String one, String other) {
        String[] a = one.split("\\.");
        String[] b = other.split("\\.");
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int order = part(a, i).compareTo(part(b, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static BigInteger part(String[] parts, int index) {
        return index < parts.length && !parts[index].isEmpty() ? new BigInteger(parts[index]) : BigInteger.ZERO;
    }
}
