package dev.rehearse.plan.build;

import dev.rehearse.HarnessException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mapping of a plan whose keys are known. */
record YamlMap(YamlValue value, Section section, Map<String, YamlValue> values) {

    Optional<YamlValue> get(String key) {
        if (!section.keys().contains(key)) {
            throw new HarnessException("The reader asked for " + section.label() + "." + key + ", which is no key.");
        }
        return Optional.ofNullable(values.get(key));
    }

    /** The value, or a problem at the mapping where it is missing. */
    Optional<YamlValue> required(String key, String expected) {
        Optional<YamlValue> present = get(key);
        if (present.isEmpty()) {
            value.problem("\"" + key + "\" is missing in " + section.label() + "; give it " + expected + ".");
        }
        return present;
    }

    /** Which of these keys are present. */
    List<String> present(List<String> keys) {
        return keys.stream().filter(values::containsKey).toList();
    }
}
