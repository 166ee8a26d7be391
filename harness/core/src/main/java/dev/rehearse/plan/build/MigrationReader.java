package dev.rehearse.plan.build;

import dev.rehearse.plan.Migration.Command;
import dev.rehearse.plan.Migration.Flyway;
import dev.rehearse.plan.Migration.Project;
import dev.rehearse.plan.Span;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.sql.TwoWayScript.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code migration}, and scripts wherever a plan names them. */
final class MigrationReader {

    private static final List<String> WAYS = List.of("up", "flyway", "tool", "command");
    private static final List<String> OF_PROGRAMS = List.of("project", "environment");
    private static final List<String> OF_A_TOOL = List.of("from", "to");

    private final RehearsalBuilder builder;

    MigrationReader(RehearsalBuilder builder) {
        this.builder = builder;
    }

    void read(YamlValue migration) {
        if (!migration.isMapping()) {
            scripts(migration, builder.scripts(), Way.UP).forEach(builder::up);
            return;
        }
        migration.map(Section.MIGRATION).ifPresent(map -> {
            tool(map);
            map.get("down")
                    .ifPresent(v -> scripts(v, builder.scripts(), Way.DOWN).forEach(builder::down));
            map.get("lockTimeout")
                    .flatMap(v -> v.duration(RehearsalFile.SHORTEST))
                    .ifPresent(builder::lockTimeout);
            map.get("retries").flatMap(v -> v.whole(Span.RETRIES)).ifPresent(v -> builder.retries(v.intValue()));
            map.get("retryPause").flatMap(v -> v.duration(RehearsalFile.NONE)).ifPresent(builder::retryPause);
            map.get("migrators").flatMap(v -> v.whole(Span.MIGRATORS)).ifPresent(v -> builder.migrators(v.intValue()));
            map.get("deadline").flatMap(v -> v.duration(Duration.ofSeconds(1))).ifPresent(builder::deadline);
        });
    }

    private void tool(YamlMap migration) {
        List<String> given = migration.present(WAYS);
        if (given.size() > 1) {
            migration
                    .get(given.get(1))
                    .orElseThrow()
                    .problem("\"" + given.get(0) + "\" and \"" + given.get(1)
                            + "\" are both given, but one tool runs the migration. Leave one out.");
        }
        if (given.isEmpty() && !builder.hasMigration()) {
            migration
                    .value()
                    .problem("\"up\" is missing in migration; give it the scripts to rehearse, or say \"flyway\","
                            + " \"tool\" or \"command\".");
        }
        if (!given.contains("tool")) {
            for (String key : migration.present(OF_A_TOOL)) {
                migration.get(key).orElseThrow().problem("\"" + key + "\" goes with \"tool\", which is not given.");
            }
            for (String key : given.contains("command") ? List.<String>of() : migration.present(OF_PROGRAMS)) {
                migration
                        .get(key)
                        .orElseThrow()
                        .problem("\"" + key + "\" goes with \"tool\" or \"command\", and neither is given.");
            }
        }
        migration
                .get("up")
                .ifPresent(value -> scripts(value, builder.scripts(), Way.UP).forEach(builder::up));
        migration.get("flyway").flatMap(v -> v.map(Section.FLYWAY)).ifPresent(this::flyway);
        migration.get("tool").ifPresent(value -> value.text().ifPresent(key -> project(value, key, migration)));
        migration.get("command").ifPresent(value -> command(value, migration));
    }

    /** A text is the command that migrates. */
    private void command(YamlValue place, YamlMap migration) {
        Optional<YamlMap> map = place.isMapping() ? place.map(Section.COMMAND) : Optional.empty();
        Optional<String> up = place.isMapping()
                ? map.flatMap(m -> m.required("up", "the command that migrates"))
                        .flatMap(YamlValue::text)
                : place.text();
        Optional<String> baseline = map.flatMap(m -> m.get("baseline")).flatMap(YamlValue::text);
        Optional<String> down = map.flatMap(m -> m.get("down")).flatMap(YamlValue::text);
        Map<String, String> environment = texts(migration.get("environment"));
        up.ifPresent(line -> folder(place, migration)
                .flatMap(path -> place.attempt(
                        () -> new Command(path, baseline.orElse(null), line, down.orElse(null), environment)))
                .ifPresent(builder::command));
    }

    /** Where its users call the tool; the plan's own folder unless it says otherwise. */
    private Optional<Path> folder(YamlValue place, YamlMap migration) {
        Optional<YamlValue> named = migration.get("project");
        return named.isEmpty()
                ? place.attempt(() -> builder.scripts().folder(""))
                : named.flatMap(v -> v.text()
                        .flatMap(text -> v.attempt(() -> builder.scripts().folder(text))));
    }

    private void project(YamlValue place, String key, YamlMap migration) {
        Map<String, String> environment = texts(migration.get("environment"));
        String from = migration.get("from").flatMap(YamlValue::text).orElse(null);
        String to = migration.get("to").flatMap(YamlValue::text).orElse(null);
        folder(place, migration)
                .flatMap(path -> place.attempt(() -> new Project(key, path, from, to, environment)))
                .ifPresent(builder::project);
    }

    private static Map<String, String> texts(Optional<YamlValue> mapping) {
        Map<String, String> texts = new LinkedHashMap<>();
        mapping.ifPresent(value ->
                value.entries().forEach((name, text) -> text.anyText().ifPresent(t -> texts.put(name.name(), t))));
        return texts;
    }

    /** What is laid over a plan may say less than the plan. */
    private void flyway(YamlMap flyway) {
        Flyway before = builder.flyway();
        Optional<YamlValue> named =
                before == null ? flyway.required("locations", "the folders with V*__*.sql") : flyway.get("locations");
        List<Path> locations = new ArrayList<>();
        named.ifPresent(value -> {
            for (YamlValue item : value.listOrOne("the folders with V*__*.sql")) {
                item.text()
                        .ifPresent(text -> item.attempt(() -> builder.scripts().folder(text))
                                .ifPresent(locations::add));
            }
        });
        Map<String, String> settings = new LinkedHashMap<>(before == null ? Map.of() : before.settings());
        settings.putAll(texts(flyway.get("settings")));
        if (named.isEmpty() && before != null) {
            locations.addAll(before.locations());
        }
        if (!locations.isEmpty()) {
            builder.flyway(new Flyway(
                    locations,
                    flyway.get("from").flatMap(YamlValue::text).orElse(before == null ? null : before.from()),
                    flyway.get("to").flatMap(YamlValue::text).orElse(before == null ? null : before.to()),
                    settings));
        }
    }

    static List<SqlFile> scripts(YamlValue value, ScriptFiles files, Way way) {
        List<SqlFile> scripts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (YamlValue item : value.listOrOne("SQL scripts")) {
            if (item.isNothing() || item.isSequence()) {
                item.expected("a file name, or a mapping with file and transaction");
                continue;
            }
            Optional<YamlMap> map = item.isMapping() ? item.map(Section.SCRIPT) : Optional.empty();
            Optional<YamlValue> file =
                    item.isMapping() ? map.flatMap(m -> m.required("file", "a file name")) : Optional.of(item);
            Boolean transaction = map.flatMap(m -> m.get("transaction"))
                    .flatMap(YamlValue::trueOrFalse)
                    .orElse(null);
            file.ifPresent(place -> place.text().ifPresent(reference -> {
                if (names.contains(reference)) {
                    place.problem("The script \"" + reference + "\" is named twice.");
                }
                names.add(reference);
                place.attempt(() -> files.script(reference, way, transaction)).ifPresent(scripts::add);
            }));
        }
        return scripts;
    }
}
