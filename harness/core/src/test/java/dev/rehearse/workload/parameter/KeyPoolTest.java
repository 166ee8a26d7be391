package dev.rehearse.workload.parameter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.workload.parameter.KeyPool.Pick;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyPoolTest {

    private static final int KEYS = 1_000;

    private static KeyPool pool() {
        List<@Nullable String[]> sample = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            sample.add(new String[] {Integer.toString(i), "name " + i});
        }
        KeyPool pool = new KeyPool(List.of("id", "name"), sample);
        List<@Nullable String[]> newest = new ArrayList<>(sample);
        java.util.Collections.reverse(newest);
        pool.newest(newest);
        return pool;
    }

    private static Map<String, Integer> counts(KeyPool pool, Pick pick, int draws) {
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < draws; i++) {
            @Nullable String[] row = Objects.requireNonNull(pool.pick(pick, random));
            assertThat(row[1]).isEqualTo("name " + row[0]);
            counts.merge(Objects.requireNonNull(row[0]), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void uniform_draws_reach_every_key_alike() {
        Map<String, Integer> counts = counts(pool(), Pick.UNIFORM, 100_000);

        assertThat(counts).hasSize(KEYS);
        assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(50, 160));
    }

    @Test
    void zipf_draws_give_few_keys_most_of_the_draws() {
        List<Integer> counts = counts(pool(), Pick.ZIPF, 100_000).values().stream()
                .sorted((a, b) -> b - a)
                .toList();

        // With exponent 0.99 the first of 1,000 keys gets 1 / 7.73 of the draws and the first ten get 39 %.
        assertThat(counts.get(0)).isBetween(11_500, 14_500);
        assertThat(counts.stream().limit(10).mapToInt(n -> n).sum()).isBetween(35_000, 43_000);
        assertThat(counts).hasSizeGreaterThan(900);
    }

    @Test
    void latest_draws_prefer_what_the_load_itself_inserted() {
        KeyPool pool = pool();
        pool.willPick(Pick.LATEST);
        pool.inserted(Map.of("id", "new", "name", "name new", "more", "x"));

        Map<String, Integer> counts = counts(pool, Pick.LATEST, 10_000);
        assertThat(counts.get("new")).isGreaterThan(1_000);
        assertThat(counts.get("999")).isGreaterThan(counts.getOrDefault("3", 0));
    }

    @Test
    void own_rows_are_handed_out_once() {
        KeyPool pool = pool();
        pool.willPick(Pick.OWN);
        pool.inserted(Map.of("id", "a", "name", "name a"));

        SplittableRandom random = new SplittableRandom(7);
        assertThat(Objects.requireNonNull(pool.pick(Pick.OWN, random))[0]).isEqualTo("a");
        assertThat(pool.pick(Pick.OWN, random)).isNull();
    }

    @Test
    void an_empty_table_gives_nothing_until_the_load_inserts() {
        KeyPool pool = new KeyPool(List.of("id"), List.of());

        assertThat(pool.pick(Pick.UNIFORM, new SplittableRandom(7))).isNull();
        assertThat(pool.pick(Pick.ZIPF, new SplittableRandom(7))).isNull();
        assertThat(pool.pick(Pick.LATEST, new SplittableRandom(7))).isNull();
    }
}
