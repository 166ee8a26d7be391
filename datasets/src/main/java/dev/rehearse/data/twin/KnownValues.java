package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.Timeline;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values that a profile tells of a harmless column, in the order that the server has for them. */
final class KnownValues {

    private KnownValues() {}

    /** All of them, common ones and bounds, each once. */
    static List<String> sorted(SqlType type, Statistics s) {
        Set<String> known = new LinkedHashSet<>(s.commonValues());
        known.addAll(s.bounds());
        List<String> values = new ArrayList<>(known);
        values.sort(order(type));
        return values;
    }

    static Comparator<String> order(SqlType type) {
        if (type.kind() == SqlType.Kind.ENUM) {
            return Comparator.comparing(type.labels()::indexOf);
        }
        if (type.kind().isNumber() || type.kind().isInstant()) {
            return Comparator.comparing(value -> Objects.requireNonNullElse(ordinal(type, value), BigDecimal.ZERO));
        }
        return Comparator.naturalOrder();
    }

    /** A number, or microseconds since 1970; null for what is neither, such as infinity. */
    static @Nullable BigDecimal ordinal(SqlType type, String value) {
        if (type.kind().isInstant()) {
            @Nullable Long micros = Timeline.parse(value);
            return micros == null ? null : BigDecimal.valueOf(micros);
        }
        return value.matches("-?[0-9.]+(?:[eE][-+]?\\d+)?") ? new BigDecimal(value) : null;
    }
}
