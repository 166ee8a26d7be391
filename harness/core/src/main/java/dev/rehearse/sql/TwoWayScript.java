package dev.rehearse.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A script that holds both ways of a migration, each below a comment that says which, as
 * <a href="https://pressly.github.io/goose/documentation/annotations/">goose</a> ({@code -- +goose Up}), sql-migrate
 * ({@code -- +migrate Up}) and dbmate ({@code -- migrate:up}) have it. Stateless.
 */
public final class TwoWayScript {

    private static final Pattern MARK = Pattern.compile(
            "\\uFEFF?\\s*--\\s*(?:\\+goose\\s+|\\+migrate\\s+|migrate:)(up|down)\\b.*", Pattern.CASE_INSENSITIVE);

    /** Said once for both ways. */
    private static final Pattern OF_BOTH =
            Pattern.compile("\\s*--\\s*\\+goose\\s+no\\s+transaction\\s*", Pattern.CASE_INSENSITIVE);

    private TwoWayScript() {}

    /** Which way is meant. */
    public enum Way {
        UP,
        DOWN
    }

    /** Whether a script says where its ways begin. */
    public static boolean isOne(String text) {
        return text.lines().anyMatch(line -> MARK.matcher(line).matches());
    }

    /**
     * The script with one way alone, in which every statement stands on the line where it stood. What comes before the first mark belongs to
     * both ways; a script without marks is one way as a whole.
     */
    public static String only(Way way, String text) {
        if (!isOne(text)) {
            return text;
        }
        boolean[] isMeant = {true};
        return text.lines()
                .map(line -> {
                    Matcher mark = MARK.matcher(line);
                    if (mark.matches()) {
                        isMeant[0] = mark.group(1).equalsIgnoreCase(way.name());
                    }
                    return isMeant[0] || OF_BOTH.matcher(line).matches() ? line : "";
                })
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
