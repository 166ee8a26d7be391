package dev.rehearse.tool.jvm;

import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolProject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the files of a change log say to a reader. Stateless. */
final class LiquibaseLogs {

    private static final Pattern FILE = Pattern.compile(".*\\.(?:xml|ya?ml|json|sql)");
    private static final String IS = "[\"']?\\s*[=:]\\s*(?:\"([^\"]*)\"|'([^']*)'|([\\w@!./-]+))";
    private static final Pattern CONTEXT = Pattern.compile("(?i)\\bcontext(?:Filter)?" + IS);
    private static final Pattern LOGICAL_PATH = Pattern.compile("\\blogicalFilePath" + IS);
    private static final Pattern BETWEEN = Pattern.compile("(?i)[\\s,()!@]+|\\b(?:and|or|not)\\b");

    private LiquibaseLogs() {}

    private static List<Path> files(ToolProject project) {
        return project.once(
                "the files of the change log",
                () -> LiquibaseHome.roots(project.folder()).stream()
                        .flatMap(root -> SourceFiles.named(root, FILE, LiquibaseLogs::isLog).stream())
                        .toList());
    }

    private static boolean isLog(String text) {
        return text.contains("databaseChangeLog")
                || text.toLowerCase(Locale.ROOT).contains("liquibase formatted sql");
    }

    private static Stream<String> values(Path file, Pattern key) {
        return key.matcher(SourceFiles.text(file))
                .results()
                .flatMap(value -> Stream.of(value.group(1), value.group(2), value.group(3)))
                .filter(Objects::nonNull);
    }

    /** The files that their change sets call otherwise than they are called, by that name. */
    static Map<String, Path> byLogicalPath(ToolProject project) {
        return project.once("the logical paths", () -> {
            Map<String, Path> found = new LinkedHashMap<>();
            files(project).forEach(file -> values(file, LOGICAL_PATH).forEach(path -> found.putIfAbsent(path, file)));
            return found;
        });
    }

    /**
     * Where nothing chooses among a change log's contexts, Liquibase runs the change sets of all, and an application that chooses in its code
     * does not say so in a file.
     *
     * @return for a reader of the first plan; null where there is no choice, or it is made
     */
    static @Nullable String contexts(ToolProject project) {
        if (LiquibaseSettings.chooseContexts(project)) {
            return null;
        }
        Set<String> contexts = new TreeSet<>();
        files(project).stream()
                .flatMap(file -> values(file, CONTEXT))
                .flatMap(BETWEEN::splitAsStream)
                .filter(context -> !context.isBlank())
                .forEach(contexts::add);
        return contexts.isEmpty()
                ? null
                : "the change log has contexts (" + String.join(", ", contexts)
                        + "), and no setting chooses among them, so that the change sets of all are taken: LIQUIBASE_COMMAND_CONTEXT_FILTER"
                        + " chooses, for init in its environment, for run as the plan's \"environment\"";
    }
}
