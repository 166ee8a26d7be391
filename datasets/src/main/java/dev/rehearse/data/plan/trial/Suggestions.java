package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plausible.Words;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Timeline;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Values of one column that are worth trying where a check has no solved form: made of the constants that the checks name, of what the type
 * can look like, and of the values that the column has anyway.
 */
final class Suggestions {

    /** For a column that keeps its values. */
    static final Suggestions NONE = new Suggestions(
            new SqlType("text", SqlType.Kind.OTHER, -1, List.of(), null, List.of(), List.of(), false),
            List.of(),
            List.of());

    private static final int MOST = 24;
    private static final Pattern PATTERN = Pattern.compile("..[$*+)\\]}]|[\\[(\\\\^]..");
    private static final Set<String> JSON_TYPES =
            Set.of("\"object\"", "\"array\"", "\"string\"", "\"number\"", "\"boolean\"", "\"null\"");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d+)?");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.)\\d{1,3}(/\\d+)?");
    private static final Pattern BOUNDS = Pattern.compile("[\\[(](\"[^\"]*\"|[^,\"]+),(\"[^\"]*\"|[^,\"]+)[\\])]");

    private final SqlType type;
    private final List<String> literals;
    private final List<List<String>> parts;

    /**
     * @param literals whole values
     * @param parts constants that fit: for an array one list, of its elements; for a composite value one for each field
     */
    private Suggestions(SqlType type, List<String> literals, List<List<String>> parts) {
        this.type = type;
        this.literals = literals;
        this.parts = parts;
    }

    /** For a column that may have only these values, beside those that it has. */
    static Suggestions among(List<String> values) {
        return new Suggestions(NONE.type, values, List.of());
    }

    static Suggestions of(SqlType type, Set<String> constants, Probe probe) throws SQLException {
        SqlType element = type.element();
        List<String> whole = switch (type.kind()) {
            case JSON -> documents(constants.stream().limit(MOST / 2).toList());
            case INTERVAL ->
                with(constants, List.of("1 second", "90 minutes", "5 hours", "3 days", "2 weeks", "2 months"));
            case TEXT, CHAR -> words(constants);
            // What an extension's type looks like is not known, but that hstore is common.
            case OTHER ->
                with(
                        constants,
                        constants.stream().map(key -> "\"" + key + "\"=>\"1\"").toList());
            default -> List.copyOf(constants);
        };
        List<List<String>> parts = new ArrayList<>();
        if (type.kind() == SqlType.Kind.ARRAY && element != null) {
            parts.add(passing(element, fitting(element, constants, probe)));
        } else if (type.kind() == SqlType.Kind.COMPOSITE) {
            for (SqlType field : type.fields()) {
                parts.add(passing(field, fitting(field, constants, probe)));
            }
        }
        return new Suggestions(type, fitting(type, whole, probe), parts);
    }

    /** The constants, but for regular expressions, and the items of those that are lists. */
    private static List<String> words(Set<String> constants) {
        Set<String> words = new LinkedHashSet<>();
        for (String constant : constants) {
            if (!PATTERN.matcher(constant).find()) {
                words.add(constant);
                if (constant.length() < 200) {
                    Stream.of(constant.split("[,;|]"))
                            .filter(word -> !word.isEmpty())
                            .forEach(words::add);
                }
            }
        }
        return List.copyOf(words);
    }

    private static List<String> with(Collection<String> some, List<String> others) {
        List<String> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static List<String> fitting(SqlType type, Collection<String> texts, Probe probe) throws SQLException {
        List<String> fitting = new ArrayList<>();
        for (String text : texts) {
            boolean fits = switch (type.kind()) {
                case INT2, INT4, INT8 -> text.matches("-?\\d{1,4}");
                case NUMERIC, FLOAT4, FLOAT8, MONEY -> text.matches("-?\\d{1,4}(\\.\\d+)?") && holds(type, text);
                case TEXT, CHAR -> text.length() <= type.maxLength();
                case BIT -> text.length() == type.maxLength() && probe.isLiteral(type, text);
                case ENUM -> type.labels().contains(text);
                case BOOL -> text.equals("true") || text.equals("false");
                case DATE, TIMESTAMP, TIMESTAMPTZ -> Timeline.parse(text) != null;
                default -> probe.isLiteral(type, text);
            };
            if (fits) {
                fitting.add(text);
            }
        }
        return fitting;
    }

    /** Those that the checks of a domain let through; the elements of an array are checked before any check of the table reads them. */
    private static List<String> passing(SqlType domain, List<String> texts) {
        Column alone = new Column(1, "part", domain, true, null, null, false, false);
        CheckSolver checks = CheckSolver.of(alone);
        return domain.domainChecks().isEmpty()
                ? texts
                : texts.stream()
                        .filter(text -> checks.unsolved().isEmpty()
                                && checks.restriction(alone).admits(domain, text))
                        .toList();
    }

    /** Whether a number stays as it is in a numeric of so many digits. */
    static boolean holds(SqlType type, String number) {
        if (type.kind() != SqlType.Kind.NUMERIC || type.modifier() < 0) {
            return true;
        }
        BigDecimal value = new BigDecimal(number).stripTrailingZeros();
        return value.signum() == 0
                || (value.scale() <= type.scale()
                        && value.precision() - value.scale() <= type.precision() - type.scale());
    }

    /** Documents of every kind, and objects in which the constants are keys and values. */
    private static List<String> documents(List<String> constants) {
        List<String> documents = new ArrayList<>(constants);
        documents.addAll(List.of("[]", "[\"a\"]", "[1, 2, 3]", "[{\"id\": 1}]", "\"word\"", "7", "true", "{}"));
        List<String> strings = new ArrayList<>(
                constants.stream().map(Suggestions::quotedForJson).toList());
        List<String> values = with(strings, List.of("\"word\"", "7", "true", "[\"a\"]", "{\"id\": 1}"));
        constants.stream().filter(c -> NUMBER.matcher(c).matches()).forEach(values::add);
        // What jsonb_typeof is compared with is no key.
        strings.removeIf(JSON_TYPES::contains);
        for (String key : strings) {
            values.forEach(value -> documents.add("{" + key + ": " + value + "}"));
        }
        if (!strings.isEmpty()) {
            documents.add("{" + String.join(": \"word\", ", strings) + ": \"word\"}");
            documents.add("{" + String.join(": 7, ", strings) + ": 7}");
        }
        return documents;
    }

    private static String quotedForJson(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + "\"";
    }

    /**
     * A value to try.
     *
     * @param usual a value that the column has, escaped
     * @param bits random
     * @param named whether to make it of the constants, as far as there are any
     */
    byte @Nullable [] make(byte @Nullable [] usual, long bits, boolean named) {
        String plain = usual == null || contains(usual, '\\') ? null : new String(usual, StandardCharsets.UTF_8);
        long other = Mix.mix(bits);
        String made = switch (type.kind()) {
            case TEXT, CHAR ->
                named && !literals.isEmpty() ? likeness(pick(literals, other), bits) : simple(plain, bits);
            case JSON -> document(plain, bits);
            case ARRAY -> array(plain, bits);
            case COMPOSITE -> composite(plain, bits);
            case RANGE -> named && !literals.isEmpty() ? pick(literals, other) : unbounded(plain, bits);
            case INET -> named && !literals.isEmpty() ? neighbour(pick(literals, other), bits) : null;
            default -> named && !literals.isEmpty() ? pick(literals, other) : null;
        };
        return made == null ? usual : CopyBuffer.escape(made);
    }

    private static boolean contains(byte[] bytes, char c) {
        for (byte b : bytes) {
            if (b == c) {
                return true;
            }
        }
        return false;
    }

    private static String pick(List<String> texts, long bits) {
        return texts.get((int) Mix.below(Mix.mix(bits), texts.size()));
    }

    /** A constant, alone or beside a word; its wildcards as a LIKE pattern replaced, in upper case as often as not. */
    private String likeness(String constant, long bits) {
        String word = new String(Words.pick(Words.PLAIN, Mix.mix(bits + 1)), StandardCharsets.US_ASCII);
        String text = switch ((int) Mix.below(Mix.mix(bits + 3), 7)) {
            case 0 -> constant + word;
            case 1 -> word + constant + word;
            case 2 -> constant + Mix.below(Mix.mix(bits + 2), 100_000);
            case 3 -> constant;
            case 4 -> constant + pick(literals, bits + 4) + word;
            default -> {
                String numbered = word + Mix.below(Mix.mix(bits + 2), 1000);
                yield constant.replace("%", (bits & 1) == 0 ? numbered : numbered.toUpperCase(Locale.ROOT))
                        .replace("_", "a");
            }
        };
        return text.length() <= type.maxLength() ? text : constant;
    }

    /** A text without blanks and signs, in lower or in upper case; digits; or some of each. */
    private String simple(@Nullable String usual, long bits) {
        String letters = usual == null ? "" : usual.replaceAll("[^A-Za-z0-9]", "");
        String text = switch ((int) Mix.below(Mix.mix(bits), 5)) {
            case 0, 1 -> letters.toUpperCase(Locale.ROOT);
            case 2 -> String.valueOf(Mix.below(Mix.mix(bits + 1), 1_000_000));
            case 3 ->
                "Aa" + Mix.below(Mix.mix(bits + 1), 100_000) + "-"
                        + letters.substring(0, Math.min(12, letters.length())).toLowerCase(Locale.ROOT);
            default -> letters.toLowerCase(Locale.ROOT);
        };
        return text.substring(0, Math.min(text.length(), type.maxLength()));
    }

    /** A document that the constants suggest, by itself or as a part of the usual one. */
    private String document(@Nullable String usual, long bits) {
        String suggested = pick(literals, bits);
        if (usual == null || (Mix.mix(bits + 1) & 1) == 0) {
            return suggested;
        }
        if (usual.matches("(?s)\\{.*\\S.*}") && suggested.matches("(?s)\\{.+}")) {
            return usual.substring(0, usual.length() - 1) + ", " + suggested.substring(1);
        }
        return suggested.startsWith("[{") ? "[" + usual + "]" : suggested;
    }

    /** One to three constants, before the usual elements or without them. */
    private @Nullable String array(@Nullable String usual, long bits) {
        List<String> elements = parts.isEmpty() ? List.of() : parts.get(0);
        if (elements.isEmpty() || (!literals.isEmpty() && Mix.below(Mix.mix(bits + 8), 3) == 0)) {
            return literals.isEmpty() ? null : pick(literals, bits);
        }
        List<String> some = new ArrayList<>();
        for (long i = Mix.below(Mix.mix(bits + 1), 3); i >= 0; i--) {
            some.add(quoted(pick(elements, bits + i)));
        }
        String before = "{" + String.join(",", some);
        return usual != null && (Mix.mix(bits + 9) & 1) == 0 && usual.matches("(?s)\\{[^{].+}")
                ? before + "," + usual.substring(1)
                : before + "}";
    }

    /** The usual row with constants in some of its fields. */
    private @Nullable String composite(@Nullable String usual, long bits) {
        List<String> fields = usual == null ? List.of() : fields(usual);
        if (fields.size() != parts.size()) {
            return null;
        }
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            boolean keeps = parts.get(i).isEmpty() || Mix.below(Mix.mix(bits + i), 3) == 0;
            changed.add(keeps ? fields.get(i) : quoted(pick(parts.get(i), bits + i)));
        }
        return "(" + String.join(",", changed) + ")";
    }

    /** The fields of a row as they stand there, in their quotes. */
    private static List<String> fields(String row) {
        List<String> fields = new ArrayList<>();
        int start = 1;
        boolean inQuotes = false;
        for (int i = 1; i < row.length(); i++) {
            char c = row.charAt(i);
            inQuotes ^= c == '"';
            if (!inQuotes && (c == ',' || i == row.length() - 1)) {
                fields.add(row.substring(start, i));
                start = i + 1;
            }
        }
        return fields;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** The usual range without one of its bounds, or both. */
    private static @Nullable String unbounded(@Nullable String usual, long bits) {
        Matcher range = BOUNDS.matcher(usual == null ? "" : usual);
        if (!range.matches()) {
            return null;
        }
        return switch ((int) Mix.below(Mix.mix(bits), 5)) {
            case 0 -> "empty";
            case 1 -> "(,)";
            case 2 -> "(," + range.group(2) + ")";
            default -> "[" + range.group(1) + ",)";
        };
    }

    /** Another address of the same network. */
    private static String neighbour(String address, long bits) {
        Matcher ipv4 = IPV4.matcher(address);
        return ipv4.matches() && Mix.below(bits, 4) > 0
                ? ipv4.group(1) + (1 + Mix.below(Mix.mix(bits + 1), 254))
                : address;
    }
}
