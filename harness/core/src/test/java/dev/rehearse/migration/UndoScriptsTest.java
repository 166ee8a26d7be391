package dev.rehearse.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.tool.jvm.FlywayNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoScriptsTest {

    @TempDir
    Path folder;

    @Test
    void undo_scripts_are_called_as_the_projects_settings_say() throws IOException {
        for (String name : List.of("U1__usual.sql", "U2-note.pgsql", "U3-big.sql", "2-note.pgsql")) {
            Files.writeString(folder.resolve(name), "select 1;");
        }

        assertThat(UndoScripts.in(List.of(folder), FlywayNames.USUAL)).containsOnlyKeys("1");
        assertThat(UndoScripts.in(
                        List.of(folder),
                        FlywayNames.of(Map.of(
                                "sqlMigrationPrefix", "",
                                "sqlMigrationSeparator", "-",
                                "sqlMigrationSuffixes", ".sql,.pgsql"))))
                .containsOnlyKeys("2", "3");
    }
}
