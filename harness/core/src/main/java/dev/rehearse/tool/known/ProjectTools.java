package dev.rehearse.tool.known;

import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.jvm.Flyway;
import dev.rehearse.tool.jvm.Liquibase;
import dev.rehearse.tool.node.DrizzleKit;
import dev.rehearse.tool.node.Knex;
import dev.rehearse.tool.node.PrismaMigrate;
import dev.rehearse.tool.python.Alembic;
import dev.rehearse.tool.python.Django;
import dev.rehearse.tool.script.Atlas;
import dev.rehearse.tool.script.Dbmate;
import dev.rehearse.tool.script.GolangMigrate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The list of tools. A further one is a line here and a class in the package of its language. */
public final class ProjectTools {

    private static final List<ProjectTool> ALL = List.of(
            new Alembic(),
            new Atlas(),
            new Dbmate(),
            new Django(),
            new DrizzleKit(),
            new Flyway(),
            new GolangMigrate(),
            new Knex(),
            new Liquibase(),
            new PrismaMigrate());

    private ProjectTools() {}

    /** In the order in which a folder is asked whether it is one's project. */
    public static List<ProjectTool> all() {
        return ALL;
    }

    public static List<String> keys() {
        return ALL.stream().map(ProjectTool::key).toList();
    }

    public static Optional<ProjectTool> named(String key) {
        return ALL.stream().filter(tool -> tool.key().equals(key)).findFirst();
    }

    /** The tools whose project a folder is; more than one where it has files of several. */
    public static List<ProjectTool> detect(Path folder) {
        return ALL.stream().filter(tool -> tool.detect(folder)).toList();
    }
}
