package dev.rehearse.database.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import org.junit.jupiter.api.Test;

class DatabaseProvidersTest {

    @Test
    void names_and_urls_choose_a_provider() {
        assertThat(DatabaseProviders.of("embedded").provider().name()).isEqualTo("embedded");
        assertThat(DatabaseProviders.of("docker").provider().name()).isEqualTo("docker");
        for (String url : new String[] {"jdbc:postgresql://localhost:5432/shop", "postgresql://localhost:5432/shop"}) {
            assertThat(DatabaseProviders.of(url).provider().name()).isEqualTo("external");
        }
    }

    @Test
    void a_wrong_name_is_answered_with_the_nearest_right_one() {
        assertThatThrownBy(() -> DatabaseProviders.of("Dokcer"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"docker\"?");
        assertThatThrownBy(() -> DatabaseProviders.of("mysql-cluster")).hasMessageNotContaining("Did you mean");
    }

    @Test
    void a_url_of_another_kind_is_answered_with_the_right_kind_and_without_its_password() {
        assertThatThrownBy(() -> DatabaseProviders.of("mysql://me:secret@db/shop"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Expected jdbc:postgresql:")
                .hasMessageNotContaining("secret");
    }

    @Test
    void parameters_that_could_not_be_kept_are_refused() {
        assertThatThrownBy(() ->
                        DatabaseProviders.of("jdbc:postgresql://db/shop?user=me&password=secret&sslmode=verify-full"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("sslmode=verify-full")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseProviders.of("postgresql://db/shop?sslmode=require"))
                .hasMessageContaining("reads what passes");
        assertThat(DatabaseProviders.external("postgresql://db/shop?sslmode=require", null)
                        .name())
                .isEqualTo("external");
        assertThatThrownBy(() -> DatabaseProviders.external("postgresql://db/shop?sslmode=verify-full", null))
                .hasMessageContaining("certificate");
        assertThatThrownBy(() -> DatabaseProviders.of("jdbc:postgresql://db/shop?currentSchema=app"))
                .hasMessageContaining("currentSchema");
        assertThatThrownBy(() -> DatabaseProviders.of("jdbc:postgresql://me:secret@db:5432/shop"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("jdbc:postgresql://db:5432/shop. Expected")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseProviders.of("jdbc:postgresql://one,two/shop?password=secret"))
                .hasMessageContaining("no URL of one PostgreSQL database")
                .hasMessageNotContaining("secret");
    }
}
