package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.database.external.ExternalProvider;
import org.junit.jupiter.api.Test;

class DataAnonymizingTest {

    @Test
    void the_programs_that_write_the_target_keep_to_tls_where_its_url_asks_for_it() {
        Endpoint target = DataAnonymizing.endpoint(
                "postgresql://me:secret@db:6432/twin?sslmode=require",
                ExternalProvider.server("postgresql://db:6432/twin", "me", "secret"));

        assertThat(target.libpq())
                .containsEntry("PGSSLMODE", "require")
                .containsEntry("PGHOST", "db")
                .containsEntry("PGPORT", "6432")
                .containsEntry("PGDATABASE", "twin")
                .containsEntry("PGUSER", "me")
                .containsEntry("PGPASSWORD", "secret");
    }
}
