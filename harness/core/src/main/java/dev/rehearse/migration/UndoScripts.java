package dev.rehearse.migration;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.tool.jvm.FlywayNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** Finds {@code U<version>__<description>.sql} beside Flyway's migrations, or as the project's settings have them called. */
final class UndoScripts {

    private UndoScripts() {}

    /** The undo scripts of some folders and their sub-folders, by version as their names have it. */
    static Map<String, SqlFile> in(List<Path> folders, FlywayNames names) {
        Map<String, SqlFile> scripts = new TreeMap<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String name = file.getFileName().toString();
                    Matcher matcher = names.undo().matcher(name);
                    if (matcher.matches()) {
                        scripts.put(matcher.group(1), SqlFile.of(name, Files.readString(file)));
                    }
                }
            } catch (IOException e) {
                throw new InvalidRehearsalException(
                        "Cannot read the migrations in " + folder + ": " + e.getMessage() + ". Check \"locations\".",
                        e);
            }
        }
        return scripts;
    }
}
