package dev.rehearse.data.column;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.DocumentKey;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TextPattern;
import dev.rehearse.data.condition.TypeOrder;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.MachineTexts;
import dev.rehearse.data.plausible.PlausibleTexts;
import dev.rehearse.data.plausible.Plausibly;
import dev.rehearse.data.plausible.RowSubject;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how the values of one column are made, from its type, its name and its restriction.
 *
 * @param rows rows of the table
 * @param population how many different things a column speaks of that names them by id without a foreign key
 * @param randomSeed the seed of the whole data set
 * @param seed the seed of this column
 * @param subject whom and what the rows speak of
 * @param plausible makes texts such as names
 * @param read what the schema reads of the column's documents
 */
public record ValueMaker(
        long rows,
        long population,
        long randomSeed,
        long seed,
        RowSubject subject,
        PlausibleTexts plausible,
        List<DocumentKey> read) {

    /** What UUIDs are called that name no other things. */
    private static final Set<String> OWN =
            Set.of("uuid guid uid token key secret nonce reference ref trace correlation code".split(" "));

    /** What bytes are called that somebody stored. */
    private static final Set<String> CONTENT =
            Set.of("data content contents blob payload image file body document attachment photo picture".split(" "));

    private static final Restriction LISTED =
            unrestricted(new SqlType("text", Kind.TEXT, -1, List.of(), null, List.of(), List.of(), false));

    /** The share of rows that are as most are. */
    private static final double USUAL = 0.9;

    /** So many texts tell whether those that a name suggests fit a pattern. */
    private static final int SAMPLE = 1_000;

    /** Characters of a text that is read by an index, of which the server takes 2704 bytes at the most, for all columns together. */
    static final int LONGEST_INDEXED = 400;

    /** So many have every entry in them of the lists that they are drawn from. */
    private static final int EVERY_ENTRY = 100_000;

    /** Plausible values, or null when this type is not known or the restriction leaves none. */
    @Nullable
    public Values plain(Column column, Restriction r, Values.@Nullable Ordered first) {
        ColumnName name = ColumnName.of(column.name());
        boolean isList = String.valueOf(column.defaultValue()).startsWith("'[]'");
        if (column.type().kind() == Kind.JSON && read.isEmpty() && (isList || isListOfTexts(name, column))) {
            return Documents.lists(listed(name.ofOne()), seed);
        }
        return plain(
                name, column.type(), column.indexed() || column.computedFrom() ? r.within(LONGEST_INDEXED) : r, first);
    }

    /** Whether a name says which texts of a plain form a document is a list of: {@code redirect_uris}. */
    private boolean isListOfTexts(ColumnName name, Column column) {
        ColumnName one = name.ofOne();
        return !one.equals(name)
                && column.defaultValue() == null
                && Plausibly.of(one, subject, plausible).isPlain();
    }

    /** What a list in a document holds. */
    private Values listed(ColumnName one) {
        Plausibly plausibly = Plausibly.of(one, subject, plausible);
        long elements = Mix.seed(seed, "element");
        return plausibly.isPlain()
                ? TextValues.plain(one, LISTED, population, elements, elements, plausibly)
                : Documents.words(elements);
    }

    private @Nullable Values plain(ColumnName name, SqlType type, Restriction r, Values.@Nullable Ordered first) {
        if (r.allowed() != null || type.kind() == Kind.ENUM) {
            return fewOf(options(type, r));
        }
        Kind kind = type.kind();
        if (isEpoch(name, kind)) {
            @Nullable Values epoch = TemporalValues.epoch(type, r, first, rows, seed);
            if (epoch != null) {
                return epoch;
            }
        }
        if (kind.isNumber()) {
            return NumberValues.plain(name, type, subject.table(), r, population, seed);
        }
        if (kind.isInstant()) {
            return TemporalValues.plain(name, type, r, first, rows, seed);
        }
        return switch (kind) {
            case TEXT, CHAR -> r.minLength() > r.maxLength() ? null : texts(name, r);
            case BOOL -> {
                double share = name.isException() ? ColumnFrame.EXCEPTIONS : name.isUsual() ? USUAL : 0.5;
                yield (row, out) -> out.put(Mix.within(Mix.at(seed, row), share) ? 't' : 'f');
            }
            case UUID -> reference(name);
            case ARRAY -> arrays(type, elementValues(name, type));
            case RANGE, MULTIRANGE ->
                LiteralValues.ranges(type, rangeBounds(type)).at();
            case COMPOSITE -> composite(type);
            case JSON -> new Documents(read, seed).plain(key -> ofPart(key).part(last(key), key.type()));
            case BYTEA -> {
                int digest = MachineTexts.digestBytes(name);
                yield digest > 0 && r.minLength() <= digest && digest <= r.maxLength()
                        ? LiteralValues.bytes(digest, digest, false, seed)
                        : LiteralValues.bytes(r.minLength(), r.maxLength(), name.hasAny(CONTENT), seed);
            }
            default -> LiteralValues.plain(name, type, seed);
        };
    }

    /** Whether values are points in time as numbers: milliseconds since 1970, or seconds where the type has no room for these. */
    private static boolean isEpoch(ColumnName name, Kind kind) {
        return (kind == Kind.INT8 || kind == Kind.INT4) && name.isInstant()
                || kind == Kind.INT8 && name.words().size() > 1 && name.endsWith("date");
    }

    /** Whether values are points in time, as their type or the name of a number says. */
    public static boolean isInstant(Column column) {
        Kind kind = column.type().kind();
        return kind.isInstant() || isEpoch(ColumnName.of(column.name()), kind);
    }

    /** Values that all differ; capacity 0 when the type has no such form here. */
    public Keys distinct(Column column, Restriction r, long first) {
        SqlType type = column.type();
        if (r.allowed() != null || type.kind() == Kind.ENUM) {
            return options(type, r);
        }
        if (type.kind() == Kind.FLOAT4 || type.kind().isNumber()) {
            return NumberValues.keys(
                    type,
                    r,
                    Math.max(first, NumberHabit.firstKey(ColumnName.of(column.name()), type, subject.table())));
        }
        if (type.kind().isInstant()) {
            return TemporalValues.keys(type, r, rows);
        }
        return switch (type.kind()) {
            case TEXT, CHAR -> distinctTexts(ColumnName.of(column.name()), r);
            case BOOL -> TextValues.options(List.of("f", "t"));
            case UUID ->
                String.valueOf(column.defaultValue()).contains("v7")
                        ? new Keys(1L << 48, TextValues.timeOrderedUuid(rows, seed))
                        : TextValues.uuids(seed);
            case RANGE, MULTIRANGE -> LiteralValues.ranges(type, rangeBounds(type));
            case ARRAY -> distinctArrays(type);
            case JSON -> new Documents(read, seed).distinct(this::distinct);
            case BYTEA -> {
                int digest = MachineTexts.digestBytes(ColumnName.of(column.name()));
                yield digest > 0 && r.minLength() <= digest && digest <= r.maxLength()
                        ? LiteralValues.differentBytes(digest, digest, seed)
                        : LiteralValues.differentBytes(r.minLength(), r.maxLength(), seed);
            }
            default -> LiteralValues.keys(type, seed);
        };
    }

    /** Texts as the name suggests; where these do not fit the pattern, texts made of the pattern. */
    private @Nullable Values texts(ColumnName called, Restriction r) {
        ColumnName name = subject.meant(called);
        long shared = Mix.seed(randomSeed, "by name", String.join("_", name.words()));
        Values named = TextValues.plain(name, r, population, shared, seed, Plausibly.of(name, subject, plausible));
        TextPattern pattern = r.pattern();
        if (pattern == null) {
            return named;
        }
        @Nullable Values made = pattern.plain(r, seed);
        // What the server does not accept after all it says as it is asked about a sample of the rows.
        return made == null || 2 * fitting(named, SAMPLE, pattern) < SAMPLE
                ? made
                : (row, out) -> {
                    int start = out.length();
                    named.write(row, out);
                    if (!mayAccept(pattern, out.textFrom(start))) {
                        out.truncate(start);
                        made.write(row, out);
                    }
                };
    }

    /** No key can stand for one that does not fit, which might be another row's already. */
    private Keys distinctTexts(ColumnName called, Restriction r) {
        ColumnName name = subject.meant(called);
        Keys named = TextValues.keys(name, r, rows, seed, Plausibly.of(name, subject, plausible));
        TextPattern pattern = r.pattern();
        return pattern == null
                        || (named.capacity() > SAMPLE
                                && fit(
                                        named.at(),
                                        Math.min(named.capacity(), Math.max(SAMPLE, Math.min(rows, EVERY_ENTRY))),
                                        pattern))
                ? named
                : pattern.keys(r, rows, seed);
    }

    private static boolean fit(Values texts, long many, TextPattern pattern) {
        return LongStream.range(0, many).allMatch(i -> accepts(pattern, LiteralValues.text(texts, i)));
    }

    private static long fitting(Values texts, long many, TextPattern pattern) {
        return LongStream.range(0, many)
                .filter(i -> mayAccept(pattern, LiteralValues.text(texts, i)))
                .count();
    }

    private static boolean mayAccept(TextPattern pattern, @Nullable String text) {
        return text != null && pattern.mayAccept(text);
    }

    private static boolean accepts(TextPattern pattern, @Nullable String text) {
        return text != null && pattern.accepts(text);
    }

    /** The labels of an enum or the texts of a list, as far as the other restrictions allow them. */
    private static Keys options(SqlType type, Restriction r) {
        List<String> options = Objects.requireNonNullElse(r.allowed(), type.labels());
        return TextValues.options(options.stream()
                .filter(option -> type.labels().isEmpty() || type.labels().contains(option))
                .filter(option ->
                        !type.kind().isText() || (option.length() >= r.minLength() && option.length() <= r.maxLength()))
                .filter(option -> {
                    @Nullable BigDecimal ordinal = TypeOrder.ordinal(type, "=", new Expression.Constant(option));
                    return ordinal == null
                            || ((r.low() == null || r.low().compareTo(ordinal) <= 0)
                                    && (r.high() == null || r.high().compareTo(ordinal) >= 0));
                })
                .toList());
    }

    private @Nullable Values fewOf(Keys options) {
        if (options.capacity() == 0) {
            return null;
        }
        long size = options.capacity();
        return (row, out) -> options.at().write(Mix.below(Mix.at(seed, row), size), out);
    }

    private Values reference(ColumnName name) {
        long shared = name.endsWith("id") ? Mix.seed(randomSeed, "by name", String.join("_", name.words())) : seed;
        boolean few = name.endsWith("id") || !name.hasAny(OWN);
        return (row, out) -> {
            long index = few ? Mix.below(Mix.at(seed, row), population) : row;
            TextValues.writeUuid(Mix.at(shared, index), Mix.at(~shared, index), '4', out);
        };
    }

    private @Nullable Values elementValues(ColumnName name, SqlType type) {
        SqlType element = Objects.requireNonNull(type.element());
        return with(Mix.seed(seed, "element"))
                .part(String.join("_", name.ofOne().words()), element);
    }

    private Values arrays(SqlType type, @Nullable Values element) {
        return element == null
                ? (row, out) -> out.putText("{}")
                : LiteralValues.arrays(Objects.requireNonNull(type.element()), element, seed);
    }

    private Keys distinctArrays(SqlType type) {
        SqlType element = Objects.requireNonNull(type.element());
        Column column = new Column(0, "element", element, true, null, null, false, false);
        Keys inner = distinct(column, unrestricted(element), 0);
        return new Keys(inner.capacity(), LiteralValues.single(inner.at()));
    }

    private @Nullable Values composite(SqlType type) {
        @Nullable List<Values> fields = fields(type);
        return fields == null ? null : LiteralValues.composites(fields);
    }

    private @Nullable List<Values> fields(SqlType type) {
        List<Values> fields = new ArrayList<>();
        for (SqlType field : type.fields()) {
            @Nullable Values values = ofField(fields.size()).part("field", field);
            if (values == null) {
                return null;
            }
            fields.add(values);
        }
        return fields;
    }

    private ValueMaker ofField(int place) {
        return with(Mix.seed(seed, "field " + place));
    }

    /** Edge cases besides NULL; empty where the column can hold none. Each call gives its own, with counts at 0. */
    public List<EdgeCase> edgeCases(Column column, Restriction r, boolean unicode) {
        SqlType type = column.type();
        if (type.kind() != Kind.COMPOSITE
                || r.allowed() != null
                || column.computedFrom()
                || !type.domainChecks().isEmpty()) {
            return EdgeCases.of(column, r, unicode);
        }
        @Nullable List<Values> fields = fields(type);
        if (fields == null) {
            return List.of();
        }
        List<@Nullable String> plain = new ArrayList<>();
        List<List<EdgeCase>> edges = new ArrayList<>();
        for (Values field : fields) {
            Column alone = part("field", type.fields().get(edges.size()), column.indexed());
            edges.add(
                    ofField(edges.size()).edgeCases(alone, CheckSolver.of(alone).restriction(alone), unicode));
            plain.add(LiteralValues.text(field, 0));
        }
        return EdgeCases.composites(type, plain, edges);
    }

    private @Nullable Keys rangeBounds(SqlType type) {
        SqlType subtype = Objects.requireNonNull(type.element());
        if (subtype.kind().isNumber()) {
            return NumberValues.keys(subtype, unrestricted(subtype), 0);
        }
        return subtype.kind().isInstant() ? TemporalValues.keys(subtype, unrestricted(subtype), rows * 2) : null;
    }

    /** Values of a part of another type, or null when a domain asks for something that has no solved form. */
    private @Nullable Values part(String name, SqlType type) {
        Column column = part(name, type, false);
        CheckSolver solver = CheckSolver.of(column);
        Restriction r = solver.restriction(column);
        return solver.isSolvedBy(r) ? plain(ColumnName.of(name), type, r, null) : null;
    }

    private static Column part(String name, SqlType type, boolean indexed) {
        return new Column(1, name, type, true, null, null, indexed, false);
    }

    private ValueMaker ofPart(DocumentKey key) {
        return with(Mix.seed(seed, String.join(".", key.path())));
    }

    private static String last(DocumentKey key) {
        return key.path().get(key.path().size() - 1);
    }

    private Keys distinct(DocumentKey key) {
        return ofPart(key).distinct(part(last(key), key.type(), true), unrestricted(key.type()), 1);
    }

    private ValueMaker with(long otherSeed) {
        return new ValueMaker(rows, population, randomSeed, otherSeed, subject, plausible, List.of());
    }

    private static Restriction unrestricted(SqlType type) {
        return Restriction.of(type, true);
    }
}
