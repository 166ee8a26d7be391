package dev.rehearse.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ToolProcessTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    private Path folder;

    private ToolResult run(String script, Duration deadline) {
        return ToolProcess.run(folder, List.of("/bin/sh", "-c", script), Map.of("TOLD", "told"), deadline);
    }

    @Test
    void it_runs_in_the_folder_with_the_variables_and_keeps_both_streams_and_the_exit_code() {
        ToolResult result = run("pwd; echo $TOLD >&2; exit 3", LONG);

        assertThat(result.output()).isEqualTo(folder + "\ntold");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.succeeded()).isFalse();
        assertThat(result.ended()).isFalse();
    }

    @Test
    void of_a_long_output_the_end_is_kept() {
        ToolResult result = run("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done", LONG);

        assertThat(result.output()).endsWith("line 19999").doesNotContain("line 10\n");
        assertThat(result.output().length()).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void its_deadline_ends_it_with_all_its_children() throws Exception {
        OnceInThree.holds(() -> {
            ToolResult result = run("sleep 600 & echo $! > child; wait", Duration.ofSeconds(2));

            assertThat(result.ended()).isTrue();
            assertThat(result.succeeded()).isFalse();
            assertThat(folder.resolve("child")).as("what it does first").isNotEmptyFile();
            assertThat(isAlive("child")).isFalse();
        });
    }

    @Test
    void one_that_does_not_want_to_end_is_killed() throws Exception {
        OnceInThree.holds(() -> {
            ToolResult result = run("trap '' TERM; echo $$ > self; while :; do sleep 1; done", Duration.ofSeconds(2));

            assertThat(result.ended()).isTrue();
            assertThat(folder.resolve("self")).as("what it does first").isNotEmptyFile();
            assertThat(isAlive("self")).isFalse();
        });
    }

    @Test
    void what_it_leaves_running_behind_itself_is_ended() throws IOException {
        ToolResult result = run("sleep 600 > /dev/null 2>&1 & echo $! > child", LONG);

        assertThat(result.succeeded()).isTrue();
        assertThat(isAlive("child")).isFalse();
    }

    @Test
    void an_interrupt_ends_it_and_stays() throws Exception {
        boolean[] interrupted = new boolean[1];
        ToolResult[] result = new ToolResult[1];
        Thread thread = new Thread(() -> {
            result[0] = run("echo $$ > self; sleep 600", LONG);
            interrupted[0] = Thread.currentThread().isInterrupted();
        });
        thread.start();
        long end = System.nanoTime() + LONG.toNanos();
        // The file is there before its content is.
        while (folder.resolve("self").toFile().length() == 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
        }

        thread.interrupt();
        thread.join();

        assertThat(interrupted[0]).isTrue();
        assertThat(result[0].ended()).isTrue();
        assertThat(isAlive("self")).isFalse();
    }

    private boolean isAlive(String file) throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve(file)).strip());
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    @Test
    void a_program_that_is_not_there_says_what_to_install() {
        ProjectTool dbmate = ProjectTools.named("dbmate").orElseThrow();
        ToolProject project = new ToolProject(dbmate, folder, Map.of(), null);

        assertThatThrownBy(() -> project.run("no-such-program"))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("There is no no-such-program for the project " + folder)
                .hasMessageContaining("npm ci");
    }

    @Test
    void a_command_that_needs_no_database_finds_the_plans_variables_and_no_database() {
        ProjectTool dbmate = ProjectTools.named("dbmate").orElseThrow();
        ToolProject project = new ToolProject(dbmate, folder, Map.of("DB_PORT", "{port}"), null);

        assertThat(project.run("sh", "-c", "echo $DB_PORT $DATABASE_URL").output())
                .isEqualTo(
                        "1 postgresql://nobody:none@127.0.0.1:1/nowhere?sslmode=disable&application_name=rehearse-project");
    }

    @Test
    void the_projects_own_program_comes_before_the_one_on_the_path() throws IOException {
        Path own = Files.createDirectories(folder.resolve("node_modules/.bin")).resolve("sh");
        Files.writeString(own, "#!/bin/sh\necho own\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();
        Path below = Files.createDirectories(folder.resolve("packages/app"));
        ProjectTool dbmate = ProjectTools.named("dbmate").orElseThrow();

        assertThat(new ToolProject(dbmate, below, Map.of(), null).run("sh").output())
                .isEqualTo("own");
    }

    @Test
    void what_is_on_the_path_keeps_its_place_there() {
        assertThat(ToolProject.ownPrograms(folder))
                .contains(folder.resolve("bin"), folder.resolve("node_modules/.bin"))
                .doesNotContain(Path.of("/bin"));
    }
}
