package dev.rehearse.scenarios.locktable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code lock-table/expected.yaml}: what was known of each case before it was measured. */
final class Expectations {

    private final Map<?, ?> byId;

    private Expectations(Map<?, ?> byId) {
        this.byId = byId;
    }

    static Expectations read(Path file) throws IOException {
        return new Expectations(
                (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }

    /** @throws IllegalArgumentException if nothing is expected of the case */
    Expectation of(LockCase lockCase, int version) {
        Object entry = byId.get(lockCase.id());
        if (entry instanceof Map<?, ?> byCase) {
            entry = byCase.get(lockCase.name());
        }
        if (entry instanceof Map<?, ?> byVersion) {
            entry = byVersion.entrySet().stream()
                    .filter(range -> includes(String.valueOf(range.getKey()), version))
                    .map(range -> (Object) range.getValue())
                    .findFirst()
                    .orElse(null);
        }
        return Expectation.read(text(lockCase, entry, version));
    }

    private static String text(LockCase lockCase, @Nullable Object entry, int version) {
        if (entry instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(
                "expected.yaml says nothing of " + lockCase + " on PostgreSQL " + version + ".");
    }

    private static boolean includes(String range, int version) {
        String[] ends = range.split("-");
        return Integer.parseInt(ends[0]) <= version && version <= Integer.parseInt(ends[ends.length - 1]);
    }

    /** Entries that belong to no case: spelled wrongly, or left over. */
    Set<String> withoutCase(List<LockCase> cases) {
        Map<String, Set<String>> names = cases.stream()
                .collect(Collectors.groupingBy(LockCase::id, Collectors.mapping(LockCase::name, Collectors.toSet())));
        Set<String> left = new TreeSet<>();
        byId.forEach((id, entry) -> {
            Set<String> known = names.getOrDefault(String.valueOf(id), Set.of());
            if (known.isEmpty()) {
                left.add(String.valueOf(id));
            } else if (entry instanceof Map<?, ?> byCase) {
                byCase.keySet().stream()
                        .map(String::valueOf)
                        .filter(name -> !known.contains(name))
                        .forEach(name -> left.add(id + " " + name));
            }
        });
        return left;
    }
}
