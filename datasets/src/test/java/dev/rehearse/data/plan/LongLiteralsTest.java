package dev.rehearse.data.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Tables;
import dev.rehearse.data.column.ColumnFrame;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.dirt.DirtyValues;
import dev.rehearse.data.plan.trial.CheckText;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A literal in the catalog may be longer than the stack of a thread is deep. */
class LongLiteralsTest {

    private static final String LONG = "it''s ".repeat(200_000);
    private static final String MEANT = LONG.replace("''", "'");
    private static final Column TEXT = Tables.column(1, "body", Kind.TEXT);

    @Test
    void a_condition_with_one_is_parsed() {
        assertThat(ExpressionParser.parse("(body <> '" + LONG + "'::text)")).isPresent();
    }

    @Test
    void what_breaks_such_a_condition_is_found() {
        assertThat(DirtyValues.of(TEXT, "body <> '" + LONG + "'")).contains("CAST(" + Sql.literal(MEANT) + " AS text)");
    }

    @Test
    void the_constants_beside_it_are_tried() {
        CheckConstraint check =
                new CheckConstraint("c", "body ~ '" + LONG + "' OR body = 'short''s' OR n = 5", List.of(1));

        assertThat(CheckText.constants(List.of(check))).containsExactly("short's", "5");
    }

    @Test
    void it_can_be_a_default() {
        Column column = new Column(1, "body", TEXT.type(), true, "'" + LONG + "'::text", null, false, false);
        CopyBuffer out = new CopyBuffer(16);

        Values values = ColumnFrame.withDefault((row, to) -> to.putNull(), column, Restriction.of(column), 1);
        for (int row = 0; row < 50 && out.length() < LONG.length() / 2; row++) {
            out.truncate(0);
            values.write(row, out);
        }

        assertThat(out.textFrom(0)).isEqualTo(MEANT);
    }
}
