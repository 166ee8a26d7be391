package dev.rehearse.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Reads interval logs as HdrHistogram's own tools do. */
public final class IntervalLogs {

    private IntervalLogs() {}

    /** By tag, all intervals together. */
    public static Map<String, Histogram> read(Path file) throws IOException {
        Map<String, Histogram> byTag = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file)) {
            HistogramLogReader reader = new HistogramLogReader(in);
            while (reader.hasNext()) {
                Histogram interval = (Histogram) reader.nextIntervalHistogram();
                if (interval != null) {
                    byTag.computeIfAbsent(interval.getTag(), tag -> new Histogram(3))
                            .add(interval);
                }
            }
        }
        return byTag;
    }

    public static Histogram sum(Map<String, Histogram> byTag) {
        Histogram sum = new Histogram(3);
        byTag.values().forEach(sum::add);
        return sum;
    }
}
