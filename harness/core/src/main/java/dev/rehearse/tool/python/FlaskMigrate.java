package dev.rehearse.tool.python;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Flask-Migrate: Alembic's revisions in {@code migrations}, which run within the application, by a command of its own; so their order is read
 * from the scripts.
 */
public final class FlaskMigrate implements CommandTool {

    private static final Pattern ID = assigned("revision", "[\"']([^\"']+)[\"']");
    private static final Pattern AFTER = assigned("down_revision", "(\\([^)]*\\)|\\[[^\\]]*\\]|[^\\n]*)");
    private static final Pattern ALSO = assigned("depends_on", "(\\([^)]*\\)|\\[[^\\]]*\\]|[^\\n]*)");
    private static final Pattern LITERAL = Pattern.compile("[\"']([^\"']+)[\"']");
    /** What the setting is given: a call to its end, else the rest of the line. */
    private static final Pattern ADDRESS =
            Pattern.compile("SQLALCHEMY_DATABASE_URI[\"']?\\]?\\s*(?::\\s*\\w+\\s*)?=(?!=)"
                    + "(?:[^\\n(]*\\((?:[^()]++|\\([^()]*+\\))*+\\)|[^\\n]*)");

    private static final Pattern VARIABLE =
            Pattern.compile("(?:environ(?:\\.get)?|getenv)\\s*[(\\[]\\s*[\"'](\\w+)[\"']");

    private static final String URL = "{url}";

    /** @param after ids that it comes after */
    private record Revision(String id, List<String> after, Path file) {}

    private static Pattern assigned(String name, String value) {
        return Pattern.compile("^" + name + "\\s*(?::[^=\\n]*)?=\\s*" + value, Pattern.MULTILINE);
    }

    @Override
    public String key() {
        return "flask-migrate";
    }

    @Override
    public String title() {
        return "Flask-Migrate";
    }

    @Override
    public boolean detect(Path folder) {
        return SourceFiles.text(folder.resolve("migrations/env.py")).contains("current_app")
                && !migrations(folder).isEmpty();
    }

    /** Each after those that it comes after; of several that may be next, the one that goes on from the last. */
    @Override
    public List<ToolMigration> migrations(Path folder) {
        return revisions(folder).stream()
                .map(revision -> ToolMigration.of(revision.id(), revision.file()))
                .toList();
    }

    private static List<Revision> revisions(Path folder) {
        Map<String, Revision> all = SourceFiles.list(folder.resolve("migrations/versions")).stream()
                .flatMap(FlaskMigrate::revision)
                .collect(Collectors.toMap(Revision::id, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        List<Revision> ordered = new ArrayList<>();
        Set<String> done = new HashSet<>();
        Deque<Revision> open = new ArrayDeque<>(all.values());
        while (!open.isEmpty()) {
            String last =
                    ordered.isEmpty() ? "" : ordered.get(ordered.size() - 1).id();
            Optional<Revision> next = open.stream()
                    .filter(revision -> revision.after().stream()
                            .allMatch(before -> done.contains(before) || !all.containsKey(before)))
                    .min(Comparator.comparing(revision -> !revision.after().contains(last)));
            if (next.isEmpty()) {
                // A circle, which Alembic will refuse.
                return ordered;
            }
            ordered.add(next.get());
            done.add(next.get().id());
            open.remove(next.get());
        }
        return ordered;
    }

    private static Stream<Revision> revision(Path file) {
        String text = SourceFiles.text(file);
        return SourceFiles.nameOf(file).endsWith(".py")
                ? first(ID, text).stream()
                        .map(id -> new Revision(
                                id,
                                Stream.of(AFTER, ALSO)
                                        .flatMap(field -> first(field, text).stream())
                                        .flatMap(value -> LITERAL.matcher(value).results())
                                        .map(literal -> literal.group(1))
                                        .toList(),
                                file))
                : Stream.empty();
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        List<String> heads = Histories.column(connection, "alembic_version", "select version_num from alembic_version");
        return List.copyOf(upTo(revisions(folder), heads));
    }

    /** Those, and all that they come after. */
    private static Set<String> upTo(List<Revision> revisions, Collection<String> heads) {
        Set<String> there = new HashSet<>(heads);
        for (int i = revisions.size() - 1; i >= 0; i--) {
            if (there.contains(revisions.get(i).id())) {
                there.addAll(revisions.get(i).after());
            }
        }
        return there;
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        String db = call(folder);
        List<Revision> all = revisions(folder);
        Set<String> before = baseline.stream().map(ToolMigration::id).collect(Collectors.toSet());
        Set<String> heads = heads(
                all.stream().filter(revision -> before.contains(revision.id())).toList());
        // Of several branches each goes back by itself to where it leaves what production has, or began.
        Set<String> left = all.stream()
                .filter(revision -> !before.contains(revision.id()))
                .flatMap(revision -> revision.after().isEmpty()
                        ? Stream.of(revision.id() + "@base")
                        : revision.after().stream().filter(before::contains))
                .collect(Collectors.toCollection(TreeSet::new));
        return new Commands(
                heads.isEmpty() ? null : each(db + " upgrade ", heads),
                db + " upgrade" + (heads(all).size() > 1 ? " heads" : ""),
                before.isEmpty() ? db + " downgrade base" : each(db + " downgrade ", left),
                variables(folder),
                "the application must read one of these, or DATABASE_URL");
    }

    /** Those after which none comes. */
    private static Set<String> heads(List<Revision> revisions) {
        Set<String> heads = revisions.stream().map(Revision::id).collect(Collectors.toCollection(TreeSet::new));
        revisions.forEach(revision -> revision.after().forEach(heads::remove));
        return heads;
    }

    private static String each(String command, Set<String> revisions) {
        return revisions.stream()
                .map(revision -> command + ShellCommand.word(revision))
                .collect(Collectors.joining(" && "));
    }

    /** By the application's own command line, where it has one that is called as such. */
    private static String call(Path folder) {
        return SourceFiles.text(folder.resolve("manage.py")).contains("manager()") ? "python manage.py db" : "flask db";
    }

    /** Those from which the application's settings take the address, and those that are usual. */
    private static Map<String, String> variables(Path folder) {
        Map<String, String> variables = new TreeMap<>(Map.of("SQLALCHEMY_DATABASE_URI", URL));
        SourceFiles.named(folder, Pattern.compile(".*\\.py"), text -> text.contains("SQLALCHEMY_DATABASE_URI")).stream()
                .filter(Files::isRegularFile)
                .flatMap(file -> ADDRESS.matcher(SourceFiles.text(file)).results())
                .map(MatchResult::group)
                .flatMap(value -> VARIABLE.matcher(value).results())
                .map(variable -> variable.group(1))
                .filter(name -> !ToolTarget.isVariable(name))
                .forEach(name -> variables.put(name, URL));
        return variables;
    }
}
