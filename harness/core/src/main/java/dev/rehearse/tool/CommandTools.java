package dev.rehearse.tool;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The list of tools that are run by commands of the plan. A further one is a line here and a class beside it. */
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
