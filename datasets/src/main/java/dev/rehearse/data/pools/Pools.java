package dev.rehearse.data.pools;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files of this package's folder. Stateless. */
public final class Pools {

    private Pools() {}

    /**
     * The lines of one of them.
     *
     * @param name {@code locales}, which lists the others, or one of these
     */
    public static List<String> lines(String name) {
        try (InputStream in = Pools.class.getResourceAsStream(name + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("The list " + name + " is not in this build of rehearse-datasets;"
                        + " Maven makes it in the phase generate-resources.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new IllegalStateException("The list " + name + " cannot be read.", e);
        }
    }
}
