package dev.rehearse.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingFilesTest {

    @TempDir
    Path folder;

    private Recording recording;

    @BeforeEach
    void record() throws ReflectiveOperationException {
        recording = random(42);
    }

    /** Of a format that is known, unlike the other values. */
    private static Recording random(long randomSeed) throws ReflectiveOperationException {
        Recording random = new RandomRecords(randomSeed).next(Recording.class);
        RecordComponent[] components = Recording.class.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = components[i].getAccessor().invoke(random);
        }
        values[0] = Recording.FORMAT;
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return Recording.class.getDeclaredConstructor(types).newInstance(values);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void what_is_read_equals_what_was_written_to_the_last_field(long randomSeed) throws ReflectiveOperationException {
        Recording written = random(randomSeed);

        RecordingFiles.write(written, folder.resolve("run"));
        Recording read = RecordingFiles.read(folder.resolve("run"));

        for (RecordComponent component : Recording.class.getRecordComponents()) {
            if (component.getType() != OperationLog.class) {
                assertThat(component.getAccessor().invoke(read))
                        .as(component.getName())
                        .isEqualTo(component.getAccessor().invoke(written));
            }
        }
        assertSame(read.operations(), written.operations());
    }

    private static void assertSame(OperationLog read, OperationLog written) {
        assertThat(read.kinds()).isEqualTo(written.kinds());
        assertThat(read.size()).isEqualTo(written.size());
        for (int i = 0; i < written.size(); i++) {
            assertThat(read.get(i)).isEqualTo(written.get(i));
        }
    }

    @Test
    void a_recording_can_be_read_by_the_name_of_either_file() {
        RecordingFiles.write(recording, folder);

        assertThat(RecordingFiles.read(folder.resolve(RecordingFiles.RECORDING)).plan())
                .isEqualTo(recording.plan());
        assertThat(RecordingFiles.read(folder.resolve(RecordingFiles.OPERATIONS))
                        .plan())
                .isEqualTo(recording.plan());
    }

    @Test
    void a_recording_takes_the_place_of_an_older_one_and_leaves_nothing_else() throws Exception {
        RecordingFiles.write(random(7), folder);
        RecordingFiles.write(recording, folder);

        assertThat(RecordingFiles.read(folder).plan()).isEqualTo(recording.plan());
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(RecordingFiles.RECORDING, RecordingFiles.OPERATIONS);
        }
    }

    @Test
    void six_hundred_thousand_operations_are_saved_and_read_in_seconds_and_few_bytes() throws IOException {
        int count = 600_000;
        Random random = new Random(7);
        long due = 0;
        while (recording.operations().kinds().size() < 12) {
            recording.operations().addKind(new OperationKind("operation", "app", List.of("orders"), List.of("orders")));
        }
        for (int i = recording.operations().size(); i < count; i++) {
            due += random.nextInt(5_000);
            long start = due + random.nextInt(300);
            long end = start + 500 + random.nextInt(2_000);
            recording
                    .operations()
                    .add(new Operation(random.nextInt(12), due, start, end, Outcome.SUCCEEDED, null, 40_000 + i % 16));
        }

        long began = cpuNanos();
        RecordingFiles.write(recording, folder);
        Recording read = RecordingFiles.read(folder);
        double seconds = (cpuNanos() - began) / 1e9;

        assertThat(read.operations().size()).isEqualTo(count);
        assertThat(read.operations().get(count - 1))
                .isEqualTo(recording.operations().get(count - 1));
        assertThat(seconds).isLessThan(5);
        assertThat(Files.size(folder.resolve(RecordingFiles.OPERATIONS))).isLessThan(12L * count);
    }

    /** Unlike the clock on the wall, it does not count what others do on the machine. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @ParameterizedTest
    @ValueSource(strings = {RecordingFiles.RECORDING, RecordingFiles.OPERATIONS})
    void a_file_that_was_cut_short_anywhere_is_refused_by_its_name(String name) throws IOException {
        RecordingFiles.write(recording, folder);
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        for (int length : new int[] {0, 1, 10, 50, whole.length / 2, whole.length - 1}) {
            Files.write(folder.resolve(name), Arrays.copyOf(whole, length));

            assertRefused(name, "damaged", "Copy it again");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RecordingFiles.RECORDING, RecordingFiles.OPERATIONS})
    void a_file_with_any_flipped_byte_is_refused_by_its_name(String name) throws IOException {
        RecordingFiles.write(recording, folder);
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            byte[] damaged = whole.clone();
            // Beyond the ten bytes of the header, some of which mean nothing.
            damaged[10 + random.nextInt(whole.length - 10)] ^= (byte) (1 << random.nextInt(8));
            Files.write(folder.resolve(name), damaged);

            if (!saysTheSame(damaged, whole)) {
                assertRefused(name, "damaged", "rehearse again");
            }
        }
    }

    /** What comes again and again may be copied from another place where it stands, too. */
    private static boolean saysTheSame(byte[] damaged, byte[] whole) throws IOException {
        try (InputStream original = new GZIPInputStream(new ByteArrayInputStream(whole));
                InputStream other = new GZIPInputStream(new ByteArrayInputStream(damaged))) {
            return Arrays.equals(other.readAllBytes(), original.readAllBytes());
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void a_recording_from_another_version_is_refused_with_both_formats() throws IOException {
        RecordingFiles.write(recording, folder);
        edit(json -> json.replaceFirst("\"format\":" + Recording.FORMAT + ",", "\"format\":99,\"novelty\":[],"));

        assertRefused(RecordingFiles.RECORDING, "format 99", "reads format " + Recording.FORMAT, "newer version");

        edit(json -> json.replaceFirst("\"format\":99,\"novelty\":\\[\\],", "\"format\":1,"));

        assertRefused(RecordingFiles.RECORDING, "format 1", "reads format " + Recording.FORMAT, "older version");
    }

    @Test
    void a_recording_without_one_of_its_fields_is_refused_with_the_name_of_the_field() throws IOException {
        RecordingFiles.write(recording, folder);
        edit(json -> json.replaceFirst("\"blockers\":", "\"blockades\":"));

        assertRefused(RecordingFiles.RECORDING, "damaged", "blockers");
    }

    @Test
    void operations_of_another_run_are_refused() throws Exception {
        RecordingFiles.write(recording, folder);
        RecordingFiles.write(random(43), folder.resolve("other"));
        Files.copy(
                folder.resolve("other").resolve(RecordingFiles.OPERATIONS),
                folder.resolve(RecordingFiles.OPERATIONS),
                StandardCopyOption.REPLACE_EXISTING);

        assertRefused(RecordingFiles.OPERATIONS, "another run");
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        RecordingFiles.write(recording, folder);
        Files.delete(folder.resolve(RecordingFiles.OPERATIONS));

        assertRefused(RecordingFiles.OPERATIONS, "is missing");
    }

    @Test
    void a_path_where_nothing_is_is_named() {
        assertThatExceptionOfType(InvalidRehearsalException.class)
                .isThrownBy(() -> RecordingFiles.read(folder.resolve("nowhere")))
                .withMessageContaining(folder.resolve("nowhere").toString())
                .withMessageContaining("no recording");
    }

    private void assertRefused(String... parts) {
        assertThatExceptionOfType(InvalidRehearsalException.class)
                .isThrownBy(() -> RecordingFiles.read(folder))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private interface Edit {
        String of(String json);
    }

    private void edit(Edit edit) throws IOException {
        Path file = folder.resolve(RecordingFiles.RECORDING);
        String json;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String edited = edit.of(json);
        assertThat(edited).isNotEqualTo(json);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(edited.getBytes(StandardCharsets.UTF_8));
        }
    }
}
