package dev.rehearse.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.plan.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlywayToolTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        ", , true",
        "2, , true",
        "3, , false",
        "3.0, , false",
        "2, 3?, true",
        "1, 2?, false",
        "2, latest, true",
        "V3__big, , true",
        "2, next, true"
    })
    void an_undo_script_is_a_way_back_from_its_own_version_whatever_the_plan_calls_the_others(
            @Nullable String from, @Nullable String to, boolean hasDown) throws IOException {
        Files.writeString(folder.resolve("U3__big.sql"), "select 1;");

        assertThat(new FlywayTool(new Migration.Flyway(List.of(folder), from, to), List.of()).hasDown())
                .isEqualTo(hasDown);
    }
}
