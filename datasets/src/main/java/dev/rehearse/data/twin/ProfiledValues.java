package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.column.TextValues;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the numbered values of a {@link ProfiledColumn} look like: by the column's type, as the profile says. */
public final class ProfiledValues {

    private static final double NINE_TENTHS = 0.9;
    private static final int LARGEST_POOL = 20_000;
    private static final int TRIES_PER_VALUE = 20;

    private final ProfiledColumn profiled;
    private final Statistics statistics;
    private final long rows;
    private final long seed;

    public ProfiledValues(ProfiledColumn profiled) {
        this.profiled = profiled;
        this.statistics = profiled.statistics();
        this.rows = profiled.rows();
        this.seed = profiled.seed();
    }

    /**
     * The values of a column that nothing else decides, or null for a type that has no form here.
     *
     * @param outsideBytes bytes outside the row for each value of this column, where it may be so wide
     * @param fallback different values of a type that has no profiled form
     * @param plain any values of the type, of which some differ
     * @param isFree whether nothing but the type restricts them
     */
    @Nullable
    public Values values(
            Column column, Restriction r, double outsideBytes, Keys fallback, Values plain, boolean isFree) {
        SqlType type = column.type();
        if (profiled.filled() == 0) {
            return (row, out) -> out.putNull();
        }
        if (!statistics.commonValues().isEmpty() || !statistics.bounds().isEmpty()) {
            List<String> known = KnownValues.sorted(type, statistics);
            boolean all = statistics.distinctOf(rows) <= known.size() + 0.5;
            if (all || !(type.kind().isNumber() || type.kind().isInstant())) {
                return known(known);
            }
        }
        if (r.allowed() != null || type.kind() == Kind.ENUM || type.kind() == Kind.BOOL) {
            return fallback.capacity() == 0 ? null : listed(type, fallback);
        }
        if (type.kind().isNumber()) {
            return numbers(type, r);
        }
        if (type.kind().isInstant()) {
            return instants(type, r);
        }
        return switch (type.kind()) {
            case TEXT, CHAR ->
                r.pattern() != null ? different(fallback) : new TextualValues(profiled).texts(r, outsideBytes);
            case UUID -> {
                Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
                long step = (1L << 48) / frequencies.distinct();
                yield profiled.written(
                        frequencies,
                        (value, out) -> TextValues.writeUuid(
                                (value * step) << 16 | (Mix.at(seed, value) & 0xFFFF),
                                Mix.mix(seed + value),
                                '4',
                                out));
            }
            case BYTEA -> new TextualValues(profiled).bytes();
            case JSON -> new TextualValues(profiled).json(type, outsideBytes);
            case TSVECTOR -> new TextualValues(profiled).lexemes();
            case ARRAY -> {
                Values free = isFree ? ArrayValues.of(profiled, type) : null;
                yield free == null ? pooled(plain) : free;
            }
            case XML -> isFree ? new TextualValues(profiled).xml(outsideBytes) : different(fallback);
            case INET, VARBIT, RANGE, MULTIRANGE -> {
                Values free = isFree ? new SizedLiterals(profiled).values(type, fallback) : null;
                yield free == null ? different(fallback) : free;
            }
            // Their parts may be restricted, which different values do not regard.
            case COMPOSITE -> pooled(plain);
            default -> different(fallback);
        };
    }

    /** So many different texts or points in time by their numbers, or null for another type, or where they must be other ones. */
    @Nullable
    public Values keys(SqlType type, Restriction r, long values) {
        Frequencies frequencies = profiled.frequencies(null, -1, values);
        if (r.pattern() != null || r.allowed() != null || frequencies.distinct() != values) {
            return null;
        }
        if (type.kind().isInstant()) {
            return new OrderedValues(
                    value -> value,
                    micros(type, r, frequencies),
                    (micros, out) -> TemporalValues.write(type, micros, out));
        }
        return type.kind().isText() ? new TextualValues(profiled).keys(frequencies, r) : null;
    }

    private @Nullable Values different(Keys keys) {
        return keys.capacity() == 0
                ? null
                : profiled.written(profiled.frequencies(null, -1, keys.capacity()), keys.at());
    }

    private Values known(List<String> known) {
        long[] places =
                statistics.commonValues().stream().mapToLong(known::indexOf).toArray();
        Frequencies frequencies = profiled.frequencies(places, known.size() - places.length, known.size());
        byte[][] escaped = known.stream().map(CopyBuffer::escape).toArray(byte[][]::new);
        return profiled.written(
                frequencies, (value, out) -> out.put(escaped[(int) Math.min(value, escaped.length - 1)]));
    }

    private @Nullable Values numbers(SqlType type, Restriction r) {
        NumberValues.Range range = NumberValues.Range.of(type, r);
        if (range.size() == 0) {
            return null;
        }
        if (type.kind() == Kind.NUMERIC) {
            return numerics(type, r);
        }
        Frequencies frequencies = profiled.frequencies(null, -1, range.size());
        LongUnaryOperator numbers =
                NumberShape.along(edges(type, range), frequencies.distinct(), range.low(), range.high())::number;
        return new OrderedValues(
                profiled.numbers(frequencies, true),
                numbers,
                (number, out) -> NumberValues.writeUnscaled(number, range.scale(), out));
    }

    /** Those without a scale have the one whose numbers are nearest to the width, of those with as many numbers as there are values. */
    private Values numerics(SqlType type, Restriction r) {
        long distinct = profiled.frequencies(null, -1, Long.MAX_VALUE).distinct();
        List<SqlType> scaled =
                IntStream.of(2, 0, 4, 6, 8).mapToObj(type::withScale).toList();
        List<SqlType> roomy = scaled.stream()
                .filter(one -> NumberValues.Range.of(one, r).size() >= distinct)
                .toList();
        List<SqlType> types = type.modifier() >= 0 || roomy.isEmpty() ? List.of(type) : roomy;
        NumericForms.@Nullable Form best = null;
        double least = Double.MAX_VALUE;
        int scale = 0;
        for (SqlType one : types) {
            NumberValues.Range range = NumberValues.Range.of(one, r);
            Frequencies frequencies = profiled.frequencies(null, -1, range.size());
            NumericForms forms = new NumericForms(
                    edges(one, range), ordinals(type).size() > 1, range, frequencies, type, r, profiled);
            NumericForms.Form form = forms.nearest();
            if (forms.miss(form) < least) {
                best = form;
                least = forms.miss(form);
                scale = range.scale();
            }
        }
        NumericForms.Form form = Objects.requireNonNull(best);
        int digits = scale;
        return profiled.written(form.frequencies(), (value, out) -> {
            NumberValues.writeUnscaled(form.numbers().applyAsLong(value), digits, out);
            form.tail().write(value, out);
        });
    }

    private long[] edges(SqlType type, NumberValues.Range range) {
        List<BigDecimal> bounds = ordinals(type);
        return bounds.size() > 1
                ? NumberShape.edges(bounds, range.scale())
                : NumberShape.edges(
                        statistics.magnitudes().size() > 1 ? statistics.magnitudes() : List.of(4, 20), unit(range));
    }

    static long unit(NumberValues.Range range) {
        return BigDecimal.TEN.pow(range.scale()).longValue();
    }

    private List<BigDecimal> ordinals(SqlType type) {
        return KnownValues.sorted(type, statistics).stream()
                .map(value -> KnownValues.ordinal(type, value))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    private Values instants(SqlType type, Restriction r) {
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        return new OrderedValues(
                profiled.numbers(frequencies, true),
                micros(type, r, frequencies),
                (micros, out) -> TemporalValues.write(type, micros, out));
    }

    /** Ends of the time in which nine tenths lie in the middle of some years, or of these years where it is not known how many days that is. */
    private static long[] edges(List<Integer> years, int days) {
        long first = Timeline.micros(years.get(0));
        long end = Timeline.micros(years.get(1) + 1);
        long half = Math.round(days * Timeline.DAY / NINE_TENTHS / 2);
        return days == 0 ? new long[] {first, end} : new long[] {(first + end) / 2 - half, (first + end) / 2 + half};
    }

    /** What the numbered points in time are. */
    private LongUnaryOperator micros(SqlType type, Restriction r, Frequencies frequencies) {
        long unit = type.stepMicros();
        List<BigDecimal> bounds = ordinals(type);
        List<Integer> years = statistics.years();
        long low = r.low() == null ? Long.MIN_VALUE / 4 : TemporalValues.clamp(r.low());
        long high = r.high() == null ? Long.MAX_VALUE / 4 : TemporalValues.clamp(r.high());
        long[] edges = bounds.size() > 1
                ? NumberShape.edges(bounds, 0)
                : years.size() > 1
                        ? edges(years, r.low() == null && r.high() == null ? statistics.days() : 0)
                        : new long[] {Timeline.START, Timeline.END};
        long[] units =
                Arrays.stream(edges).map(edge -> Math.floorDiv(edge, unit)).toArray();
        long last = Math.max(units[units.length - 1], Math.floorDiv(low, unit) + frequencies.distinct());
        NumberShape.Curve curve = NumberShape.along(
                units,
                frequencies.distinct(),
                -Math.floorDiv(-low, unit),
                Math.min(bounds.isEmpty() ? last : Long.MAX_VALUE / 4, Math.floorDiv(high, unit)));
        return value -> curve.number(value) * unit;
    }

    /** A list of texts is put in the order that the server has for them; enums and booleans are in it already. */
    private Values listed(SqlType type, Keys keys) {
        if (!type.kind().isText() || keys.capacity() > LARGEST_POOL) {
            return profiled.written(profiled.frequencies(null, -1, keys.capacity()), keys.at());
        }
        byte[][] values = new byte[(int) keys.capacity()][];
        CopyBuffer scratch = new CopyBuffer(64);
        for (int i = 0; i < values.length; i++) {
            scratch.truncate(0);
            keys.at().write(i, scratch);
            values[i] = Arrays.copyOf(scratch.array(), scratch.length());
        }
        Arrays.sort(values, Arrays::compareUnsigned);
        return ListedTexts.of(profiled, values);
    }

    /** As many different ones of some values as the profile asks for, when these are not too many. */
    private @Nullable Values pooled(Values plain) {
        double wanted = statistics.distinctOf(rows);
        if (profiled.isUnique() || wanted < 1 || wanted > LARGEST_POOL) {
            return null;
        }
        Set<ByteBuffer> pool = new LinkedHashSet<>();
        CopyBuffer scratch = new CopyBuffer(256);
        for (long row = 0; pool.size() < 2 * wanted && row < TRIES_PER_VALUE * wanted; row++) {
            scratch.truncate(0);
            plain.write(row, scratch);
            if (scratch.textFrom(0) != null) {
                pool.add(ByteBuffer.wrap(Arrays.copyOf(scratch.array(), scratch.length())));
            }
        }
        byte[][] values = pool.stream().map(ByteBuffer::array).toArray(byte[][]::new);
        return values.length == 0
                ? null
                : profiled.written(
                        profiled.frequencies(null, -1, values.length), (value, out) -> out.put(values[(int) value]));
    }
}
