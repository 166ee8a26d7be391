package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeprecatedColumnTest {

    @Test
    void a_column_that_had_another_name_waits_to_be_removed_and_a_new_one_that_is_called_so_does_not() {
        List<SchemaDifference> changes = List.of(
                new SchemaDifference("column orders.note", "text", null),
                new SchemaDifference("column orders.note_deprecated", null, "text"),
                new SchemaDifference("column types.deprecated", null, "boolean not null"));

        assertThat(DeprecatedColumn.isRenamed("orders.note_deprecated", changes))
                .isTrue();
        assertThat(DeprecatedColumn.isRenamed("types.deprecated", changes)).isFalse();
    }
}
