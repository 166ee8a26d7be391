package dev.rehearse.data.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFileTest {

    private static final String WHOLE = """
        rehearseProfile: 1
        server: "17.5"
        settings:
          work_mem: "4096 kB"
        tables:
        - schema: shop
          name: orders
          kind: table
          rows: 10
          bytes: 8192
          toastBytes: 0
          deadRows: 0
          columns:
          - name: "odd: \\"name\\""
            type: text
            statistics:
              nullShare: 0.25
              distinct: -1
              widthBytes: 12
              lengths: [1, 2, 3]
            partitions:
              orders_1:
                nullShare: 0
                distinct: 2
                widthBytes: 4
                commonShares: [0.5, 0.25]
                common: ["0", "?"]
        complete: true
        """;

    @TempDir
    private Path folder;

    @Test
    void what_is_written_is_read_again() throws Exception {
        Path file = folder.resolve("p.yaml");
        Profile profile = new Profile(
                "",
                "18.6",
                new TreeMap<>(java.util.Map.of("fsync", "on", "odd", "a: b # c\t\\ \"")),
                new TreeMap<>(java.util.Map.of("s.e", List.of("yes", "", "ä\u0007😀"))),
                List.of(read().tables().get(0)),
                List.of(
                        new QueryProfile(
                                "SELECT 1\nFROM t", 3, 0.25, 7, new QueryPlan("Limit\n  Seq Scan on s.\"t: x\"")),
                        new QueryProfile("SELECT 'x' \n", 1, 1e-3, 0, null)),
                86_400.125,
                List.of("nothing"));

        ProfileFile.write(profile, file);

        assertThat(ProfileFile.read(file))
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes("source|.*\\.line")
                .isEqualTo(profile);
    }

    @Test
    void a_pipe_is_written_to_and_not_replaced() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();
        try {
            ProfileFile.write(read(), pipe);

            assertThat(reader.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.inputReader(StandardCharsets.UTF_8).lines()).contains("complete: true");
        } finally {
            reader.destroyForcibly();
        }
    }

    @Test
    void a_file_is_refused_wherever_it_was_cut() throws Exception {
        ProfileFile.read(write(WHOLE));
        for (int length = 1; length < WHOLE.length() - 6; length++) {
            Path cut = write(WHOLE.substring(0, length));

            assertThatThrownBy(() -> ProfileFile.read(cut))
                    .as("%s characters", length)
                    .isInstanceOf(ProfileException.class)
                    .hasMessageMatching("(?s).*p\\.yaml:\\d+: .*");
        }
        assertThatThrownBy(() -> ProfileFile.read(write(WHOLE.replace("complete: true\n", ""))))
                .hasMessageContaining("p.yaml:27: the profile was cut short");
    }

    @Test
    void a_newer_version_is_refused_whatever_its_form() throws Exception {
        Path newer = write("# a comment\nrehearseProfile: 5\nwhat: {is: this}\n");

        assertThatThrownBy(() -> ProfileFile.read(newer))
                .hasMessageContaining("p.yaml:2: the profile has version 5; this release of Rehearse reads up to 4");
    }

    @Test
    void a_mistake_is_told_with_its_line() throws Exception {
        refused(WHOLE.replace("rows: 10", "rows: ten"), "p.yaml:9: rows: \"ten\" is no number");
        refused(
                WHOLE.replace("nullShare: 0.25", "nullShare: 1.5"),
                "p.yaml:17: nullShare: 1.5 is not between 0.0 and 1.0");
        refused(WHOLE.replace("kind: table", "kinds: table"), "p.yaml:8: unknown key \"kinds\"");
        refused(WHOLE.replace("  kind: table\n", ""), "p.yaml:6: tables: \"kind\" is missing");
        refused(WHOLE.replace("[1, 2, 3]", "7"), "p.yaml:20: lengths: here should stand a list");
        refused(
                WHOLE.replace("\"?\"]", "\"x\"]"),
                "p.yaml:27: common: should be ? or a number for each of the 2 commonShares");
        refused("orders: 7\ncomplete: true\n", "p.yaml:1: unknown key \"orders\"");
        refused("", "p.yaml:1: the file is empty");
        assertThatThrownBy(() -> ProfileFile.read(folder.resolve("none.yaml")))
                .hasMessageContaining("There is no file");
    }

    private Profile read() throws Exception {
        return ProfileFile.read(write(WHOLE));
    }

    private void refused(String text, String message) throws Exception {
        Path file = write(text);
        assertThatThrownBy(() -> ProfileFile.read(file)).hasMessageContaining(message);
    }

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("p.yaml"), text);
    }
}
