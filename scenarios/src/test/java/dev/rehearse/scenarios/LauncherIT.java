package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code rehearse} beside a jar that is built already. */
class LauncherIT {

    @TempDir
    Path root;

    @BeforeEach
    void jar() throws IOException {
        Files.createDirectories(root.resolve("harness/cli/target"));
        Files.createSymbolicLink(root.resolve("harness/cli/target/rehearse.jar"), RehearseProcess.JAR);
    }

    @AfterEach
    void no_jar() throws IOException {
        Files.delete(root.resolve("harness/cli/target/rehearse.jar"));
    }

    /** What the script prints, in a folder with an empty folder "Größe". The shell writes that name: this JVM may have a locale that cannot. */
    private String printed(String locale, String... arguments) throws IOException, InterruptedException {
        Files.copy(Path.of("../rehearse"), root.resolve("rehearse"));
        Process shell = new ProcessBuilder(List.of(
                        "sh",
                        "-c",
                        "cd '" + root + "' && mkdir -p \"$(printf 'Gr\\303\\266\\303\\237e')\" && LC_ALL=" + locale
                                + " sh ./rehearse " + String.join(" ", arguments)))
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isEqualTo(2);
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "xx_XX.UTF-8", "C.UTF-8"})
    void folders_have_any_name_in_any_locale(String locale) throws Exception {
        assertThat(printed(locale, "run", "Gr*e")).contains("/Größe has no rehearsal.yaml");
    }

    @Test
    void the_folder_that_it_is_called_in_may_have_any_name() throws Exception {
        assertThat(printed("C", "--version && cd Gr* && LC_ALL=C sh ../rehearse run ."))
                .contains("/Größe has no rehearsal.yaml");
    }
}
