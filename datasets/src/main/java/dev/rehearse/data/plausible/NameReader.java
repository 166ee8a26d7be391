package dev.rehearse.data.plausible;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads names as English words, also those that are written as one word or in another language. */
final class NameReader {

    /** Names that are often written as one word, with a choice of words at each place. */
    private static final Map<String, List<String>> RUN_TOGETHER = Stream.of(
                    "email/mail/street/home/ip/mac address/addr",
                    "address/addr/street/email 1",
                    "home/work/mobile phone",
                    "phone/mobile/telephone/fax number/no",
                    "phone 1/2/3",
                    "postal/country/currency/language code",
                    "exp/expiry/expiration/birth year/month",
                    "date of birth",
                    "company/customer/employee/product/display/middle/maiden/street/city/country name",
                    "discount/tax rate/pct/percent",
                    "create/update/delete/edit/expires at",
                    "start/begin/end/admit/disch/death date/time",
                    "due/order/ship/trans/invoice/birth/issue/hire/pay/payment/delivery/posting date",
                    "part/order/invoice/serial/account/customer/item/batch/po number/no",
                    "sell/list/unit/cost/sale/base price",
                    "unit/avg/average/last/total cost",
                    "net/total/tax/gross/paid amount",
                    "credit limit",
                    "patient/body weight",
                    "value/amount/rate uom",
                    "time zone",
                    "user agent",
                    "mime/content type")
            .flatMap(NameReader::choices)
            .collect(Collectors.toUnmodifiableMap(words -> String.join("", words), words -> words));

    /** What is the largest or the smallest of its kind, or a number of things, in one word: {@code maxvols}, {@code numvols}. */
    private static final Pattern BOUND =
            Pattern.compile("(max(?!im)|min(?!im|ut|or|in|er|is|dset|iat)|num(?!ber|er|bed)|avg)(\\p{L}{3,})");

    /** Words of other languages, without accents, as their English ones. */
    private static final Map<String, List<String>> TRANSLATIONS = Texts.lines("translations.txt")
            .flatMap(line -> {
                String[] sides = line.split(": ");
                List<String> english = List.of(sides[0].split(" "));
                return Arrays.stream(sides[1].split(" ")).map(word -> Map.entry(word, english));
            })
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one));

    private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");

    private NameReader() {}

    static List<String> words(String name) {
        String spaced = name.replaceAll("(\\p{Ll}|\\d)(\\p{Lu})", "$1_$2").toLowerCase(Locale.ROOT);
        List<String> alone = TRANSLATIONS.get("=" + spaced);
        if (alone != null) {
            return alone;
        }
        return Arrays.stream(spaced.split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .flatMap(word -> read(word).stream())
                .toList();
    }

    private static List<String> read(String word) {
        List<String> known = RUN_TOGETHER.get(word);
        if (known != null) {
            return known;
        }
        String german =
                word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss");
        List<String> translated = TRANSLATIONS.getOrDefault(german, TRANSLATIONS.get(withoutMarks(word)));
        if (translated != null) {
            return translated;
        }
        Matcher bound = BOUND.matcher(withoutMarks(word));
        return bound.matches() ? List.of(bound.group(1), bound.group(2)) : List.of(word);
    }

    private static String withoutMarks(String word) {
        return MARKS.matcher(Normalizer.normalize(word, Normalizer.Form.NFD)).replaceAll("");
    }

    /** All that a row of words, each {@code one/or/the/other}, can be read as. */
    private static Stream<List<String>> choices(String phrase) {
        Stream<List<String>> read = Stream.of(List.of());
        for (String place : phrase.split(" ")) {
            read = read.flatMap(words -> Arrays.stream(place.split("/"))
                    .map(word -> Stream.concat(words.stream(), Stream.of(word)).toList()));
        }
        return read;
    }
}
