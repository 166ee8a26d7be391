package dev.rehearse.tool.known;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.node.DbMigrate;
import dev.rehearse.tool.node.NodePgMigrate;
import dev.rehearse.tool.node.SequelizeCli;
import dev.rehearse.tool.node.TypeOrm;
import dev.rehearse.tool.python.FlaskMigrate;
import dev.rehearse.tool.ruby.Rails;
import dev.rehearse.tool.script.Sqitch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The list of tools that are run by commands of the plan. A further one is a line here and a class in the package of its language. */
public final class CommandTools {

    private static final List<CommandTool> ALL = List.of(
            new DbMigrate(),
            new FlaskMigrate(),
            new NodePgMigrate(),
            new Rails(),
            new SequelizeCli(),
            new Sqitch(),
            new TypeOrm());

    private CommandTools() {}

    public static List<String> keys() {
        return ALL.stream().map(CommandTool::key).toList();
    }

    public static Optional<CommandTool> named(String key) {
        return ALL.stream().filter(tool -> tool.key().equals(key)).findFirst();
    }

    /** The tools whose project a folder is. */
    public static List<CommandTool> detect(Path folder) {
        return ALL.stream().filter(tool -> tool.detect(folder)).toList();
    }
}
