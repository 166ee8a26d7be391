package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.ScratchServer;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.SourceSchema;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimesTogetherIT {

    @Test
    void days_move_with_what_a_constraint_a_generated_column_or_an_index_compares_them_with() throws Exception {
        try (ScratchServer server = ScratchServer.start();
                Connection connection = server.database("times").open();
                Statement statement = connection.createStatement()) {
            for (String compared : List.of(
                    "CHECK (termination >= valid_from)",
                    "stay daterange GENERATED ALWAYS AS (daterange(valid_from, termination, '[]')) STORED",
                    "EXCLUDE USING gist (daterange(valid_from, termination, '[]') WITH &&)")) {
                statement.execute("CREATE TABLE stays (valid_from date, termination date, created_on date, " + compared
                        + "); INSERT INTO stays SELECT day, day, day FROM CAST('2023-01-01' AS date) day");
                SourceSchema schema = new SourceReader(connection).read();

                var rules = new Suggester(connection, schema, new KeyFamilies(schema)).suggest();

                assertThat(schema.tables().get(0).copied())
                        .extracting(column -> rules.get(new KeyFamilies.Place(
                                        schema.tables().get(0).oid(), column.number()))
                                .treatment())
                        .as(compared)
                        .containsExactly(Treatment.SHIFT_DATES, Treatment.SHIFT_DATES, Treatment.KEEP);
                statement.execute("DROP TABLE stays");
            }
        }
    }
}
