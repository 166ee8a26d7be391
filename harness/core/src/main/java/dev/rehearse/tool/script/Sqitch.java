package dev.rehearse.tool.script;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sqitch: changes in the order of {@code sqitch.plan}, each a script in {@code deploy}, with one in {@code revert}. A change that was
 * reworked has its name twice in the plan: the earlier one is known by the tag that follows it, as Sqitch itself has it.
 */
public final class Sqitch implements CommandTool {

    private static final String PLAN = "sqitch.plan";
    private static final Pattern CHANGE = Pattern.compile("^[+]?\\s*([^\\s@#%\\[-][^\\s\\[#]*).*");
    private static final Pattern TAG = Pattern.compile("^\\s*(@\\S+).*");
    private static final String TARGET = " db:pg:";

    @Override
    public String key() {
        return "sqitch";
    }

    @Override
    public String title() {
        return "Sqitch";
    }

    @Override
    public boolean detect(Path folder) {
        return Files.isRegularFile(folder.resolve(PLAN)) && !migrations(folder).isEmpty();
    }

    @Override
    public List<ToolMigration> migrations(Path folder) {
        List<String> names = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (String line : SourceFiles.text(folder.resolve(PLAN)).lines().toList()) {
            Matcher tag = TAG.matcher(line);
            Matcher change = CHANGE.matcher(line);
            if (tag.matches()) {
                tags.replaceAll(known -> known.isEmpty() ? tag.group(1) : known);
            } else if (change.matches()) {
                names.add(change.group(1));
                tags.add("");
            }
        }
        List<ToolMigration> changes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean reworked = names.subList(i + 1, names.size()).contains(name);
            String id = reworked ? name + tags.get(i) : name;
            changes.add(ToolMigration.of(id, folder.resolve("deploy").resolve(id + ".sql")));
        }
        return changes;
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        List<String> names = Histories.column(connection, "sqitch.changes", "select change from sqitch.changes");
        List<ToolMigration> changes = migrations(folder);
        // In the plan's order, whatever a reworked one is called: Sqitch deploys nothing before what stands before it.
        return changes.stream()
                .limit(names.size())
                .map(ToolMigration::id)
                .filter(id -> names.contains(id.replaceFirst("@.*", "")))
                .toList();
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        String to = baseline.isEmpty()
                ? ""
                : " --to "
                        + ShellCommand.word(
                                named(baseline.get(baseline.size() - 1).id(), baseline));
        return new Commands(
                baseline.isEmpty() ? null : "sqitch deploy" + to + TARGET,
                "sqitch deploy" + TARGET,
                "sqitch revert -y" + to + TARGET,
                Map.of(),
                null);
    }

    /** The last of several of its name, which would be ambiguous alone. */
    private static String named(String id, List<ToolMigration> among) {
        return among.stream().anyMatch(other -> other.id().startsWith(id + "@")) ? id + "@HEAD" : id;
    }
}
