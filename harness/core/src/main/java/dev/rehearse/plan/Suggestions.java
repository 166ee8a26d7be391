package dev.rehearse.plan;

import dev.rehearse.data.NearestName;
import java.util.Collection;

/** The right name that a wrong one was probably meant to be, for messages. Stateless. */
public final class Suggestions {

    private Suggestions() {}

    /** {@code  Did you mean "lockTimeout"?} with a space in front, or nothing where no name is near. */
    public static String nearest(String wrong, Collection<String> names) {
        return NearestName.of(wrong, names);
    }
}
