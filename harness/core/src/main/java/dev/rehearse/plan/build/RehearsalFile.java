package dev.rehearse.plan.build;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.plan.Invariant;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.Span;
import dev.rehearse.plan.Suggestions;
import dev.rehearse.sql.TwoWayScript.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads {@code rehearsal.yaml}. Everything wrong with it is told at once, with file, line and column. The form is described by
 * {@code rehearsal.schema.json} beside this class.
 */
public final class RehearsalFile {

    /** What the file is called in a plan's folder. */
    public static final String NAME = "rehearsal.yaml";

    /** Resource beside this class: the JSON Schema that editors complete plans with. */
    public static final String SCHEMA_RESOURCE = "rehearsal.schema.json";

    private final RehearsalBuilder builder;

    private RehearsalFile(RehearsalBuilder builder) {
        this.builder = builder;
    }

    /** As {@link #read(Path, Overrides, Progress)}, in silence. */
    public static Rehearsal read(Path planOrFolder, Overrides overrides) {
        return read(planOrFolder, overrides, Progress.SILENT);
    }

    /**
     * Reads a plan.
     *
     * @param planOrFolder the file, or the folder that has it as {@value #NAME}
     * @param overrides what the caller wants otherwise
     * @param progress hears of scripts that have to be fetched
     * @throws InvalidRehearsalException with every problem, one a line, as {@code file:line:column: problem}
     * @throws dev.rehearse.EnvironmentException if a script inside a Maven artifact cannot be fetched
     */
    public static Rehearsal read(Path planOrFolder, Overrides overrides, Progress progress) {
        Opened opened = open(planOrFolder, progress);
        Problems problems = opened.problems();
        Optional<Rehearsal> rehearsal =
                opened.root().attempt(() -> overrides.applyTo(opened.builder().build()));
        problems.throwIfAny(opened.root().file());
        return rehearsal.orElseThrow();
    }

    /**
     * Reads a plan that is to be added to in Java before it is built.
     *
     * @throws InvalidRehearsalException as {@link #read(Path, Overrides, Progress)}, but for what only the plan as a whole shows
     */
    public static RehearsalBuilder builder(Path planOrFolder, Progress progress) {
        return open(planOrFolder, progress).builder();
    }

    private record Opened(RehearsalBuilder builder, YamlValue root, Problems problems) {}

    private static Opened open(Path planOrFolder, Progress progress) {
        Path file = Files.isDirectory(planOrFolder) ? planOrFolder.resolve(NAME) : planOrFolder;
        if (!Files.isRegularFile(file)) {
            throw new InvalidRehearsalException(
                    Files.isDirectory(planOrFolder)
                            ? "The folder " + planOrFolder.toAbsolutePath().normalize() + " has no " + NAME
                                    + ", so there is nothing to rehearse. rehearse init writes one for a project with a migration"
                                    + " tool; rehearse run --help shows the smallest."
                            : "There is no plan " + planOrFolder + ". Name a " + NAME + " or the folder that has one.");
        }
        if (file.toString().endsWith(".sql")) {
            throw new InvalidRehearsalException(
                    file + " is a script, and no plan. Name it in a " + NAME + ", as rehearse run --help shows"
                            + ", or look at it by itself: rehearse trace " + file + " --schema schema.sql.");
        }
        Path parent = file.getParent();
        RehearsalBuilder builder = RehearsalBuilder.in(parent == null ? Path.of("") : parent, progress);
        String text = builder.scripts().text(String.valueOf(file.getFileName()));
        Problems problems = new Problems();
        Optional<YamlValue> root = YamlValue.parse(file.toString(), text, problems);
        root.flatMap(value -> value.map(Section.PLAN)).ifPresent(plan -> {
            plan.required("migration", "the script to rehearse, a list of scripts, or a mapping with up and down");
            new RehearsalFile(builder).plan(plan);
        });
        problems.throwIfAny(file.toString());
        return new Opened(builder, root.orElseThrow(), problems);
    }

    /** Every key of a plan that has one value, with its section: {@code budget.longestLockWait}. */
    public static List<String> keysOfOneValue() {
        return Section.singleValues();
    }

    /** Reads a part of a plan on top of what the builder has. */
    static void layOver(RehearsalBuilder builder, String source, String fragment) {
        Problems problems = new Problems();
        YamlValue.parse(source, fragment, problems)
                .flatMap(value -> value.map(Section.PLAN))
                .ifPresent(new RehearsalFile(builder)::plan);
        problems.throwIfAny(source);
    }

    /** Reads one value of a plan on top of what the builder has. */
    static void set(RehearsalBuilder builder, String source, String key, String value) {
        if (!keysOfOneValue().contains(key)) {
            throw new InvalidRehearsalException(source + ": a plan has no key \"" + key + "\" with one value."
                    + Suggestions.nearest(key, keysOfOneValue()));
        }
        int dot = key.indexOf('.');
        String fragment = key.substring(0, dot) + ": { " + key.substring(dot + 1) + ": \""
                + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\" }";
        Problems problems = new Problems();
        YamlValue.parse(source, fragment, problems)
                .flatMap(read -> read.map(Section.PLAN))
                .ifPresent(new RehearsalFile(builder)::plan);
        problems.throwIfAnyOf(source);
    }

    private void plan(YamlMap plan) {
        plan.get("name").flatMap(YamlValue::text).ifPresent(builder::name);
        plan.get("database").flatMap(v -> v.map(Section.DATABASE)).ifPresent(this::database);
        plan.get("schema")
                .ifPresent(value -> MigrationReader.scripts(value, builder.scripts(), Way.UP)
                        .forEach(builder::schema));
        plan.get("roles").flatMap(v -> v.map(Section.ROLES)).ifPresent(this::roles);
        plan.get("data").flatMap(v -> v.map(Section.DATA)).ifPresent(new DataReader(builder)::read);
        WorkloadReader workload = new WorkloadReader(builder);
        plan.get("workload").flatMap(v -> v.map(Section.WORKLOAD)).ifPresent(workload::read);
        plan.get("migration").ifPresent(new MigrationReader(builder)::read);
        plan.get("invariants").ifPresent(this::invariants);
        plan.get("budget").flatMap(v -> v.map(Section.BUDGET)).ifPresent(new BudgetReader(builder)::read);
    }

    private void roles(YamlMap roles) {
        role(roles, "application", builder::applicationRole);
        role(roles, "migration", builder::migrationRole);
    }

    private void role(YamlMap roles, String key, Consumer<String> into) {
        roles.get(key)
                .ifPresent(value -> value.text().ifPresent(name -> {
                    builder.place(Places.role(name), value);
                    into.accept(name);
                }));
    }

    private void database(YamlMap database) {
        database.get("version").flatMap(v -> v.whole(Span.VERSION)).ifPresent(v -> builder.version(v.intValue()));
        database.get("standbys").flatMap(v -> v.whole(Span.STANDBYS)).ifPresent(v -> builder.standbys(v.intValue()));
        database.get("image").flatMap(YamlValue::text).ifPresent(builder::image);
        database.get("settings")
                .ifPresent(settings -> settings.entries()
                        .forEach((key, value) -> value.anyText().ifPresent(text -> builder.setting(key.name(), text))));
    }

    private void invariants(YamlValue invariants) {
        Set<String> names = new HashSet<>();
        for (YamlValue item : invariants.list("a list of invariants, each with name and sql")) {
            item.map(Section.INVARIANT).ifPresent(map -> {
                Optional<String> name =
                        map.required("name", "a name for reports").flatMap(YamlValue::text);
                Optional<String> sql =
                        map.required("sql", "a query of one row and one column").flatMap(YamlValue::text);
                Optional<String> expect = map.get("expect").flatMap(YamlValue::anyText);
                if (name.isPresent() && !names.add(name.get())) {
                    map.get("name").orElseThrow().problem("Two invariants are named \"" + name.get() + "\".");
                }
                if (name.isPresent() && sql.isPresent()) {
                    builder.invariant(new Invariant(name.get(), sql.get(), expect.orElse(null)));
                    builder.place(Places.invariant(name.get()), map.get("sql").orElseThrow());
                }
            });
        }
    }

    /** Durations that may be nothing. */
    static final Duration NONE = Duration.ZERO;

    /** Durations that must be something. */
    static final Duration SHORTEST = Duration.ofMillis(1);
}
