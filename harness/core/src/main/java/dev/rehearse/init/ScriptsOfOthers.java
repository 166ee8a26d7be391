package dev.rehearse.init;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.sql.OtherSql;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.SqlStatement;
import dev.rehearse.sql.TwoWayScript;
import dev.rehearse.sql.TwoWayScript.Way;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Migrations that are SQL, and not PostgreSQL's. Stateless. */
final class ScriptsOfOthers {

    private ScriptsOfOthers() {}

    /** Where the first word is that only other databases know, without a full stop; empty where there is none, or where one of the scripts defines it. */
    static Optional<String> note(Path folder, List<ToolMigration> migrations) {
        Map<Path, String> texts = new LinkedHashMap<>();
        migrations.stream()
                .flatMap(migration -> migration.files().stream())
                .filter(file -> NumberedScripts.name(file).endsWith(".sql"))
                .forEach(script -> texts.put(script, text(script)));
        for (Map.Entry<Path, String> script : texts.entrySet()) {
            for (SqlStatement statement : statements(script.getKey(), script.getValue())) {
                Optional<String> word = OtherSql.wordOf(statement.text());
                if (word.isPresent() && texts.values().stream().noneMatch(text -> defines(text, word.get()))) {
                    return Optional.of(folder.relativize(script.getKey()) + ":" + statement.line() + ": "
                            + OtherSql.advice(word.get()).replaceFirst("\\.$", ""));
                }
            }
        }
        return Optional.empty();
    }

    private static List<SqlStatement> statements(Path script, String text) {
        try {
            return SqlScripts.split(NumberedScripts.name(script), TwoWayScript.only(Way.UP, text));
        } catch (InvalidRehearsalException e) {
            return List.of();
        }
    }

    private static boolean defines(String text, String type) {
        return Pattern.compile(
                        "create\\s+(domain|type)\\s+(\\w+\\.)?" + Pattern.quote(type) + "\\b", Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .find();
    }

    private static String text(Path script) {
        try {
            return Files.readString(script);
        } catch (IOException unreadable) {
            return "";
        }
    }
}
