package dev.rehearse.scenarios;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The file that {@code rehearse watch --json} writes, read as it grows. For one thread. */
final class WatchedLines {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long DEADLINE_NANOS = Duration.ofSeconds(60).toNanos();

    private final Path file;
    private int read;

    WatchedLines(Path file) {
        this.file = file;
    }

    /** Waits for a line that ends what is asked for, and tells those before it that were not told yet. */
    List<JsonNode> until(Predicate<JsonNode> last) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (System.nanoTime() < deadline) {
            List<JsonNode> fresh = fresh();
            for (int i = 0; i < fresh.size(); i++) {
                if (last.test(fresh.get(i))) {
                    read += i + 1;
                    return fresh.subList(0, i);
                }
            }
            LockSupport.parkNanos(5_000_000);
        }
        throw new AssertionError("60 s passed without the line. There were: " + fresh());
    }

    /** Those that were not told yet. */
    List<JsonNode> fresh() throws IOException {
        String text = Files.readString(file);
        List<JsonNode> lines = new ArrayList<>();
        String[] all = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
        for (int i = read; i < all.length; i++) {
            lines.add(parse(all[i]));
        }
        return text.isEmpty() ? List.of() : lines;
    }

    private static JsonNode parse(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + line, e);
        }
    }
}
