package dev.rehearse.junit;

import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.known.ProjectTools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The change sets of an application that Liquibase migrates, in its order. They are found without a database.
 *
 * @param ids by which Liquibase tells them apart, {@code file::id::author}; at least one
 */
record ChangeSets(List<String> ids) {

    static final String TOOL = "liquibase";

    /**
     * One step.
     *
     * @param from the last change set that is there before; null: the database is empty
     */
    record Step(@Nullable String from, String to) {}

    /** Whether a project has a change log, by its files. */
    static boolean areIn(Path project) {
        return tool().filter(liquibase -> liquibase.detect(project)).isPresent();
    }

    /**
     * Those up to and with one.
     *
     * @param to as a plan names it; blank: all
     */
    static ChangeSets of(Path project, String to) {
        try (ToolProject liquibase = new ToolProject(tool().orElseThrow(), project, Map.of(), null)) {
            return new ChangeSets(liquibase.pending(to.isBlank() ? null : to).stream()
                    .map(ToolMigration::id)
                    .toList());
        }
    }

    private static Optional<ProjectTool> tool() {
        return ProjectTools.named(TOOL);
    }

    /**
     * To the last of them.
     *
     * @param from as a plan names it; blank: the one before the last
     */
    Step step(String from) {
        String last = ids.get(ids.size() - 1);
        if (!from.isBlank()) {
            return new Step(from, last);
        }
        return new Step(ids.size() < 2 ? null : ids.get(ids.size() - 2), last);
    }

    /** Its own id: {@code index-orders} of {@code db/changelog.xml::index-orders::acme}. */
    static String name(String id) {
        String[] parts = id.split("::");
        return parts.length < 2 ? id : parts[parts.length - 2];
    }
}
