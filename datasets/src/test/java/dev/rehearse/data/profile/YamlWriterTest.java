package dev.rehearse.data.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class YamlWriterTest {

    @Test
    void a_key_of_any_length_is_read_again() {
        String key = "CASE WHEN a = 'ä: #' THEN\n".repeat(100);
        YamlWriter yaml = new YamlWriter();
        yaml.open("expressions").open(key);
        yaml.number("distinct", 7);
        yaml.close().open("lower(b)");
        yaml.number("distinct", 8);

        assertThat(new Load(LoadSettings.builder().build()).loadFromString(yaml.toString()))
                .isEqualTo(
                        Map.of("expressions", Map.of(key, Map.of("distinct", 7), "lower(b)", Map.of("distinct", 8))));
    }
}
