package dev.rehearse.data.plausible;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The files of this package's folder that people wrote. Stateless. */
final class Texts {

    private Texts() {}

    /** The lines of one of them, without comments and blank ones. */
    static Stream<String> lines(String file) {
        try (InputStream in = Texts.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("The file " + file + " is not in this build of rehearse-datasets.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("//"));
        } catch (IOException e) {
            throw new IllegalStateException("The file " + file + " cannot be read.", e);
        }
    }
}
