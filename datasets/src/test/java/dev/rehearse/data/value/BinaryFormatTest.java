package dev.rehearse.data.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryFormatTest {

    /** As PostgreSQL's own send functions give them. */
    @ParameterizedTest
    @CsvSource({
        "INT2, smallint, -32768, 8000",
        "INT4, integer, 2147483647, 7fffffff",
        "INT8, bigint, -9223372036854775808, 8000000000000000",
        "INT8, bigint, 9223372036854775807, 7fffffffffffffff",
        "BOOL, boolean, t, 01",
        "BOOL, boolean, false, 00",
        "TEXT, text, a\\tb\\\\, 6109625c",
        "TEXT, text, '', ''",
        "JSON, jsonb, {}, 017b7d",
        "UUID, uuid, 00112233-4455-6677-8899-aabbccddeeff, 00112233445566778899aabbccddeeff",
        "FLOAT8, double precision, 0.1, 3fb999999999999a",
        "FLOAT8, double precision, -0, 8000000000000000",
        "FLOAT8, double precision, NaN, 7ff8000000000000",
        "FLOAT8, double precision, 1e-140, 22de7c5f127bd87e",
        "DATE, date, 2000-01-01, 00000000",
        "DATE, date, 1999-12-31, ffffffff",
        "DATE, date, 2024-02-29, 00002279",
        "DATE, date, 4713-01-01 BC, ffda97cd",
        "DATE, date, infinity, 7fffffff",
        "TIMESTAMP, timestamp without time zone, 2000-01-01 00:00:00.25, 000000000003d090",
        "TIMESTAMP, timestamp without time zone, 1999-12-31, ffffffebe228a000",
        "TIMESTAMPTZ, timestamp with time zone, 1999-12-31 23:59:59.999999+00, ffffffffffffffff",
        "TIMESTAMPTZ, timestamp with time zone, -infinity, 8000000000000000",
        "NUMERIC, numeric, 12345.678, 0003000100000003000109291a7c",
        "NUMERIC, numeric, -0.0001, 0001ffff400000040001",
        "NUMERIC, numeric, 100000000, 00010002000000000001",
        "NUMERIC, numeric, 0.00, 0000000000000002"
    })
    void cells_are_as_the_server_sends_them(Kind kind, String type, String text, String expected) {
        byte[] row = row(kind, type, text);
        int length = expected.length() / 2;

        assertThat(HexFormat.of().formatHex(row, 0, 6)).isEqualTo(String.format("0001%08x", length));
        assertThat(HexFormat.of().formatHex(row, 6, row.length)).isEqualTo(expected);
    }

    @Test
    void null_has_no_bytes() {
        assertThat(row(Kind.INT4, "integer", "\\N")).containsExactly(0, 1, -1, -1, -1, -1);
    }

    @ParameterizedTest
    @CsvSource({
        "INT2, smallint, 32768",
        "INT8, bigint, 9223372036854775808",
        "INT8, bigint, -9223372036854775809",
        "INT4, integer, 1e3",
        "BOOL, boolean, yes",
        "DATE, date, 1.1.2024",
        "TIMESTAMPTZ, timestamp with time zone, 2024-01-01 00:00:00+02",
        "NUMERIC, numeric, NaN",
        "FLOAT8, double precision, one",
        "UUID, uuid, {00112233}"
    })
    void what_is_not_in_the_usual_form_is_for_the_server_to_read(Kind kind, String type, String text) {
        assertThatThrownBy(() -> row(kind, type, text)).isInstanceOf(BinaryFormat.UnusualCell.class);
    }

    @Test
    void a_row_that_is_for_the_server_to_read_counts_to_its_end() {
        BinaryFormat format = Objects.requireNonNull(
                BinaryFormat.of(List.of(column(Kind.NUMERIC, "numeric"), column(Kind.TEXT, "text"))));
        List<Long> written = new ArrayList<>();
        Values notANumber = (row, to) -> to.putText("NaN");
        Values counted = (row, to) -> written.add(row);

        assertThatThrownBy(() ->
                        format.writeRow(new Values[] {notANumber, counted}, 7, new CopyBuffer(1), new CopyBuffer(1)))
                .isInstanceOf(BinaryFormat.UnusualCell.class);
        assertThat(written).containsExactly(7L);
    }

    @Test
    void a_table_with_a_type_that_has_no_form_here_is_sent_as_text() {
        assertThat(BinaryFormat.of(List.of(column(Kind.INT8, "bigint"), column(Kind.INET, "inet"))))
                .isNull();
        assertThat(BinaryFormat.of(List.of())).isNull();
    }

    private static byte[] row(Kind kind, String type, String escaped) {
        CopyBuffer out = new CopyBuffer(1);
        BinaryFormat format = Objects.requireNonNull(BinaryFormat.of(List.of(column(kind, type))));
        Values value = (row, to) -> to.put(escaped.getBytes(java.nio.charset.StandardCharsets.UTF_8));

        format.writeRow(new Values[] {value}, 0, new CopyBuffer(1), out);

        return Arrays.copyOf(out.array(), out.length());
    }

    private static Column column(Kind kind, String type) {
        SqlType sqlType = new SqlType(type, kind, -1, List.of(), null, List.of(), List.of(), false);
        return new Column(1, "c", sqlType, false, null, null, false, false);
    }
}
