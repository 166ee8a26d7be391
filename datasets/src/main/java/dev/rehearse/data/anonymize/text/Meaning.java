package dev.rehearse.data.anonymize.text;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a column, a field or a key says about people, by its name or by what stands in it. */
public enum Meaning {
    EMAIL("mail addresses", "email mail emails mails eml"),
    PHONE("phone numbers", "phone phones mobile fax tel telephone cell cellphone msisdn whatsapp phno phnum phonum"),
    ADDRESS(
            "places where people live",
            "address addresses addr street postcode postal zip zipcode city town suburb district latitude longitude lat lon lng geo gps"
                    + " location coordinate coordinates coords residence"),
    BIRTH("days of birth or death", "birth birthday birthdate birthyear dob yob born death died deceased"),
    SECRET(
            "secrets",
            "password passwd pwd secret token hash salt apikey pin otp cookie signature credential credentials session private sesstok sessid jwt bearer"),
    IDENTIFIER(
            "numbers that name a person or an account",
            "ssn sin nino nif nie dni cpf cnpj pesel curp aadhaar passport license licence visa iban bic swift tax taxid vat vatin"
                    + " account insurance card pan cvv cvc creditcard imei imsi mac plate vin matriculation mrn nss"),
    NETWORK("addresses of machines", "ip ipaddr ipaddress inet hostname useragent fingerprint"),
    NAME(
            "names of people",
            "firstname lastname surname forename fullname givenname familyname maidenname middlename nickname initials birthname cardholder holder fname lname mname"),
    USER(
            "names of users",
            "username login userid usr uname handle screenname alias author owner assignee creator reporter"),
    INCOME("incomes", "salary income wage wages payroll compensation"),
    FREE_TEXT(
            "free text",
            "note notes comment comments description remark remarks message messages body text content details summary reason feedback"
                    + " subject title bio about memo transcript"),
    /** One of a few values that a program knows. */
    CODE(
            "codes",
            "status state type kind category currency locale lang language country plan level role priority channel source unit"
                    + " tier phase stage format mode severity method timezone tz mime"),
    UNKNOWN("", "");

    private static final Set<String> KEYS_OF_VALUES = Set.of(
            ("metakey optionname optionkey settingname settingkey attributename attributekey attrname propertyname propertykey propkey")
                    .split(" "));

    private static final Set<String> PERSONS =
            Set.of(("customer customers user users person persons people employee employees contact"
                            + " contacts patient patients member members client clients student students teacher author authors owner owners staff"
                            + " tenant guest driver recipient sender applicant candidate")
                    .split(" "));
    private static final Set<String> NAME_PARTS =
            Set.of("first last family given middle full maiden sur fore birth display".split(" "));

    /** In the order in which programs write the parts of a day as a list. */
    private static final List<String> PARTS_OF_DAY = List.of("year", "month", "day");

    /** Parts of a day, in English and in the languages that have words for them in {@link OtherLanguages}, and as letters stand for them. */
    private static final Set<String> DAY_WORDS = Set.of("day d dd tag jour dia giorno dag dzien gun".split(" "));

    private static final Set<String> MONTH_WORDS =
            Set.of("month m mm monat mois mes mese maand manad maned miesiac ay".split(" "));

    private static final Set<String> YEAR_WORDS =
            Set.of("year y yy yyyy jahr annee ano anno jaar ar rok yil".split(" "));

    private static final int LONGEST_PART_OF_DAY = 7;

    /** What a name says that is left of a number of a card, so that its holder may be told from others: last_4, lastFourDigits. */
    private static final Pattern LAST_DIGITS = Pattern.compile("last(?:4|four)(?:digits?)?$");

    /** Not only people have it: parameters of requests, too. */
    private static final String OF_ANYTHING = "location";

    private static final Pattern WORD_OF_PROGRAM = Pattern.compile("[a-z]+");

    private static final Set<String> SHARED_PLACES =
            Set.of("city town village suburb district county state province region country".split(" "));

    private static final Pattern MAIL = Pattern.compile("[^@\\s/?&]+@[^@\\s/?&]+\\.[^@\\s/?&]{2,}");
    private static final Pattern PHONE_NUMBER = Pattern.compile("(?:\\+|0)[\\d .\\-/()]{6,20}\\d");
    /** Alone, with its mask or with a port. */
    private static final Pattern ADDRESS_OF_MACHINE = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}(?:[/:]\\d{1,5})?"
            + "|(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}|\\[(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}\\]:\\d{1,5}");

    private static final Pattern LONG_NUMBER = Pattern.compile("\\d{6}");

    /** The second phone of several. */
    private static final Pattern NUMBERED = Pattern.compile("^(\\p{L}{3,})\\d{1,2}$");

    private static final Pattern HUMP = Pattern.compile("(\\p{Ll}|\\d)(\\p{Lu})");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private static final int LEAST_CHECKED = 10;
    private static final int MOST_KEYS = 10_000;
    private static final Map<String, Meaning> OF_KEYS = new ConcurrentHashMap<>();

    private final String plural;
    private final Set<String> words;

    Meaning(String plural, String words) {
        this.plural = plural;
        this.words = Set.of(words.isEmpty() ? new String[0] : words.split(" "));
    }

    public String plural() {
        return plural;
    }

    /** Whether what stands there leads to a person, so that none of it may stand in the output. */
    public boolean isPersonal() {
        return switch (this) {
            case INCOME, FREE_TEXT, CODE, UNKNOWN -> false;
            default -> true;
        };
    }

    public static List<String> words(String name) {
        String spaced = HUMP.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
        return BETWEEN_WORDS
                .splitAsStream(spaced)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /**
     * @param name of a column, a field or a key
     * @param of the table that it belongs to, which says whether a plain "name" is a person's
     */
    public static Meaning ofName(String name, String of) {
        List<String> words = words(name).stream()
                .map(word -> NUMBERED.matcher(word).replaceFirst("$1"))
                .toList();
        String joined = String.join("", words);
        boolean isFlag = !words.isEmpty() && Set.of("is", "has", "can").contains(words.get(0));
        if (isFlag) {
            return UNKNOWN;
        }
        if (saysLastDigits(name)) {
            return IDENTIFIER;
        }
        OtherLanguages other = new OtherLanguages(words);
        for (Meaning meaning : values()) {
            if (meaning == FREE_TEXT && (isName(words, of) || other.sayName(new OtherLanguages(words(of)), PERSONS))) {
                return NAME;
            }
            // A code's name ends with the word: country, but country_note is text.
            boolean has = meaning == CODE || meaning == FREE_TEXT
                    ? !words.isEmpty() && meaning.words.contains(words.get(words.size() - 1))
                    : words.stream().anyMatch(meaning.words::contains);
            if (has || meaning.words.contains(joined) || other.say(meaning)) {
                return meaning;
            }
        }
        return UNKNOWN;
    }

    /**
     * Whether what stands under a key leads to a person.
     *
     * @param name of the key
     * @param value a word of a program, such as header, says of no person where she is
     */
    public static boolean isPersonal(String name, String value) {
        Meaning meaning = ofKey(name);
        return meaning.isPersonal()
                && !(meaning == ADDRESS
                        && name.equals(OF_ANYTHING)
                        && WORD_OF_PROGRAM.matcher(value).matches());
    }

    /** Whether a name is that of the last digits of a number, such as that of a card. */
    public static boolean saysLastDigits(String name) {
        return LAST_DIGITS.matcher(String.join("", words(name))).find();
    }

    /** Whether a word names the day of a month. */
    public static boolean isDay(String word) {
        return DAY_WORDS.contains(word);
    }

    /** Whether a word names the month of a year. */
    public static boolean isMonth(String word) {
        return MONTH_WORDS.contains(word);
    }

    /** What a key is called in full: a day under what says when somebody was born is that of her birth. */
    public static String within(String above, String key) {
        String word = key.length() <= LONGEST_PART_OF_DAY ? key.toLowerCase(Locale.ROOT) : "";
        boolean isPart = DAY_WORDS.contains(word) || MONTH_WORDS.contains(word) || YEAR_WORDS.contains(word);
        return isPart && ofKey(above) == BIRTH ? above + "." + key : key;
    }

    /**
     * What a number in a list is called in full: of one that begins with a year, under what says when somebody was born, those of her birth; else what it is called.
     *
     * @param place in the list, from 0; a negative one is in none that begins so
     */
    static String withinList(String above, int place) {
        boolean isPart = place >= 0 && place < PARTS_OF_DAY.size() && ofKey(above) == BIRTH;
        return isPart ? within(above, PARTS_OF_DAY.get(place)) : above;
    }

    /** Whether a name ends as those of codes do, whatever else it says: account_status. */
    public static boolean endsAsCode(String name) {
        List<String> words = words(name);
        return !words.isEmpty()
                && (CODE.words.contains(words.get(words.size() - 1)) || new OtherLanguages(words).say(CODE));
    }

    /** Whether a name may be that of the keys in a table of keys and values: meta_key, option_name. Where no values are beside it, it is something else. */
    public static boolean isKeyOfValues(String name) {
        return KEYS_OF_VALUES.contains(String.join("", words(name)));
    }

    /** Whether a name may be that of the values beside such keys. */
    public static boolean isOfValues(String name) {
        List<String> words = words(name);
        return !words.isEmpty() && words.get(words.size() - 1).equals("value");
    }

    /** Whether a name ends as those of columns do that hold places which many people share: home_city. */
    public static boolean endsAsPlace(String name) {
        List<String> words = words(name);
        return (!words.isEmpty() && SHARED_PLACES.contains(words.get(words.size() - 1)))
                || new OtherLanguages(words).endAsSharedPlace();
    }

    /** By the name of a field or a key, of which a document has few. */
    public static Meaning ofKey(String name) {
        Meaning known = OF_KEYS.get(name);
        if (known == null) {
            known = ofName(name, "");
            if (OF_KEYS.size() < MOST_KEYS) {
                OF_KEYS.put(name, known);
            }
        }
        return known;
    }

    private static boolean isName(List<String> words, String table) {
        if (words.isEmpty() || !words.get(words.size() - 1).equals("name")) {
            return words.size() == 1
                    && (words.get(0).equals("surname") || words.get(0).equals("forename"));
        }
        return words.stream().anyMatch(word -> NAME_PARTS.contains(word) || PERSONS.contains(word))
                || (words.size() == 1 && words(table).stream().anyMatch(PERSONS::contains));
    }

    /** What most of the samples are, or {@code UNKNOWN}. */
    public static Meaning ofContent(List<String> samples) {
        Meaning byForm = ofForm(samples);
        return byForm == UNKNOWN && most(samples, PersonNames::isLikelyName) ? NAME : byForm;
    }

    /** What most of the samples are by the form that they have, which names have not, or {@code UNKNOWN}. */
    public static Meaning ofForm(List<String> samples) {
        if (samples.isEmpty()) {
            return UNKNOWN;
        }
        TextScanner scanner = new TextScanner(Set.of());
        if (most(samples, MAIL.asMatchPredicate())) {
            return EMAIL;
        }
        if (most(samples, text -> {
            Segment.Kind kind = scanner.kindOf(text);
            return kind == Segment.Kind.IBAN || (kind == Segment.Kind.CARD && text.length() >= 13);
        })) {
            return IDENTIFIER;
        }
        if (areChecked(samples)) {
            return IDENTIFIER;
        }
        if (most(samples, ADDRESS_OF_MACHINE.asMatchPredicate())) {
            return NETWORK;
        }
        return most(samples, PHONE_NUMBER.asMatchPredicate()) ? PHONE : UNKNOWN;
    }

    /** Whether a value may lead to a person or a machine by its form, as no code does: an address of a machine, or a number as long as those of people. */
    public static boolean isTelling(String value) {
        return ADDRESS_OF_MACHINE.matcher(value).matches()
                || LONG_NUMBER.matcher(value).find();
    }

    /** Whether all are numbers of people by the same rule, which those that are none are by chance alone. */
    private static boolean areChecked(List<String> samples) {
        Set<CheckedNumber> alike = EnumSet.complementOf(EnumSet.of(CheckedNumber.EAN));
        for (String sample : samples) {
            alike.retainAll(CheckedNumber.of(sample));
            if (alike.isEmpty()) {
                return false;
            }
        }
        return samples.size() >= LEAST_CHECKED;
    }

    private static boolean most(List<String> samples, Predicate<String> is) {
        return samples.stream().filter(is).count() * 2 > samples.size();
    }
}
