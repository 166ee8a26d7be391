package dev.rehearse.migration;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.SqlStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the lines of a script's statements as a tool sends them, one after the other. Used by one thread. */
final class ScriptLines {

    private final String name;
    private final List<SqlStatement> statements;
    private int next;

    private ScriptLines(String name, List<SqlStatement> statements) {
        this.name = name;
        this.statements = statements;
    }

    /** Of a script that cannot be read or cut, only the name is known. */
    static ScriptLines of(String name, @Nullable String location) {
        try {
            return new ScriptLines(
                    name, location == null ? List.of() : SqlScripts.split(name, Files.readString(Path.of(location))));
        } catch (IOException | InvalidRehearsalException | java.nio.file.InvalidPathException e) {
            return new ScriptLines(name, List.of());
        }
    }

    /** "script:line" of the next statement of that text, or the script's name where there is none (placeholders were replaced, say). */
    String sourceOf(String sql) {
        String wanted = bare(sql);
        for (int i = next; i < statements.size(); i++) {
            if (bare(statements.get(i).text()).equals(wanted)) {
                next = i + 1;
                return name + ":" + statements.get(i).line();
            }
        }
        return name;
    }

    private static String bare(String sql) {
        return sql.replaceAll("(?m)^\\s*--.*$", "")
                .replaceAll("\\s+", " ")
                .strip()
                .replaceAll(";$", "");
    }
}
