package dev.rehearse.data;

import dev.rehearse.data.pools.Pools;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The locales that values can be of. Stateless. */
public final class Locales {

    /** A row of data that nobody asked a locale of is of one of these: several scripts, one that runs from right to left. */
    public static final List<String> DEFAULT = List.of(
            "en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "pl-PL", "pt-BR", "tr-TR", "uk-UA", "ar-SA", "ja-JP",
            "zh-CN");

    private Locales() {}

    /** All that there are, as language and country. */
    public static List<String> known() {
        return Pools.lines("locales");
    }

    /**
     * The locales by their full names: {@code de} is {@code de-DE}, {@code en} is {@code en-US}.
     *
     * @throws DatasetException when one is not known
     */
    public static List<String> of(List<String> asked) {
        if (asked.isEmpty() || asked.equals(DEFAULT)) {
            return DEFAULT;
        }
        Set<String> found = new LinkedHashSet<>();
        for (String one : asked) {
            found.add(find(one.strip().replace('_', '-'))
                    .orElseThrow(() -> DatasetException.spec("There are no values of the locale \"" + one
                            + "\". Known are " + String.join(", ", known()) + ".")));
        }
        return new ArrayList<>(found);
    }

    private static Optional<String> find(String tag) {
        List<String> known = known();
        String language = tag.toLowerCase(Locale.ROOT);
        String home = language.equals("en") ? "en-US" : language + "-" + language;
        return known.stream()
                .filter(tag::equalsIgnoreCase)
                .findFirst()
                .or(() -> known.stream().filter(home::equalsIgnoreCase).findFirst())
                .or(() -> known.stream()
                        .filter(one -> one.startsWith(language + "-"))
                        .findFirst());
    }

    /** A few characters that tell the lists of these locales from those of another build. */
    public static String fingerprint(List<String> locales) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String tag : locales) {
                for (String line : Pools.lines(tag)) {
                    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
