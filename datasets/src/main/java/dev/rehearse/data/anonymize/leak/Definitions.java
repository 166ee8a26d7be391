package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.SqlLiterals;
import java.text.Normalizer;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** What the server writes into a column where a row says nothing is nobody's own, if some rows have it there. */
    private static final Pattern DEFAULT = Pattern.compile(
            "(?m)(?:^ +|ALTER COLUMN )(?<column>\"[^\"]++\"|\\w++) [^'\\n]*?\\bDEFAULT '(?<literal>(?:[^']++|'')*+)'");

    /** What an expression may have before and behind what it looks for: {@code LIKE '%x%'}. */
    private static final Pattern WILDCARDS = Pattern.compile("^[%_^*\\s]+|[%_$*\\s]+$");

    private static final Pattern DAY =
            Pattern.compile("(?<day>\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01]))(?:[ T]00:00:00[^']*+)?");

    private static final Pattern BOUNDS = Pattern.compile("\\bFOR VALUES\\b[^;]*+;");

    /** What may be a first name and a last name, longer runs of letters than which are no names. */
    private static final Pattern GLUED =
            Pattern.compile("(?<!\\p{L})\\p{L}{" + 2 * Features.LEAST_LETTERS + ",60}(?!\\p{L})");

    private static final Pattern NAME = Pattern.compile("\"[^\"]++\"|[\\p{L}_][\\p{L}\\p{N}_$]*+");

    /** One word in one letter case, such as admin or ACTIVE, is the schema's, whoever has it for a name. */
    private static final Pattern WORD_OF_SCHEMA = Pattern.compile("[a-z][a-z0-9_-]*+|[A-Z][A-Z0-9_-]*+");

    /**
     * @param columns of which it is the default
     * @param rows that have it in others than these
     * @param own those that have it in these
     */
    private record Found(String written, Set<String> places, Set<String> columns, LongAdder rows, LongAdder own) {

        boolean isOfOne() {
            long all = rows.sum() + own.sum();
            return all > 0 && all < MOST_ROWS_OF_ONE && (rows.sum() > 0 || own.sum() == 1);
        }
    }

    /**
     * What names somebody, with the definitions where it stands.
     *
     * @param isValue whether it is that of a personal column, and not made of those of several
     */
    record Literal(String text, List<String> places, boolean isValue) {

        /** With no more of it than its first character. */
        String told() {
            return (isValue ? "the value " : "the full name ") + text.substring(0, text.offsetByCodePoints(0, 1))
                    + "... of " + text.codePointCount(0, text.length()) + " characters"
                    + (isValue ? " as a literal" : "");
        }
    }

    private final Ledger ledger;
    private final Suspects suspects;
    private final Features features = new Features();
    private final Map<String, Found> literals = new ConcurrentHashMap<>();
    /** What programs write in place of names, as features. */
    private final Set<Long> placeholders = new HashSet<>();

    private final FullNames names = new FullNames();
    private final Set<String> notable = new TreeSet<>();

    Definitions(Ledger ledger, Suspects suspects) {
        this.ledger = ledger;
        this.suspects = suspects;
        OrdinaryWords.inPlaceOfNames().forEach(word -> features.of(word, (hash, start) -> placeholders.add(hash)));
    }

    /** Looks for suspects in what pg_dump wrote. */
    void read(List<String> scripts) {
        literals.clear();
        names.clear();
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
            boolean isTelling =
                    !features.isWords() && !features.isDay() && !features.isMailOfRole() && !named.contains(hash);
            if (isTelling && ledger.mayIdentifyInDefinition(hash)) {
                suspects.add(hash, features, features.isMixed() ? CODES + where : where, Suspects.ANY_PLACE);
            }
        });
        features.ofAny(plain, (hash, start) -> note(features.told(), where));
        Map<String, Set<String>> defaults = new HashMap<>();
        DEFAULT.matcher(sql)
                .results()
                .forEach(found -> defaults.computeIfAbsent(found.group(2), each -> new HashSet<>())
                        .add(found.group(1).replace("\"", "")));
        String bounds = BOUNDS.matcher(sql).results().map(MatchResult::group).collect(Collectors.joining());
        for (String literal : SqlLiterals.of(sql)) {
            String text = Escapes.plain(literal.replace("''", "'"));
            boolean isWhole = !WORD_OF_SCHEMA.matcher(literal).matches() && !ordinary.all(text);
            if (readWords(text, where) && isWhole) {
                add(
                        folded(WILDCARDS.matcher(text).replaceAll("")),
                        text,
                        where,
                        defaults.getOrDefault(literal, Set.of()));
            }
            Matcher day = DAY.matcher(text);
            if (day.matches() && !bounds.contains(literal) && isWithinMonth(day.group("day"))) {
                String number = day.group("day").replace("-", "");
                features.of(number, (hash, start) -> {
                    if (ledger.mayIdentify(hash)) {
                        add(number, text, where, Set.of());
                    }
                });
            }
            names.add(text, together(text), where);
        }
        NAME.matcher(SqlLiterals.names(sql))
                .results()
                .map(MatchResult::group)
                .forEach(name -> names.add(name.replace("\"", ""), together(name), where));
        for (String comment : SqlLiterals.commentsInBodies(sql)) {
            String text = Escapes.plain(comment);
            readWords(text, where);
            names.add(text, together(text), where);
        }
    }

    private void add(String value, String written, String where, Set<String> columns) {
        Found found = literals.computeIfAbsent(
                value,
                each -> new Found(written, new TreeSet<>(), new HashSet<>(columns), new LongAdder(), new LongAdder()));
        found.places().add(where);
        found.columns().retainAll(columns);
    }

    /** The words of a text that are somebody's beside others of hers, also where nothing stands between the two. */
    private Set<Long> together(String text) {
        Set<Long> words = wordsOf(text);
        Matcher glued = GLUED.matcher(text);
        while (glued.find()) {
            String both = glued.group();
            for (int end = Features.LEAST_LETTERS; end <= both.length() - Features.LEAST_LETTERS; end++) {
                Set<Long> first = wordsOf(both.substring(0, end));
                Set<Long> second = first.isEmpty() ? Set.of() : wordsOf(both.substring(end));
                if (!second.isEmpty()) {
                    words.addAll(first);
                    words.addAll(second);
                }
            }
        }
        return words;
    }

    private Set<Long> wordsOf(String text) {
        Set<Long> words = new HashSet<>();
        features.of(text, (hash, start) -> {
            if (features.isWords() && ledger.mayIdentifyTogether(hash) && !placeholders.contains(hash)) {
                words.add(hash);
            }
        });
        return words;
    }

    /** Those that {@link SourceJudge} has to tell of the rows of. */
    FullNames names() {
        return names;
    }

    /** Whether the source has to be asked for literals or names, suspects aside. */
    boolean asks() {
        return !literals.isEmpty() || !names.isEmpty();
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
            (literal.columns().contains(name) ? literal.own() : literal.rows()).increment();
        }
    }

    /** The literals that are values of personal columns, and what names somebody in words of several columns. */
    List<Literal> whole() {
        return Stream.concat(
                        literals.values().stream()
                                .filter(Found::isOfOne)
                                .map(found -> new Literal(found.written(), List.copyOf(found.places()), true)),
                        names.found().stream())
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

    /** Whether it is no first or last day of a month, which says when something holds; a day that there is not is nobody's. */
    private static boolean isWithinMonth(String day) {
        int number = Integer.parseInt(day.substring(8));
        return number > 1 && number < YearMonth.parse(day.substring(0, 7)).lengthOfMonth();
    }
}
