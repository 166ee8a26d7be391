package dev.rehearse.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What a Spring Boot application's own settings say, those of profiles left out. A file that cannot be read says nothing. */
final class SpringSettings {

    /** The first that says something wins, as it does in the application. */
    private static final List<String> FOLDERS =
            List.of("config", "", "src/main/resources/config", "src/main/resources");

    private SpringSettings() {}

    /** The value of a setting, {@code spring.flyway.table}, in whatever spelling it is. */
    static Optional<String> of(Path folder, String name) {
        return FOLDERS.stream()
                .map(folder::resolve)
                .flatMap(at -> Stream.of(
                        properties(at.resolve("application.properties"), name),
                        yaml(at.resolve("application.yml"), name),
                        yaml(at.resolve("application.yaml"), name)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> properties(Path file, String name) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return properties.stringPropertyNames().stream()
                .filter(key -> plain(key).equals(plain(name)))
                .map(properties::getProperty)
                .findFirst();
    }

    /** Of several documents the first, since the others are for profiles. */
    private static Optional<String> yaml(Path file, String name) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (var reader = Files.newBufferedReader(file)) {
            var documents = new Load(LoadSettings.builder().build())
                    .loadAllFromReader(reader)
                    .iterator();
            return documents.hasNext() ? find(documents.next(), "", plain(name)) : Optional.empty();
        } catch (IOException | YamlEngineException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> find(@Nullable Object value, String path, String wanted) {
        if (path.equals(wanted) && !(value instanceof Map)) {
            return Optional.of(String.valueOf(value));
        }
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        return map.entrySet().stream()
                .map(entry -> find(
                        entry.getValue(),
                        (path.isEmpty() ? "" : path + ".") + plain(String.valueOf(entry.getKey())),
                        wanted))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String plain(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }
}
