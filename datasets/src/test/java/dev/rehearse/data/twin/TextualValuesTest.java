package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextualValuesTest {

    private static final int ROWS = 5_000;

    @Test
    void narrow_words_differ_as_often_as_the_profile_says() {
        assertThat(written(textual(-1, 10, List.of()).lexemes())).hasSize(ROWS);
        assertThat(written(textual(20, 10, List.of()).lexemes())).hasSize(20);
    }

    @Test
    void small_documents_are_empty_only_where_that_makes_them_as_wide_as_they_are() {
        SqlType jsonb = new SqlType("jsonb", Kind.JSON, -1, List.of(), null, List.of(), List.of(), false);

        Map<String, Long> unique = written(textual(-1, 9, List.of()).json(jsonb, 0));
        Map<String, Long> numbers = written(textual(1_000, 9, List.of(0.1)).json(jsonb, 0));
        Map<String, Long> empties = written(textual(1_000, 9, List.of(0.8)).json(jsonb, 0));

        assertThat(unique).hasSize(ROWS);
        assertThat(numbers.keySet()).doesNotContain("{}").allMatch(text -> text.length() <= 5);
        assertThat(empties).containsEntry("{}", 4_000L);
    }

    private static TextualValues textual(double distinct, int widthBytes, List<Double> shares) {
        Statistics statistics = new Statistics(
                0,
                distinct,
                widthBytes,
                null,
                shares,
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of(),
                List.of(),
                0);
        return new TextualValues(new ProfiledColumn("v", statistics, ROWS, false, 7, null));
    }

    private static Map<String, Long> written(Values values) {
        CopyBuffer out = new CopyBuffer(64);
        return IntStream.range(0, ROWS)
                .mapToObj(row -> {
                    out.truncate(0);
                    values.write(row, out);
                    return String.valueOf(out.textFrom(0));
                })
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
