package dev.rehearse.tool;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which database a folder or a script is for, by its name, in projects that serve several. Stateless. */
public final class Dialects {

    private static final String OTHERS =
            "mysql|mariadb|oracle|h2|hsqldb|hsql|derby|sqlite3?|sqlserver|mssql|db2|clickhouse|spanner|cassandra|cockroach(?:db)?|crdb";

    /** A folder, or a part of its name, for another database beside PostgreSQL's. */
    private static final Pattern OTHER_FOLDER = Pattern.compile("(.*[-_.])?(" + OTHERS + ")([-_.].*)?");

    private static final Pattern OTHER = Pattern.compile(OTHERS);
    private static final Set<String> OURS = Set.of("postgres", "postgresql", "pg", "pgsql");
    /** Says how a script is run, not what it is. */
    private static final String AUTOCOMMIT = "autocommit";

    private Dialects() {}

    /** Whether a folder is for another database than PostgreSQL. */
    public static boolean isOtherFolder(String name) {
        return OTHER_FOLDER.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    /** Whether a folder is called as PostgreSQL is. */
    public static boolean isOurFolder(String name) {
        return OURS.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Those that are run on PostgreSQL: {@code 1_a.postgres.up.sql} where there is one, {@code 1_a.up.sql} where there is none. */
    public static List<String> ours(List<String> scripts) {
        Set<String> special = scripts.stream()
                .filter(script -> words(script).anyMatch(OURS::contains))
                .map(Dialects::withoutDialect)
                .collect(Collectors.toSet());
        return scripts.stream()
                .filter(script ->
                        words(script).noneMatch(word -> OTHER.matcher(word).matches()))
                .filter(script -> words(script).anyMatch(OURS::contains) || !special.contains(withoutDialect(script)))
                .toList();
    }

    /** The name that a script has in common with those of the same for other databases. */
    public static String withoutDialect(String script) {
        return Stream.of(script.split("\\."))
                .filter(part -> !isDialect(part.toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining("."));
    }

    private static boolean isDialect(String word) {
        return OURS.contains(word)
                || AUTOCOMMIT.equals(word)
                || OTHER.matcher(word).matches();
    }

    private static Stream<String> words(String script) {
        return Stream.of(script.toLowerCase(Locale.ROOT).split("\\.")).skip(1);
    }
}
