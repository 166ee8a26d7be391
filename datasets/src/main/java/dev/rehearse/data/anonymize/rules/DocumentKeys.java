package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.JsonDocument;
import dev.rehearse.data.anonymize.text.JsonWalk;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.PersonNames;
import dev.rehearse.data.anonymize.text.PhpDocument;
import dev.rehearse.data.catalog.Sql;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The keys of sampled documents. A program has a few of its own, which come again and again; where many stand in one or two documents only,
 * or some are names of people, they are data. Immutable.
 */
final class DocumentKeys {

    private static final int LARGEST_DOCUMENT = 20_000;
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_KEY = 64;
    private static final int MANY = 10;
    private static final int SOME = 3;
    private static final int RARE_DOCUMENTS = 2;
    /** A key that stands in so many of the documents is the program's. */
    private static final int DOCUMENTS_OF_ONE = 5;

    private static final Map<Kind, Pattern> KEY = Map.of(
            Kind.HSTORE, Pattern.compile("\"((?:[^\"\\\\]|\\\\.){1,64})\"=>"),
            // Elements and attributes, without their prefixes.
            Kind.XML,
                    Pattern.compile("(?:<|\\s(?=[^\\s=<>\"']+\\s*=\\s*[\"']))(?:[^\\s/>!?:=]+:)?([^\\s/>!?:=]{1,64})"));

    /** What stands under a key, as far as it is a text without other keys in it. */
    private static final Map<Kind, List<Pattern>> VALUES = Map.of(
            Kind.HSTORE, List.of(Pattern.compile("\"((?:[^\"\\\\]|\\\\.){1,64})\"=>\"((?:[^\"\\\\]|\\\\.){1,200})\"")),
            // Of elements and of attributes.
            Kind.XML,
                    List.of(
                            Pattern.compile(
                                    "<([^\\s/>!?=<\"']{1,64})(?:\\s[^<>]*+)?>(?:<!\\[CDATA\\[)?([^<>\"']{1,200})(?=[<\"']|\\]\\]>)"),
                            Pattern.compile("\\s([^\\s/>!?=<\"']{1,64})\\s*=\\s*[\"']([^<>\"']{1,200})(?=[\"'])")));

    private static final Pattern BEGINS_AS_JSON = Pattern.compile("^\\s*(?:\\[\\s*)*\\{\\s*\"");

    private final Map<String, Integer> documents = new TreeMap<>();
    /** Under keys that are called as codes are. */
    private final Map<String, List<String>> codes = new TreeMap<>();
    /** Keys beside each other in objects of JSON, by the key above them. */
    private final Map<String, Set<String>> objects = new TreeMap<>();

    private final int sampled;

    private DocumentKeys(Kind kind, List<String> sample) {
        for (String document : sample) {
            Set<String> found = new HashSet<>();
            if (PhpDocument.isOne(document)) {
                PhpDocument.walk(document, "", new OfObjects(found));
            } else if (kind == Kind.JSON) {
                JsonWalk.walk(document, "", new OfObjects(found));
            } else {
                found.addAll(marked(kind, document));
                objects.computeIfAbsent("", above -> new TreeSet<>()).addAll(found);
            }
            found.forEach(each -> documents.merge(each, 1, Integer::sum));
        }
        sampled = sample.size();
    }

    /** The keys of a document that is no JSON, after what stands under them was read. */
    private Set<String> marked(Kind kind, String document) {
        Objects.requireNonNull(VALUES.get(kind))
                .forEach(pattern ->
                        pattern.matcher(document).results().forEach(each -> value(each.group(1), each.group(2))));
        return Objects.requireNonNull(KEY.get(kind))
                .matcher(document)
                .results()
                .map(each -> each.group(1))
                .collect(Collectors.toSet());
    }

    /** One document, and those that its texts are. */
    private final class OfObjects implements JsonWalk.Visitor {

        private final Deque<String> above = new ArrayDeque<>();
        private final Set<String> found;
        private String last = "";

        /** @param found gets its keys */
        OfObjects(Set<String> found) {
            this.found = found;
        }

        @Override
        public void key(String key) {
            if (key.length() <= LONGEST_KEY) {
                found.add(key);
            }
            objects.computeIfAbsent(above.isEmpty() ? "" : above.element(), each -> new TreeSet<>())
                    .add(key);
            last = key;
        }

        @Override
        public void text(String name, String text, boolean keyed) {
            if (JsonDocument.isOne(text)) {
                JsonWalk.walk(text, name, this);
            } else if (PhpDocument.isOne(text)) {
                PhpDocument.walk(text, name, this);
            } else if (text.startsWith("<")) {
                found.addAll(marked(Kind.XML, text));
            } else {
                value(name, text);
            }
        }

        @Override
        public void other(char c) {
            if (c == '{') {
                above.push(last);
            } else if (c == '}' && !above.isEmpty()) {
                last = above.pop();
            }
        }
    }

    private void value(String key, String text) {
        if (!text.isBlank() && text.length() <= LONGEST_TEXT && Meaning.ofKey(key) == Meaning.CODE) {
            codes.computeIfAbsent(key, called -> new ArrayList<>()).add(text);
        }
    }

    /** Of documents in values of a type, as {@link #sampled} gives them; empty where these have no keys. Of texts and of bytes those that begin as JSON, or that PHP has serialized. */
    static Optional<DocumentKeys> of(ValueType type, List<String> sample) {
        Kind kind = type.innermost().kind();
        if (isReadAsJson(type)) {
            return Optional.of(new DocumentKeys(Kind.JSON, sample)).filter(keys -> !keys.documents.isEmpty());
        }
        if (kind == Kind.TEXT || kind == Kind.BYTEA) {
            List<String> begun = sample.stream()
                    .filter(text -> BEGINS_AS_JSON.matcher(text).find() || PhpDocument.isOne(text))
                    .toList();
            return begun.isEmpty() ? Optional.empty() : Optional.of(new DocumentKeys(Kind.JSON, begun));
        }
        return hasKeys(kind) ? Optional.of(new DocumentKeys(kind, sample)) : Optional.empty();
    }

    /** Whether a value of the type may be a document or hold one, though the type does not say so. */
    static boolean mayHaveKeys(ValueType type) {
        Kind kind = type.innermost().kind();
        return hasKeys(kind) || kind == Kind.TEXT || kind == Kind.BYTEA || kind == Kind.COMPOSITE;
    }

    private static boolean hasKeys(Kind kind) {
        return kind == Kind.JSON || KEY.containsKey(kind);
    }

    /** Whether values are sampled as the server writes them in JSON, in which their fields are keys, so that documents in them can be found. */
    private static boolean isReadAsJson(ValueType type) {
        Kind kind = type.innermost().kind();
        return (kind == Kind.COMPOSITE && type.isTextual()) || (type.kind() == Kind.ARRAY && kind == Kind.TEXT);
    }

    /** What of a column is sampled, in SQL: of a text its beginning, of a document all or nothing, or of one that a column of text or bytes has all that there is room for. */
    static String sampled(SourceColumn column) {
        String name = Sql.quote(column.name());
        ValueType type = column.type();
        boolean isDocument = hasKeys(type.innermost().kind());
        // Documents of an array as they are, and not as the texts of an array are written.
        String text = isReadAsJson(type)
                ? "pg_catalog.to_json(" + name + ")::text"
                : isDocument && type.kind() == Kind.ARRAY ? "array_to_string(" + name + ", ' ')" : name + "::text";
        if (isDocument || isReadAsJson(type)) {
            return "CASE WHEN length(" + text + ") <= " + LARGEST_DOCUMENT + " THEN " + text + " END";
        }
        return switch (type.kind()) {
            case TEXT ->
                "left(" + text + ", CASE WHEN left(" + text + ", 200) ~ '^([[:space:]]*[{[]|[aO]:[0-9])' THEN "
                        + LARGEST_DOCUMENT + " ELSE 200 END)";
            // Other bytes than those of ASCII as escapes.
            case BYTEA -> "encode(substr(" + name + ", 1, " + LARGEST_DOCUMENT + "), 'escape')";
            default -> "left(" + text + ", 200)";
        };
    }

    boolean areData() {
        long rare = documents.values().stream()
                .filter(count -> count <= RARE_DOCUMENTS)
                .count();
        long names = documents.keySet().stream().filter(DocumentKeys::isName).count();
        return names >= SOME || (rare >= MANY && rare * 2 >= documents.size());
    }

    private static boolean isName(String key) {
        return Meaning.ofKey(key) == Meaning.UNKNOWN && PersonNames.isLikelyName(String.join(" ", Meaning.words(key)));
    }

    /** Those under which data stands, though they are called as codes are: too many values, values that hardly come again, or names. */
    Set<String> notCodes() {
        return codes.entrySet().stream()
                .filter(each -> !comeAgain(each.getValue())
                        || !Suggester.areCodes(each.getValue())
                        || Meaning.ofContent(each.getValue()) != Meaning.UNKNOWN)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Codes under such keys, and keys of the program, that come again. */
    Ordinary ordinary() {
        Set<String> notCodes = notCodes();
        Set<String> kept = areData() ? ofProgram() : documents.keySet();
        return new Ordinary(
                codes.entrySet().stream()
                        .filter(each -> !notCodes.contains(each.getKey()))
                        .flatMap(each -> Suggester.often(each.getValue()).stream())
                        .collect(Collectors.toUnmodifiableSet()),
                objects.values().stream()
                        .map(keys -> keys.stream()
                                .filter(key -> documents.getOrDefault(key, 0) >= Suggester.OFTEN
                                        && kept.contains(key)
                                        && !isName(key))
                                .collect(Collectors.toUnmodifiableSet()))
                        .toList());
    }

    private static boolean comeAgain(List<String> values) {
        return values.size() < MANY || values.stream().distinct().count() * 2 <= values.size();
    }

    /** Those that are a program's all the same. */
    Set<String> ofProgram() {
        Set<String> common = new TreeSet<>();
        documents.forEach((key, count) -> {
            if (count * DOCUMENTS_OF_ONE >= sampled && !isName(key)) {
                common.add(key);
            }
        });
        return common;
    }
}
