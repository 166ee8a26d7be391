package dev.rehearse.serverlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.data.profile.QueryProfile;
import dev.rehearse.serverlog.StatementExport.Exported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementExportTest {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("statements.csv"), text);
    }

    private static List<String> sql(StatementExport export) {
        return export.statements().stream().map(Exported::sql).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query,calls,rows",
                "\ufeffquery,calls,rows",
                "\ufeff\"query\",\"calls\",\"rows\"",
                "Query, CALLS ,rows",
                "\"query\" , \"calls\", \"rows\"",
                "query,calls,rows,"
            })
    void a_head_is_read_as_it_is_recognised(String head) throws IOException {
        String end = head.endsWith(",") ? ",\n" : "\n";
        Path file = file(head + "\n\"SELECT \"\"a\"\", 1\nFROM t\",30,60" + end + "SELECT 2,70,0" + end);

        assertThat(StatementExport.isMeant(file)).isTrue();
        StatementExport export = StatementExport.read(file, TEN_SECONDS, false);
        assertThat(export.statements())
                .containsExactly(
                        new Exported("line 4", "SELECT 2", 7, 0),
                        new Exported("line 3", "SELECT \"a\", 1\nFROM t", 3, 2));
        assertThat(export.allCalls()).isEqualTo(100);
        assertThat(export.findings()).isEmpty();
    }

    @Test
    void what_is_no_export_is_not_taken_for_one() throws IOException {
        assertThat(StatementExport.isMeant(file("query,mean_exec_time\nSELECT 1,1\n")))
                .isFalse();
        assertThat(StatementExport.isMeant(file(""))).isFalse();
        assertThat(StatementExport.isMeant(folder.resolve("none"))).isFalse();
    }

    @Test
    void a_rate_is_told_by_the_statements_own_start_else_by_the_reset_else_by_the_span() throws IOException {
        Path file = file("""
                query,calls,stats_reset,stats_since,captured_at
                SELECT 1,100,2026-11-22 10:00:00+00,2026-11-22 11:59:50+02,2026-11-22 10:00:00.000+00
                SELECT 2,100,2026-11-22 09:59:00+00,,2026-11-22T10:00:00Z
                """);

        assertThat(StatementExport.read(file, null, false).statements())
                .extracting(Exported::callsPerSecond)
                .satisfies(rates -> assertThat(rates.get(0)).isCloseTo(10, within(1e-9)))
                .satisfies(rates -> assertThat(rates.get(1)).isCloseTo(100 / 60.0, within(1e-9)));
        assertThat(StatementExport.read(file, TEN_SECONDS, false).statements())
                .extracting(Exported::callsPerSecond)
                .containsExactly(10.0, 10.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query,calls|SELECT 1,5|--span 24h",
                "query,calls,stats_reset,captured_at|SELECT 1,5,2026-11-22 10:00:00+00,|--span 24h",
                "query,calls,stats_reset,captured_at|SELECT 1,5,22.11.2026 10:00,2026-11-22 11:00:00+00|DateStyle ISO"
            })
    void calls_of_an_unknown_time_are_refused(String head, String row, String advice) throws IOException {
        Path file = file(head + "\n" + row + "\n");

        assertThatThrownBy(() -> StatementExport.read(file, null, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(advice);
    }

    @Test
    void what_cannot_be_replayed_is_counted_and_lines_of_one_statement_are_added_up() throws IOException {
        Path file = file("""
                query,calls,rows
                SELECT 1,10,10
                SELECT 1,20,60
                BEGIN,30,0
                UPDATE t SET a = $1,40,40
                <insufficient privilege>,50,50
                SELECT 2,many,1
                SELECT 3,5
                """);

        StatementExport export = StatementExport.read(file, TEN_SECONDS, false);

        assertThat(export.statements()).containsExactly(new Exported("line 2", "SELECT 1", 3, 3));
        assertThat(export.leftOut())
                .containsEntry("statements that may write", 1L)
                .containsEntry("statements that are no load by themselves (BEGIN, SET, FETCH and the like)", 1L)
                .containsEntry("statements that the role which exported them may not see", 1L)
                .containsEntry("lines that cannot be read", 2L);
        assertThat(sql(StatementExport.read(file, TEN_SECONDS, true)))
                .containsExactly("UPDATE t SET a = $1", "SELECT 1");
    }

    @Test
    void what_functions_ran_runs_with_them_and_not_once_more() throws IOException {
        StatementExport export = StatementExport.read(
                file(
                        "query,calls,toplevel\nSELECT f($1),10,t\n\"SELECT a FROM t WHERE id = $1\",50,f\nSELECT 1,5,true\n"),
                TEN_SECONDS,
                false);

        assertThat(sql(export)).containsExactly("SELECT f($1)", "SELECT 1");
        assertThat(export.allCalls()).isEqualTo(15);
        assertThat(export.leftOut())
                .containsExactly(Map.entry("statements within functions, which run with these", 1L));
        assertThat(export.findings()).anySatisfy(finding -> assertThat(finding).contains("line 3"));
    }

    @Test
    void an_export_that_is_cut_is_read_as_far_as_it_goes() throws IOException {
        Path text = file("query,calls\n\"SELECT 1\",5\n\"SELECT 2\",5\n\"SELECT \"\"three");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(whole)) {
            out.write("query,calls\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 5_000; i++) {
                out.write(("\"SELECT " + i + "\"," + i + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        Path packed = Files.write(
                folder.resolve("statements.csv.gz"), Arrays.copyOf(whole.toByteArray(), whole.size() * 3 / 4));

        StatementExport export = StatementExport.read(text, TEN_SECONDS, false);
        StatementExport unpacked = StatementExport.read(packed, TEN_SECONDS, false);

        assertThat(sql(export)).containsExactly("SELECT 1", "SELECT 2");
        assertThat(unpacked.allCalls()).isPositive();
        for (StatementExport cut : List.of(export, unpacked)) {
            assertThat(cut.findings()).anyMatch(finding -> finding.startsWith("The export ends within a statement"));
            assertThat(cut.leftOut()).containsEntry("the statement that the end of the export cuts", 1L);
        }
    }

    @Test
    void a_file_that_only_looks_packed_is_refused_and_not_kept_open() throws IOException {
        Path file = Files.write(
                folder.resolve("packed.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});

        assertThatThrownBy(() -> StatementExport.read(file, TEN_SECONDS, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("cannot be read");
        assertThat(openFiles()).doesNotContain(file.toRealPath().toString());
    }

    /** Of this process, where the system tells. */
    private static List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        Path all = Path.of("/proc/self/fd");
        if (Files.isDirectory(all)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(all)) {
                for (Path file : files) {
                    try {
                        open.add(Files.readSymbolicLink(file).toString());
                    } catch (NoSuchFileException e) {
                        // It has been closed meanwhile.
                    }
                }
            }
        }
        return open;
    }

    @Test
    void an_export_that_is_no_csv_further_on_is_refused_with_the_line() throws IOException {
        Path file = file("query,calls\n\"SELECT 1\",5\n\"SELECT \"a\" FROM t\",5\n\"SELECT 3\",5\n");

        assertThatThrownBy(() -> StatementExport.read(file, TEN_SECONDS, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("cannot be read after line 2")
                .hasMessageContaining("\\copy");
    }

    @Test
    void of_very_many_statements_the_most_frequent_are_replayed() throws IOException {
        StringBuilder text = new StringBuilder("query,calls\n");
        for (int i = 1; i <= 1_200; i++) {
            text.append("SELECT ").append(i).append(',').append(i).append('\n');
        }

        StatementExport export = StatementExport.read(file(text.toString()), TEN_SECONDS, false);

        assertThat(export.statements()).hasSize(1_000);
        assertThat(sql(export)).startsWith("SELECT 1200").endsWith("SELECT 201");
        assertThat(export.findings()).containsExactly("Of 1200 statements the 1000 most frequent are replayed.");
    }

    @Test
    void a_profile_is_an_export_too() throws IOException {
        Path file = folder.resolve("shop.yaml");
        ProfileFile.write(profile(List.of(new QueryProfile("SELECT $1", 50, 0.1, 100, null)), 25), file);
        Path empty = folder.resolve("empty.yaml");
        ProfileFile.write(profile(List.of(), 25), empty);

        assertThat(StatementExport.isMeant(file)).isTrue();
        assertThat(StatementExport.read(file, null, false).statements())
                .containsExactly(new Exported("statement 1", "SELECT $1", 2, 2));
        assertThat(StatementExport.read(file, TEN_SECONDS, false).statements())
                .containsExactly(new Exported("statement 1", "SELECT $1", 5, 2));
        assertThatThrownBy(() -> StatementExport.read(empty, null, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("has no workload");
        Path cut = Files.writeString(
                folder.resolve("cut.yaml"), Files.readString(file).replace("complete: true", ""));
        assertThatThrownBy(() -> StatementExport.read(cut, null, false))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("was cut short");
    }

    private static Profile profile(List<QueryProfile> workload, double seconds) {
        return new Profile(
                "test",
                "17.5",
                new TreeMap<>(Map.of("block_size", "8192")),
                new TreeMap<>(),
                List.of(),
                workload,
                seconds,
                List.of());
    }
}
