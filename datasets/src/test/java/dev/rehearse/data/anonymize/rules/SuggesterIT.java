package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rehearse.data.ScratchServer;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class SuggesterIT {

    @Test
    void names_of_keys_stay_beside_their_values_and_names_of_houses_do_not() throws Exception {
        try (ScratchServer server = ScratchServer.start();
                Connection connection = server.database("keys").open();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE setting (property_name text, property_value text);
                    CREATE TABLE rental (property_name text, property_value numeric);
                    INSERT INTO setting VALUES ('theme', 'dark'), ('page_size', '20');
                    INSERT INTO rental VALUES ('Haus Zwirner', 250000), ('12 Elm Row', 310000)""");
            SourceSchema schema = new SourceReader(connection).read();

            var rules = new Suggester(connection, schema, new KeyFamilies(schema)).suggest();

            assertThat(schema.tables())
                    .extracting(
                            SourceTable::name,
                            table -> rules.get(new KeyFamilies.Place(
                                            table.oid(), table.copied().get(0).number()))
                                    .treatment())
                    .containsExactlyInAnyOrder(
                            tuple("setting", Treatment.KEEP), tuple("rental", Treatment.PSEUDONYMISE));
        }
    }
}
