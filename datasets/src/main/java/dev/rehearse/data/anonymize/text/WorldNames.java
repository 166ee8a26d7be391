package dev.rehearse.data.anonymize.text;

import java.time.ZoneId;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What countries, languages, currencies and time zones are called, as the Java runtime knows it in some languages. Stateless. */
public final class WorldNames {

    private static final List<Locale> TOLD_IN = Stream.of("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv")
            .map(Locale::new)
            .toList();

    private static final int LONGEST = 64;

    private static final Set<String> KNOWN = new HashSet<>();

    static {
        ZoneId.getAvailableZoneIds().forEach(WorldNames::add);
        List<Locale> countries = Stream.of(Locale.getISOCountries())
                .map(code -> new Locale("", code))
                .toList();
        List<Locale> languages =
                Stream.of(Locale.getISOLanguages()).map(Locale::new).toList();
        for (Locale told : TOLD_IN) {
            countries.forEach(country -> add(country.getDisplayCountry(told)));
            languages.forEach(language -> add(language.getDisplayLanguage(told)));
            Currency.getAvailableCurrencies().forEach(currency -> add(currency.getDisplayName(told)));
        }
        languages.forEach(language -> add(language.getDisplayLanguage(language)));
    }

    private WorldNames() {}

    private static void add(String name) {
        KNOWN.add(name.toLowerCase(Locale.ROOT));
    }

    /** Whether a text is such a name as a whole, in whatever letter case. */
    public static boolean isOne(String text) {
        return text.length() <= LONGEST && KNOWN.contains(text.strip().toLowerCase(Locale.ROOT));
    }
}
