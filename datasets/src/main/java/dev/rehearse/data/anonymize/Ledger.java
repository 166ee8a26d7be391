package dev.rehearse.data.anonymize;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the copying writes down for the leak check: which features of the source identify somebody, and which ones the replacing brought
 * about. A feature that stood in a value before and after is not among the latter, and they count in their own column alone, so what was passed
 * through has no excuse. Thread-safe.
 */
final class Ledger {

    private final FeatureFilter identifying;
    private final FeatureFilter produced;
    private final Set<String> harmless;

    /** @param harmless words, in lower case */
    Ledger(long features, Set<String> harmless) {
        identifying = FeatureFilter.of(features);
        produced = FeatureFilter.of(features);
        this.harmless = features(harmless);
    }

    private static Set<String> features(Set<String> words) {
        Set<String> features = new HashSet<>();
        words.forEach(word -> Features.of(word.toLowerCase(Locale.ROOT), features::add));
        return Set.copyOf(features);
    }

    boolean isHarmless(String feature) {
        return harmless.contains(feature);
    }

    /** A leaf of the source. */
    void read(String value, boolean personal) {
        if (personal) {
            Features.ofPersonal(value, identifying::add);
        } else {
            Features.ofAny(value, identifying::add);
        }
    }

    /** @param place the column where it stands; nowhere else does this excuse the image */
    void replaced(String place, String value, String image) {
        if (value.equals(image)) {
            return;
        }
        Set<String> before = new HashSet<>();
        Features.of(value, before::add);
        Features.of(image, feature -> {
            if (!before.contains(feature)) {
                produced.add(place + feature);
            }
        });
    }

    /**
     * Whether a feature of the output has to be looked for in the source.
     *
     * @param places the columns whose values went into the one where it stands: itself, or what a generated one may be made of
     */
    boolean isSuspect(String feature, List<String> places) {
        return identifying.mayContain(feature)
                && places.stream().noneMatch(place -> produced.mayContain(place + feature))
                && !harmless.contains(feature);
    }

    /** Whether a piece of free text identifies somebody. */
    boolean identifies(String text) {
        boolean[] found = {false};
        Features.of(text, feature -> found[0] |= identifying.mayContain(feature) && !harmless.contains(feature));
        return found[0];
    }
}
