package dev.rehearse.plan;

import dev.rehearse.InvalidRehearsalException;
import java.util.Map;

/**
 * Where the parts of a plan stand in its files, for mistakes that only the database shows, such as a table that there is not. Immutable.
 *
 * @param byPart {@code file:line:column} by part, as the methods of this class name it; a part that a program gave has none
 */
public record Places(Map<String, String> byPart) {

    public static final Places NONE = new Places(Map.of());

    public Places {
        byPart = Map.copyOf(byPart);
    }

    /** A table or column that {@code data} names, as written there. */
    public static String data(String name) {
        return "data " + name;
    }

    /** A role that {@code roles} names. */
    public static String role(String name) {
        return "role " + name;
    }

    public static String invariant(String name) {
        return "invariant " + name;
    }

    public static String operation(String application, String name) {
        return "operation " + application + " " + name;
    }

    public static String blocker(Blocker blocker) {
        return "blocker " + blocker.kind().label() + " " + blocker.table();
    }

    /** The mistake, told after its place where that is known. */
    public InvalidRehearsalException located(InvalidRehearsalException mistake) {
        String place = mistake.about() == null ? null : byPart.get(mistake.about());
        return place == null ? mistake : new InvalidRehearsalException(place + ": " + mistake.getMessage(), mistake);
    }
}
