package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.SqlLiterals;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Definitions go over as they are: defaults, views, functions. Numbers and addresses in them are nobody's by chance, and no literal may be
 * the value of a personal column, but for defaults, {@link OrdinaryWords} and words in one letter case. Single words are the schema's own, and
 * told of where they stand in literals and comments. One thread, but for {@link #value}.
 */
final class Definitions {

    /** Such words are told in another way than what stands in columns. */
    static final String WORDS = "words of ";

    /** Codes are told in another way, too, since algorithms are called like them. */
    static final String CODES = "codes of ";

    /** What stands in a personal column more often is nobody's own. */
    static final int MOST_ROWS_OF_ONE = 20;

    private static final Pattern COMMENT =
            Pattern.compile("(?m)^COMMENT ON (?:[^'\"]++|\"[^\"]*+\")*+(?<= IS )'(?:[^']++|'')*+';$");

    /** What pg_dump writes above each definition. */
    private static final Pattern DEFINITION =
            Pattern.compile("(?m)^-- Name: (?<name>.*); Type: (?<type>[A-Z ]+); Schema: .*$");

    /** What the server writes where a row says nothing is nobody's own. */
    private static final Pattern DEFAULT = Pattern.compile("\\bDEFAULT '((?:[^']++|'')*+)'");

    /** One word in one letter case, such as admin or ACTIVE, is the schema's, whoever has it for a name. */
    private static final Pattern WORD_OF_SCHEMA = Pattern.compile("[a-z][a-z0-9_-]*+|[A-Z][A-Z0-9_-]*+");

    private record Found(String written, Set<String> places, LongAdder rows) {}

    /** One that is the value of a personal column, with the definitions where it stands. */
    record Literal(String text, List<String> places) {

        /** With no more of it than its first character. */
        String told() {
            return "the value " + text.substring(0, text.offsetByCodePoints(0, 1)) + "... of "
                    + text.codePointCount(0, text.length()) + " characters as a literal";
        }
    }

    private final Ledger ledger;
    private final Suspects suspects;
    private final Features features = new Features();
    private final Map<String, Found> literals = new ConcurrentHashMap<>();
    private final Set<String> notable = new TreeSet<>();

    Definitions(Ledger ledger, Suspects suspects) {
        this.ledger = ledger;
        this.suspects = suspects;
    }

    /** Looks for suspects in what pg_dump wrote. */
    void read(List<String> scripts) {
        literals.clear();
        OrdinaryWords ordinary = new OrdinaryWords(scripts);
        for (String sql : scripts) {
            String definitions = COMMENT.matcher(sql).replaceAll("");
            Matcher definition = DEFINITION.matcher(definitions);
            int start = 0;
            String where = "the schema";
            boolean stays = true;
            while (definition.find()) {
                read(stays ? definitions.substring(start, definition.start()) : "", where, ordinary);
                start = definition.start();
                // Accounts on other servers are taken out.
                stays = !definition.group("type").equals("USER MAPPING");
                where = "the definition of " + definition.group("type").toLowerCase(Locale.ROOT) + " "
                        + definition.group("name");
            }
            read(stays ? definitions.substring(start) : "", where, ordinary);
        }
    }

    private void read(String sql, String where, OrdinaryWords ordinary) {
        String plain = Escapes.plain(sql);
        Set<Long> named = new HashSet<>();
        features.of(SqlLiterals.names(sql), (hash, start) -> {
            if (features.isMixed()) {
                named.add(hash);
            }
        });
        features.of(plain, (hash, start) -> {
            // Days are bounds of partitions, and of nobody.
            boolean isTelling = !features.isWords() && !features.isDay() && !named.contains(hash);
            if (isTelling && ledger.mayIdentifyInDefinition(hash)) {
                suspects.add(hash, features, features.isMixed() ? CODES + where : where, Suspects.ANY_PLACE);
            }
        });
        features.ofAny(plain, (hash, start) -> note(features.told(), where));
        Set<String> defaults =
                DEFAULT.matcher(sql).results().map(found -> found.group(1)).collect(Collectors.toSet());
        for (String literal : SqlLiterals.of(sql)) {
            String text = Escapes.plain(literal.replace("''", "'"));
            boolean isWhole = !defaults.contains(literal)
                    && !WORD_OF_SCHEMA.matcher(literal).matches()
                    && !ordinary.all(text);
            if (readWords(text, where) && isWhole) {
                literals.computeIfAbsent(folded(text), each -> new Found(text, new TreeSet<>(), new LongAdder()))
                        .places()
                        .add(where);
            }
        }
        SqlLiterals.commentsInBodies(sql).forEach(comment -> readWords(Escapes.plain(comment), where));
    }

    /** @return whether one may identify somebody */
    private boolean readWords(String text, String where) {
        boolean[] found = {false};
        features.of(text, (hash, start) -> {
            if (features.isWords() && ledger.mayIdentifyInDefinition(hash)) {
                found[0] = true;
                suspects.add(hash, features, WORDS + where, Suspects.ANY_PLACE);
            }
        });
        return found[0];
    }

    /** In one letter case and one form of its accents. */
    private static String folded(String text) {
        return Normalizer.normalize(text.strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }

    /**
     * A value of a personal column. Thread-safe.
     *
     * @param name of what it stands in: the status of an account is nobody's own, and no city is
     */
    void value(String name, String text) {
        Found literal = literals.isEmpty() ? null : literals.get(folded(text));
        if (literal != null && !Meaning.endsAsCode(name) && !Meaning.endsAsPlace(name)) {
            literal.rows().increment();
        }
    }

    /** The literals that are values of personal columns. */
    List<Literal> whole() {
        return literals.values().stream()
                .filter(found -> found.rows().sum() > 0 && found.rows().sum() < MOST_ROWS_OF_ONE)
                .map(found -> new Literal(found.written(), List.copyOf(found.places())))
                .sorted(Comparator.comparing(Literal::text))
                .toList();
    }

    /** @param where as it was given to the suspects */
    void note(String told, String where) {
        notable.add(told + " in " + (where.startsWith(WORDS) ? where.substring(WORDS.length()) : where));
    }

    /**
     * Words that stand in definitions and in personal columns, and what looks like an address or a number of somebody, with no more of them
     * than their first characters, and where.
     */
    Set<String> notable() {
        return notable;
    }
}
