import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.datafaker.Faker;

/**
 * Draws what people, places and firms of each locale are called from Datafaker, once, when datasets is built: a file for each locale, of
 * lines "kind TAB value". A run reads the few files it needs in milliseconds, has the same values on every machine, and needs no library.
 *
 * <p>Usage: {@code java -cp CLASSPATH PoolMaker.java FOLDER}
 */
public final class PoolMaker {

    /** Forms of postcodes where Datafaker has another country's or some that are none. */
    private static final Map<String, String> POSTCODES = Map.of("PT", "####-###", "SK", "### ##", "VN", "#####");

    /**
     * Locales of Datafaker's that have names of their own, with the country whose forms they have, its currency and its English name: what a
     * JDK says of these changes from one to the next.
     */
    private static final List<String> LOCALES = """
            ar-SA SAR Saudi Arabia
            bg-BG BGN Bulgaria
            cs-CZ CZK Czechia
            da-DK DKK Denmark
            de-AT EUR Austria
            de-CH CHF Switzerland
            de-DE EUR Germany
            el-GR EUR Greece
            en-AU AUD Australia
            en-CA CAD Canada
            en-GB GBP United Kingdom
            en-IE EUR Ireland
            en-IN INR India
            en-NG NGN Nigeria
            en-NZ NZD New Zealand
            en-SG SGD Singapore
            en-US USD United States
            en-ZA ZAR South Africa
            es-AR ARS Argentina
            es-ES EUR Spain
            es-MX MXN Mexico
            fi-FI EUR Finland
            fr-CA CAD Canada
            fr-CH CHF Switzerland
            fr-FR EUR France
            he-IL ILS Israel
            hr-HR EUR Croatia
            hu-HU HUF Hungary
            hy-AM AMD Armenia
            id-ID IDR Indonesia
            it-IT EUR Italy
            ja-JP JPY Japan
            ka-GE GEL Georgia
            ko-KR KRW South Korea
            lv-LV EUR Latvia
            nb-NO NOK Norway
            nl-BE EUR Belgium
            nl-NL EUR Netherlands
            pl-PL PLN Poland
            pt-BR BRL Brazil
            pt-PT EUR Portugal
            ru-RU RUB Russia
            sk-SK EUR Slovakia
            sv-SE SEK Sweden
            th-TH THB Thailand
            tr-TR TRY Turkey
            uk-UA UAH Ukraine
            vi-VN VND Vietnam
            zh-CN CNY China
            zh-TW TWD Taiwan
            """.lines().toList();

    /** The last four digits of a phone number are replaced, so it is to be valid with several. */
    private static final List<Integer> ENDS = List.of(1234, 2718, 3141, 4669, 5772, 6931, 7071, 8314, 9999);

    private static final int TRIES_PER_VALUE = 5;
    private static final int LONGEST = 60;

    private static final String GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo";
    private static final String CYRILLIC = "аa бb вv гg дd еe ёe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts"
            + " чch шsh щshch ъ ыy ь эe юyu яya іi їi єye ґg ўu ђdj јj љlj њnj ћc џdz";
    private static final String LATIN = "łl øo đd ðd þth ßss æae œoe ıi əe ħh";
    private static final Map<Integer, String> LETTERS = letters();

    private static final Set<String> AMERICAN = american();

    private final StringBuilder out = new StringBuilder();
    private final Locale locale;
    private final Faker faker;
    private final String currency;
    private final String countryName;

    private PoolMaker(String row) {
        String[] fields = row.split(" ", 3);
        locale = Locale.forLanguageTag(fields[0]);
        currency = fields[1];
        countryName = fields[2];
        faker = new Faker(locale, new Random(fields[0].hashCode()));
    }

    private static String tag(String row) {
        return row.substring(0, row.indexOf(' '));
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        Map<String, String> pools =
                LOCALES.parallelStream().collect(Collectors.toMap(PoolMaker::tag, row -> new PoolMaker(row).make()));
        for (String tag : pools.keySet()) {
            Files.writeString(folder.resolve(tag + ".txt"), pools.get(tag));
        }
        Files.writeString(
                folder.resolve("locales.txt"),
                LOCALES.stream().map(row -> tag(row) + "\n").collect(Collectors.joining()));
    }

    private String make() {
        String country = locale.getCountry();
        line("country", country);
        line("iso3", locale.getISO3Country());
        line("countryName", countryName);
        line("currency", currency);
        line("tag", locale.toLanguageTag());
        draw(250, () -> faker.name().firstName()).forEach(name -> line("first", name, latin(name)));
        draw(250, () -> faker.name().lastName()).forEach(name -> line("last", name, latin(name)));
        boolean familyFirst = Set.of("ja", "zh", "ko", "hu", "vi").contains(locale.getLanguage());
        boolean blank = !Set.of("ja", "zh", "ko").contains(locale.getLanguage());
        line(
                "fullName",
                familyFirst ? "last" : "first",
                blank ? " " : locale.getLanguage().equals("ja") ? " " : "");
        draw(120, () -> faker.address().city()).forEach(this::place);
        draw(150, () -> faker.address().streetName()).forEach(street -> line("street", street));
        draw(150, () -> faker.address().streetAddress()).forEach(address -> line("address", address));
        phones();
        draw(80, () -> faker.company().name()).forEach(company -> line("company", company));
        draw(150, () -> faker.commerce().productName()).forEach(product -> line("product", product));
        draw(80, () -> faker.job().title()).forEach(job -> line("job", job));
        draw(120, () -> faker.lorem().word()).forEach(word -> line("word", word));
        String account =
                net.datafaker.providers.base.Finance.ibanSupportedCountries().contains(country)
                        ? faker.finance().iban(country)
                        : "";
        line("iban", account);
        draw(20, () -> faker.finance().bic())
                .forEach(bic -> line("bic", bic.substring(0, 4) + country + bic.substring(6)));
        return out.toString();
    }

    /** A city with a postcode and a state; which of them go together is decided here, for good. */
    private void place(String city) {
        if (!locale.getCountry().equals("US")) {
            String form = POSTCODES.get(locale.getCountry());
            line("place", city, form == null ? or(() -> faker.address().zipCode()) : faker.numerify(form), state());
            return;
        }
        String abbreviation = faker.address().stateAbbr();
        line("place", city, or(() -> faker.address().zipCodeByState(abbreviation)), abbreviation);
    }

    /** None where Datafaker has only those of the United States to offer. */
    private String state() {
        String state = or(() -> faker.address().state());
        return AMERICAN.contains(state) ? "" : state;
    }

    private static Set<String> american() {
        PoolMaker american = new PoolMaker("en-US USD United States");
        return american.draw(50, () -> american.faker.address().state());
    }

    /** Numbers with the country's code that are valid there. */
    private void phones() {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        Set<String> international = new LinkedHashSet<>();
        for (int i = 0; i < 2_000 && international.size() < 100; i++) {
            try {
                var example = numbers.parse(
                        i % 2 == 0
                                ? faker.phoneNumber().phoneNumber()
                                : faker.phoneNumber().cellPhone(),
                        locale.getCountry());
                if (isValid(numbers, example, 0) && ENDS.stream().allMatch(end -> isValid(numbers, example, end))) {
                    international.add(numbers.format(example, PhoneNumberUtil.PhoneNumberFormat.INTERNATIONAL));
                }
            } catch (NumberParseException | RuntimeException e) {
                // Another one will do.
            }
        }
        if (international.isEmpty()) {
            international.add(numbers.format(
                    numbers.getExampleNumber(locale.getCountry()), PhoneNumberUtil.PhoneNumberFormat.INTERNATIONAL));
        }
        international.forEach(number -> line("phone", number));
    }

    /** Whether a number of this country is valid there with other last four digits. */
    private boolean isValid(PhoneNumberUtil numbers, Phonenumber.PhoneNumber example, int end) {
        long national = example.getNationalNumber() / 10_000 * 10_000 + end;
        return numbers.isValidNumberForRegion(
                new Phonenumber.PhoneNumber().mergeFrom(example).setNationalNumber(national), locale.getCountry());
    }

    private Set<String> draw(int most, Supplier<String> source) {
        Set<String> values = new LinkedHashSet<>();
        for (int i = 0; i < most * TRIES_PER_VALUE && values.size() < most; i++) {
            String value = or(source).strip().replaceAll("\\s+", " ");
            if (!value.isEmpty() && value.length() <= LONGEST && value.indexOf('\\') < 0) {
                values.add(Normalizer.normalize(value, Normalizer.Form.NFC));
            }
        }
        return values;
    }

    private static String or(Supplier<String> source) {
        try {
            String value = source.get();
            return value == null ? "" : value;
        } catch (RuntimeException e) {
            // Datafaker has gaps in some locales.
            return "";
        }
    }

    /** The name in small Latin letters, for a mail address; empty where its script has no simple way there. */
    private static String latin(String name) {
        StringBuilder latin = new StringBuilder();
        String plain = Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        for (int c : plain.codePoints().toArray()) {
            if (c < 0x80) {
                latin.append(Character.isLetterOrDigit(c) ? Character.toString(c) : "");
            } else if (Character.isLetter(c)) {
                String letter = LETTERS.get(c);
                if (letter == null) {
                    return "";
                }
                latin.append(letter);
            }
        }
        return latin.toString();
    }

    private static Map<Integer, String> letters() {
        Map<Integer, String> letters = new java.util.HashMap<>();
        for (String pair : (GREEK + " " + CYRILLIC + " " + LATIN).split(" ")) {
            letters.put(pair.codePointAt(0), pair.substring(1));
        }
        return Collections.unmodifiableMap(letters);
    }

    private void line(String... fields) {
        List<String> clean = new ArrayList<>();
        for (String field : fields) {
            clean.add(field.replace('\t', ' '));
        }
        out.append(String.join("\t", clean)).append('\n');
    }
}
