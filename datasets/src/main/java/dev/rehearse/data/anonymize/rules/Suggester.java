package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.MigrationHistory;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.Meaning;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Suggests a rule for every column, by its name, its type and a sample of its values. What it is not sure of is replaced. Kept are keys
 * that are numbers or UUIDs without a meaning, booleans, enums, columns that a CHECK constraint lists the values of, codes by name that
 * hold few values, measures, and when something happened to a row: intervals, order and partitions hang on those, and without the person
 * they lead to nobody. One thread.
 */
public final class Suggester {

    private static final int MOST_CODES = 64;
    /** Who is called as a code that so many of the sample have is not known by it there. */
    static final int OFTEN = 5;

    private static final int MOST_FLAGS = 32;
    static final String ROUGH_PLACE = "0.1";

    private static final Set<String> OF_KEYS = Set.of("id", "ids", "key", "fk", "pk", "uuid", "guid");
    private static final Set<String> OF_PLACES = words(
            "line position pos seq sequence ordinal idx index rank version revision year month day week count level");
    private static final Set<String> OF_PERSONS_NUMBERS = words(
            "ssn sin nino nif nie dni cpf cnpj pesel curp aadhaar passport licence license tax taxid vat national insurance iban");
    private static final Set<String> OF_NUMBERS = words("number no nr num code");
    private static final Set<String> OF_MEASURES = words(
            "count size total sum amount price cost costs fee fees rate ratio percent pct score rating weight height width"
                    + " length depth area volume duration seconds minutes hours days bytes pages population accuracy limit max min avg"
                    + " average quantity qty");
    /** A word or an event of a program (order.paid), the type of a file's content, or the name of a time zone. */
    private static final Predicate<String> CODE = Pattern.compile(
                    "[\\p{L}\\p{M}\\p{N}_ .:-]{1,24}(?:/[A-Za-z0-9._+-]{1,80}){0,2}")
            .asMatchPredicate();

    private static final Pattern WHOLE_NUMERIC = Pattern.compile("numeric\\(\\d+,0\\)");

    private static final ColumnRule OF_PARTITION = ColumnRule.keep("decides in which partition a row belongs");

    private final Connection connection;
    private final SourceSchema schema;
    private final KeyFamilies families;
    private final Map<Place, Ordinary> ordinary = new HashMap<>();

    public Suggester(Connection connection, SourceSchema schema, KeyFamilies families) {
        this.connection = connection;
        this.schema = schema;
        this.families = families;
    }

    private static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }

    /** By table and number of the column. */
    public Map<Place, ColumnRule> suggest() throws SQLException {
        Map<Place, ColumnRule> rules = new HashMap<>();
        for (SourceTable table : schema.tables()) {
            Map<Integer, List<String>> samples = SampledTexts.of(table, connection);
            for (SourceColumn column : table.copied()) {
                rules.put(
                        new Place(table.oid(), column.number()),
                        suggest(table, column, samples.getOrDefault(column.number(), List.of())));
            }
            PositionColumns.suggest(table, samples, rules);
            DigestColumns.suggest(table, samples, rules);
        }
        TimesTogether.move(connection, schema, families, rules);
        return alike(rules);
    }

    /** Values of kept code columns that occur often, and of documents the codes and keys that do: there a surname that reads like one of them identifies nobody. */
    public Map<Place, Ordinary> ordinary() {
        return Map.copyOf(ordinary);
    }

    /** A family is kept only if each of its columns may be. */
    private Map<Place, ColumnRule> alike(Map<Place, ColumnRule> rules) {
        Map<Place, ColumnRule> strictest = new HashMap<>();
        rules.forEach((place, rule) -> {
            if (families.isTied(place)) {
                strictest.merge(families.head(place), rule, Suggester::stricter);
            }
        });
        Map<Place, ColumnRule> alike = new HashMap<>();
        rules.forEach((place, rule) -> {
            ColumnRule family = strictest.get(families.head(place));
            alike.put(
                    place,
                    family == null || !families.isTied(place) || family.treatment() == rule.treatment()
                            ? family != null && families.isTied(place) ? rule.personal(family.personal()) : rule
                            : family.because("as the keys that it is tied to: " + family.reason()));
        });
        return alike;
    }

    private static ColumnRule stricter(ColumnRule one, ColumnRule other) {
        if (one.equals(OF_PARTITION) || other.equals(OF_PARTITION)) {
            // Another value would belong elsewhere.
            ColumnRule rule = one.equals(OF_PARTITION) ? other : one;
            return rule.personal() ? rule : OF_PARTITION;
        }
        if (one.treatment() == Treatment.PSEUDONYMISE && other.treatment() == Treatment.PSEUDONYMISE) {
            return one.personal() ? one : other;
        }
        boolean firstIsStrict = one.treatment() == Treatment.PSEUDONYMISE || other.treatment() == Treatment.KEEP;
        return firstIsStrict && other.treatment() != Treatment.PSEUDONYMISE ? one : other;
    }

    private ColumnRule suggest(SourceTable table, SourceColumn column, List<String> sample) {
        if (MigrationHistory.isRead(
                table.name(),
                column.name(),
                table.columns().stream().map(SourceColumn::name).toList())) {
            return ColumnRule.keepHistory();
        }
        if (!column.codes().isEmpty()) {
            return ColumnRule.keep("a CHECK constraint lists its values");
        }
        ValueType type = column.type();
        Meaning named = Meaning.ofName(column.name(), table.name());
        if (column.listsPartition() || (column.ordersPartition() && !named.isPersonal())) {
            return OF_PARTITION;
        }
        if (type.hasUnknown()) {
            return ColumnRule.of(
                    Treatment.NULL,
                    "",
                    Meaning.UNKNOWN,
                    "type " + type.name() + " is not understood, so nothing of it goes through");
        }
        return switch (type.kind()) {
            case BOOLEAN, ENUM, TIME, SYSTEM -> ColumnRule.keep(type.name() + " identifies nobody");
            case BITS -> bits(column);
            case RANGE -> TimeRules.range(table, column, sample);
            case INTEGER, NUMERIC -> number(table, column, sample);
            case UUID -> uuid(table, column);
            case DATE, TIMESTAMP -> TimeRules.time(table, column, sample);
            case INET, CIDR, MAC -> ColumnRule.pseudonymise(Meaning.NETWORK, "addresses of machines, by type");
            case BYTEA -> document(ColumnRule.pseudonymise(Meaning.UNKNOWN, "in doubt"), table, column, sample);
            case GEOMETRIC, UNKNOWN -> ColumnRule.pseudonymise(Meaning.UNKNOWN, "in doubt");
            case ARRAY, COMPOSITE -> nested(table, column, sample);
            case TEXT, JSON, XML, HSTORE, LEXEMES -> text(table, column, sample);
        };
    }

    private ColumnRule number(SourceTable table, SourceColumn column, List<String> sample) {
        List<String> words = Meaning.words(column.name());
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        boolean isWhole = column.type().kind() == Kind.INTEGER
                || WHOLE_NUMERIC.matcher(column.declared()).matches();
        boolean ofPerson =
                words.stream().anyMatch(OF_PERSONS_NUMBERS::contains) || Meaning.saysLastDigits(column.name());
        if (column.numbered()) {
            return ColumnRule.keepKey("numbers from a sequence");
        }
        if (isWhole && Meaning.ofName(column.name(), table.name()) == Meaning.BIRTH) {
            return TimeRules.birth(words, sample);
        }
        if (TimeRules.areBirths(words, sample)) {
            return ColumnRule.pseudonymise(Meaning.BIRTH, "in doubt: days as far back as births");
        }
        boolean isLong = areLong(sample);
        if (!ofPerson && OF_KEYS.contains(last) && isLong && !followsSequence(table, column)) {
            return ColumnRule.pseudonymise(
                    Meaning.UNKNOWN, "in doubt: long numbers that no sequence made, so that they may name somebody");
        }
        if (!ofPerson && (OF_KEYS.contains(last) || OF_PLACES.contains(last))) {
            return ColumnRule.keepKey(
                    OF_KEYS.contains(last) ? "a key without a meaning, by name" : "a place or a count, by name");
        }
        if (families.isTied(new Place(table.oid(), column.number())) && !ofPerson) {
            Place head = families.head(new Place(table.oid(), column.number()));
            if (head.table() != table.oid() || head.column() != column.number()) {
                return ColumnRule.keepKey("follows the key that it refers to");
            }
        }
        Meaning meaning = meaning(table, column, last, ofPerson);
        if (meaning == Meaning.INCOME) {
            return ColumnRule.of(Treatment.NOISE, "10%", meaning, "incomes, by name");
        }
        if (meaning == Meaning.ADDRESS
                && !isWhole
                && UnchangedValues.by(Treatment.GENERALISE, ROUGH_PLACE, column).isEmpty()) {
            return ColumnRule.of(Treatment.GENERALISE, ROUGH_PLACE, meaning, "places, by name: to a tenth of a degree")
                    .personal(false);
        }
        if (meaning.isPersonal() || ofPerson) {
            return ColumnRule.pseudonymise(ofPerson ? Meaning.IDENTIFIER : meaning, meaning.plural() + ", by name");
        }
        if (isWhole && TimeRules.arePointsInTime(words, sample)) {
            return ColumnRule.keepKey("when something happened to the row, as a number");
        }
        if (isLong || (isWhole && (column.unique() || OF_NUMBERS.contains(last)))) {
            Meaning whole = isLong ? Meaning.ofName(column.name(), table.name()) : Meaning.UNKNOWN;
            return ColumnRule.pseudonymise(
                    whole,
                    whole.isPersonal()
                            ? whole.plural() + ", by name and by their length"
                            : "in doubt: a number that may name something");
        }
        boolean isMeasure = words.stream().anyMatch(word -> OF_MEASURES.contains(word) && !TimeRules.isOfDays(word));
        return (isWhole && !isMeasure ? TimeRules.birthsSince1970(words, sample) : Optional.<ColumnRule>empty())
                .orElse(ColumnRule.keep("a measure"));
    }

    /** Whether a key that it is tied to comes from a sequence: another number would be in the way of the next one. */
    private boolean followsSequence(SourceTable table, SourceColumn column) {
        Place head = families.head(new Place(table.oid(), column.number()));
        return schema.tables().stream()
                .anyMatch(other -> other.columns().stream()
                        .anyMatch(key -> key.numbered()
                                && families.head(new Place(other.oid(), key.number()))
                                        .equals(head)));
    }

    /** By the whole name where it ends as names of numbers do, or says when somebody was born, how he is reached, where he is or what he earns. */
    private static Meaning meaning(SourceTable table, SourceColumn column, String last, boolean ofPerson) {
        Meaning whole = Meaning.ofName(column.name(), table.name());
        boolean isOfPerson = !OF_MEASURES.contains(last)
                && switch (whole) {
                    case BIRTH, PHONE, ADDRESS, INCOME -> true;
                    default -> false;
                };
        return isOfPerson || OF_NUMBERS.contains(last) || ofPerson ? whole : Meaning.ofName(last, table.name());
    }

    /** Some flags, or what may be anything. */
    private static ColumnRule bits(SourceColumn column) {
        String length = column.declared().replaceAll("\\D", "");
        int most = !length.isEmpty()
                ? Integer.parseInt(length)
                : column.declared().contains("varying") ? Integer.MAX_VALUE : 1;
        return most <= MOST_FLAGS
                ? ColumnRule.keep("flags identify nobody")
                : ColumnRule.pseudonymise(Meaning.UNKNOWN, "in doubt: bits that may be anything");
    }

    private ColumnRule uuid(SourceTable table, SourceColumn column) {
        Meaning meaning = Meaning.ofName(column.name(), table.name());
        List<String> words = Meaning.words(column.name());
        boolean isKey = column.unique()
                || families.isTied(new Place(table.oid(), column.number()))
                || (!words.isEmpty() && OF_KEYS.contains(words.get(words.size() - 1)));
        return isKey && meaning != Meaning.SECRET
                ? ColumnRule.keep("a key without a meaning")
                : ColumnRule.pseudonymise(meaning, "in doubt: a UUID that is no key");
    }

    private ColumnRule nested(SourceTable table, SourceColumn column, List<String> sample) {
        Meaning meaning = Meaning.ofName(column.name(), table.name());
        ValueType element = column.type().element();
        if (column.type().isTextual()) {
            return text(table, column, sample);
        }
        if (!column.type().hasPseudonyms()) {
            return element != null && element.kind() == Kind.RANGE
                    ? TimeRules.range(table, column, sample)
                    : ColumnRule.keep(column.declared() + " identifies nobody");
        }
        List<String> words = Meaning.words(column.name());
        boolean isKeys = !words.isEmpty() && OF_KEYS.contains(words.get(words.size() - 1));
        boolean isOpen = element != null
                && switch (element.kind()) {
                    case UUID, INET, CIDR, MAC, BYTEA, GEOMETRIC, DATE -> true;
                    default -> false;
                };
        if (meaning.isPersonal() || (isOpen && !isKeys) || column.type().kind() == Kind.COMPOSITE) {
            return ColumnRule.pseudonymise(meaning, meaning.isPersonal() ? meaning.plural() + ", by name" : "in doubt");
        }
        return areLong(sample) && !isKeys
                ? ColumnRule.pseudonymise(meaning, "in doubt: numbers that may name something")
                : ColumnRule.keep("measures or keys");
    }

    /** Whether most are as long as the numbers of phones, accounts and people. */
    private static boolean areLong(List<String> sample) {
        long count = sample.stream()
                .filter(text -> text.matches("\\{?-?\\d{9,}(?:[.,}].*)?"))
                .count();
        return count * 2 > sample.size();
    }

    private ColumnRule text(SourceTable table, SourceColumn column, List<String> sample) {
        Meaning byName = Meaning.ofName(column.name(), table.name());
        Meaning byContent = column.type().kind() == Kind.TEXT ? Meaning.ofContent(sample) : Meaning.UNKNOWN;
        if ((byName == Meaning.CODE || isKeyOfValues(table, column))
                && byContent == Meaning.UNKNOWN
                && column.type().kind() == Kind.TEXT
                && areCodes(sample)) {
            ordinary.put(new Place(table.oid(), column.number()), new Ordinary(often(sample), List.of()));
            return ColumnRule.keep("a code, by name and by its few values");
        }
        if (column.type().kind() == Kind.TEXT
                && (byName == Meaning.BIRTH || !byName.isPersonal())
                && SampledNumbers.areDays(sample)) {
            return TimeRules.days(Meaning.words(column.name()), sample, byName);
        }
        ColumnRule rule = byName.isPersonal()
                ? ColumnRule.pseudonymise(byName, byName.plural() + ", by name")
                : byContent != Meaning.UNKNOWN
                        ? ColumnRule.pseudonymise(byContent, byContent.plural() + ", by content")
                        : ColumnRule.pseudonymise(
                                byName,
                                byName == Meaning.FREE_TEXT
                                        ? "free text, by name"
                                        : "in doubt: text that no name explains");
        return document(rule, table, column, sample);
    }

    /** A property_name alone may be that of a house, and of who lives in it. */
    private static boolean isKeyOfValues(SourceTable table, SourceColumn column) {
        return Meaning.isKeyOfValues(column.name())
                && table.columns().stream()
                        .anyMatch(other ->
                                Meaning.isOfValues(other.name()) && other.type().isTextual());
    }

    /** With the keys that stay, where those of documents in the column may be data. */
    private ColumnRule document(ColumnRule rule, SourceTable table, SourceColumn column, List<String> sample) {
        Optional<DocumentKeys> found = DocumentKeys.of(column.type(), sample);
        found.ifPresent(keys -> ordinary.put(new Place(table.oid(), column.number()), keys.ordinary()));
        return found.map(keys -> (keys.areData() ? keeping(keys, rule) : rule).notCodes(keys.notCodes()))
                .orElse(rule);
    }

    private static ColumnRule keeping(DocumentKeys keys, ColumnRule rule) {
        return rule.keptKeys(
                keys.ofProgram(),
                rule.personal()
                        ? rule.reason() + "; of keys of documents, which may be data, those stay that are listed"
                        : "in doubt: a document whose keys may be data; those that stay are listed");
    }

    /** Whether they are few, and in the form of words that a program knows. */
    static boolean areCodes(List<String> sample) {
        return sample.stream().distinct().count() <= MOST_CODES
                && sample.stream().allMatch(value -> CODE.test(value) && !Meaning.isTelling(value));
    }

    static Set<String> often(List<String> sample) {
        return sample.stream().collect(Collectors.groupingBy(value -> value, Collectors.counting())).entrySet().stream()
                .filter(each -> each.getValue() >= OFTEN)
                .map(each -> each.getKey().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
