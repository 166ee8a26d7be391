package dev.rehearse.tool.jvm;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An SQL migration as its file's name tells of it.
 *
 * @param id the name without its ending
 * @param version null where it is repeatable
 * @param description as Flyway's history has it
 */
record FlywayFile(String id, @Nullable Version version, String description, Path path)
        implements Comparable<FlywayFile> {

    private static final Comparator<FlywayFile> ORDER = Comparator.comparing(
                    FlywayFile::version, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(FlywayFile::description);

    /** Empty for a file that is no migration. */
    static Optional<FlywayFile> of(Path path, FlywaySettings settings) {
        String name = String.valueOf(path.getFileName());
        return settings.suffixes().stream()
                .filter(name::endsWith)
                .findFirst()
                .map(suffix -> name.substring(0, name.length() - suffix.length()))
                .flatMap(id -> named(id, path, settings));
    }

    private static Optional<FlywayFile> named(String id, Path path, FlywaySettings settings) {
        String separator = settings.separator();
        int at = id.indexOf(separator);
        String description = at < 0 ? "" : id.substring(at + separator.length()).replace('_', ' ');
        String first = at < 0 ? id : id.substring(0, at);
        if (first.equals(settings.repeatablePrefix()) && at > 0) {
            return Optional.of(new FlywayFile(id, null, description, path));
        }
        String version = first.startsWith(settings.prefix())
                ? first.substring(settings.prefix().length())
                : "";
        return Version.TEXT.matcher(version).matches()
                ? Optional.of(new FlywayFile(id, Version.of(version), description, path))
                : Optional.empty();
    }

    @Override
    public int compareTo(FlywayFile other) {
        return ORDER.compare(this, other);
    }

    /**
     * A version, ordered by its numbers: 1.2 is before 1.10 and the same as 1.2.0.
     *
     * @param text with dots
     */
    record Version(String text, List<BigInteger> numbers) implements Comparable<Version> {

        static final Pattern TEXT = Pattern.compile("\\d+([._]\\d+)*");

        static Version of(String text) {
            String dotted = text.replace('_', '.');
            return new Version(
                    dotted,
                    TEXT.matcher(dotted).matches()
                            ? Stream.of(dotted.split("\\."))
                                    .map(BigInteger::new)
                                    .toList()
                            : List.of());
        }

        boolean isSame(Version other) {
            return compareTo(other) == 0;
        }

        @Override
        public int compareTo(Version other) {
            for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
                int order = at(i).compareTo(other.at(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        private BigInteger at(int index) {
            return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
        }
    }
}
