package dev.rehearse.recording;

import dev.rehearse.EnvironmentException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Times as interval logs of HdrHistogram, format 1.3, for HistogramLogReader, HistogramLogProcessor and whatever else reads them. An
 * interval has the operations that ended in it; values are microseconds. A folder gets one file for each {@link Quantity}, in which the
 * operation is the tag; one file gets all, tagged {@code response:OPERATION} and so on. Not thread-safe.
 */
public final class IntervalLog implements AutoCloseable {

    private static final String SUFFIX = ".hlog";
    /** From our microseconds to the milliseconds of the column that people read. */
    private static final double MICROS_PER_MILLI = 1_000;

    private static final int LONGEST_TAG = 200;

    private final Map<Quantity, HistogramLogWriter> writers = new EnumMap<>(Quantity.class);
    private final List<PrintStream> files;
    private final boolean isOneFile;
    private boolean isWhole = true;

    /** What is measured. */
    public enum Quantity {
        /** From the intended start to the end. */
        RESPONSE,
        /** From the actual start to the end. */
        SERVICE,
        /** From the intended start to the actual one. */
        QUEUE,
        /** {@link #QUEUE} where a client was free in time: the generator's own delay. */
        LATE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private IntervalLog(List<PrintStream> files, boolean isOneFile, Instant start) {
        this.files = files;
        this.isOneFile = isOneFile;
        for (PrintStream file : files) {
            HistogramLogWriter writer = new HistogramLogWriter(file);
            writer.outputComment(
                    "[Values are microseconds: HistogramLogProcessor -tag TAG -outputValueUnitRatio 1000; -listtags names the tags]");
            writer.outputLogFormatVersion();
            writer.outputStartTime(start.toEpochMilli());
            writer.outputLegend();
            for (Quantity quantity :
                    isOneFile ? Quantity.values() : new Quantity[] {Quantity.values()[writers.size()]}) {
                writers.put(quantity, writer);
            }
        }
    }

    /**
     * Begins the log; what is there already is replaced.
     *
     * @param place one file where its name ends with {@code .hlog}; else a folder, which is made if it is not there
     * @param start that the intervals count from
     * @throws EnvironmentException where nothing can be written there
     */
    public static IntervalLog open(Path place, Instant start) {
        boolean isOneFile = place.toString().endsWith(SUFFIX);
        try {
            if (isOneFile) {
                return new IntervalLog(List.of(file(place)), true, start);
            }
            Files.createDirectories(place);
            PrintStream[] files = new PrintStream[Quantity.values().length];
            for (Quantity quantity : Quantity.values()) {
                files[quantity.ordinal()] = file(place.resolve(quantity.label() + SUFFIX));
            }
            return new IntervalLog(List.of(files), false, start);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot write the histograms to " + place + ": "
                            + (e instanceof NoSuchFileException ? "there is no such folder" : e.getMessage())
                            + ". Name a file that ends with .hlog, or a folder, in which files can be made.",
                    e);
        }
    }

    private static PrintStream file(Path path) throws IOException {
        return new PrintStream(
                new BufferedOutputStream(Files.newOutputStream(path), 1 << 16), false, StandardCharsets.UTF_8);
    }

    /**
     * Adds an interval of one operation; nothing where the histogram is empty.
     *
     * @param fromSeconds since the start
     * @param micros the times; its tag is changed
     */
    public void write(Quantity quantity, String operation, double fromSeconds, double toSeconds, Histogram micros) {
        if (micros.getTotalCount() == 0) {
            return;
        }
        String name = isOneFile ? quantity.label() + ":" + operation : operation;
        String tag = name.replaceAll("[,\\s\\p{Cntrl}]+", "_");
        micros.setTag(tag.substring(0, Math.min(tag.length(), LONGEST_TAG)));
        HistogramLogWriter writer = java.util.Objects.requireNonNull(writers.get(quantity));
        writer.outputIntervalHistogram(fromSeconds, toSeconds, micros, MICROS_PER_MILLI);
    }

    /** Ends the log. */
    @Override
    public void close() {
        for (PrintStream file : files) {
            file.close();
            isWhole &= !file.checkError();
        }
    }

    /** Whether all that was written arrived; known once it is closed. */
    public boolean isWhole() {
        return isWhole;
    }
}
