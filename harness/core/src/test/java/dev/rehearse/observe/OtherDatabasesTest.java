package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OtherDatabasesTest {

    private final OtherDatabases others = new OtherDatabases();

    @Test
    void who_was_at_work_most_comes_first_and_those_who_were_not_count_as_none() {
        for (int look = 0; look < 10; look++) {
            others.add(Map.of("analytics", look < 5 ? 3 : 0, "shop", 1));
        }
        others.add(Map.of("crm", 1, "hr", 1));
        for (int look = 0; look < 9; look++) {
            others.add(Map.of());
        }

        assertThat(others.inWords())
                .contains(
                        "times without the work of the server's other databases: 1.4 of their sessions were at it at a time,"
                                + " 4 at most (analytics 0.8, shop 0.5, crm 0.1 and 1 more)");
    }

    @Test
    void an_autovacuum_that_comes_by_is_not_told() {
        others.add(Map.of("postgres", 2));
        for (int look = 0; look < 5; look++) {
            others.add(Map.of());
        }
        assertThat(others.inWords()).isEmpty();

        for (int look = 0; look < 200; look++) {
            others.add(look % 20 == 0 ? Map.of("postgres", 1) : Map.of());
        }
        assertThat(others.inWords()).isEmpty();
    }
}
