package dev.rehearse.data.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimelineTest {

    @Test
    void dates_are_those_of_the_calendar() {
        LongStream.iterate(LocalDate.of(1, 1, 1).toEpochDay(), day -> day + 97)
                .limit(40_000)
                .forEach(day -> {
                    CopyBuffer out = new CopyBuffer(16);
                    Timeline.writeDate(day * Timeline.DAY, out);
                    LocalDate date = LocalDate.ofEpochDay(day);
                    String expected = date.getYear() <= 9999
                            ? date.toString()
                            : date.toString().substring(1);
                    assertThat(out.textFrom(0)).isEqualTo(expected);
                });
    }

    @Test
    void timestamps_can_be_read_back() {
        for (long micros : new long[] {0, -1, 1_700_000_000_123_456L, Timeline.START, Timeline.END - 1}) {
            CopyBuffer out = new CopyBuffer(16);
            Timeline.writeTimestamp(micros, out);
            assertThat(Timeline.parse(String.valueOf(out.textFrom(0)))).isEqualTo(micros);
        }
        assertThat(Timeline.parse("2024-02-29"))
                .isEqualTo(LocalDate.of(2024, 2, 29).toEpochDay() * Timeline.DAY);
        assertThat(Timeline.parse("2024-02-29 10:00:00+00")).isNotNull();
        assertThat(Timeline.parse("infinity")).isNull();
    }
}
