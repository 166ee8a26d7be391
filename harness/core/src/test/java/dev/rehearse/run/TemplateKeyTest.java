package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.Age;
import dev.rehearse.data.Dirt;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.RehearsalBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateKeyTest {

    private static final SqlFile SCHEMA = new SqlFile("schema.sql", "CREATE TABLE a (id int PRIMARY KEY);", true);
    private static final SqlFile UP = new SqlFile("up.sql", "ALTER TABLE a ADD COLUMN b int;", true);

    @TempDir
    private Path folder;

    private String key(UnaryOperator<RehearsalBuilder> change) {
        return TemplateKey.of(
                change.apply(RehearsalBuilder.in(folder)
                                .schema(SCHEMA)
                                .rows("a", 10)
                                .up(UP))
                        .build(),
                List.of());
    }

    @Test
    void what_decides_the_content_decides_the_key() throws IOException {
        Files.writeString(folder.resolve("production.yaml"), "rehearseProfile: 1\nserver: \"17.5\"\ncomplete: true\n");
        String same = key(plan -> plan);
        List<String> others = List.of(
                key(plan -> plan.schema(new SqlFile("more.sql", "CREATE INDEX ON a (id);", true))),
                key(plan -> plan.rows("a", 11)),
                key(plan -> plan.scale(7)),
                key(plan -> plan.randomSeed(8)),
                key(plan -> plan.edgeCaseShare(0.5)),
                key(plan -> plan.nulls("a.b", 0.5)),
                key(plan -> plan.dirt(new Dirt("a", "not null (b)", 1))),
                key(plan -> plan.keeps(new KeptConstraint("a", "unique (b)"))),
                key(plan -> plan.age(new Age(0.1, 0, 0))),
                key(plan -> plan.profile("production.yaml")),
                key(plan -> plan.setting("search_path", "app")),
                key(plan -> plan.setting("app.tenant", "7")));

        assertThat(key(plan -> plan)).isEqualTo(same);
        assertThat(others).doesNotContain(same).doesNotHaveDuplicates();
    }

    @Test
    void another_migration_workload_or_tuning_of_the_server_starts_from_the_same_data() {
        assertThat(List.of(
                        key(plan -> plan.name("other")),
                        key(plan -> plan.ratePerSecond(7)),
                        key(plan -> plan.standbys(1)),
                        key(plan -> plan.setting("work_mem", "1GB")),
                        key(plan -> plan.down(new SqlFile("down.sql", "SELECT 1;", true)))))
                .containsOnly(key(plan -> plan));
    }

    @Test
    void the_migrations_that_flyway_begins_with_belong_to_it_whatever_bytes_they_have() throws IOException {
        Files.write(folder.resolve("V1__base.sql"), new byte[] {'-', '-', ' ', (byte) 0xFC, '\n'});
        Files.writeString(folder.resolve("V2__more.sql"), "SELECT 1;");
        String first = flywayKey();
        Files.write(folder.resolve("V1__base.sql"), new byte[] {'-', '-', ' ', (byte) 0xFD, '\n'});

        assertThat(flywayKey()).isNotEqualTo(first);
    }

    private String flywayKey() {
        return TemplateKey.of(
                RehearsalBuilder.in(folder).flyway(List.of(folder), "1", "2").build(), List.of());
    }
}
