package dev.rehearse.data.plausible;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the texts of a column are, as far as there are plausible ones: see {@link PlausibleTexts}. */
public enum TextKind {
    FIRST_NAME,
    LAST_NAME,
    FULL_NAME,
    USERNAME,
    EMAIL,
    PHONE,
    COMPANY,
    PRODUCT,
    JOB_TITLE,
    STREET_ADDRESS,
    CITY,
    STATE,
    POSTCODE,
    COUNTRY,
    COUNTRY_CODE,
    CURRENCY,
    LANGUAGE,
    IBAN,
    BIC,
    /** What is said in a line or two. */
    PROSE,
    /** What may go on for pages. */
    ARTICLE;

    private static final Set<String> ARTICLES = Set.of("body content html markdown article transcript".split(" "));

    private static final Set<String> REMARKS =
            Set.of("description comment comments note notes message msg text details remark remarks bio".split(" "));

    private static final Set<String> PERSONS =
            Set.of(("customer customers user users person persons people employee employees contact contacts"
                            + " patient patients member members client clients student students teacher author authors"
                            + " owner owners staff tenant guest driver recipient sender applicant candidate artist"
                            + " actor reporter holder passenger subscriber subscribers recipients candidates applicants"
                            + " drivers guests artists actors teachers profile profiles buyer seller")
                    .split(" "));
    /** What shows a name that may be a person's. */
    private static final Set<String> ACCOUNTS =
            Set.of("account accounts identity identities author commenter".split(" "));

    private static final Set<String> LETTER =
            Set.of(("subject body text html content message signature footer title code key label icon exec"
                            + " pattern attribute setting settings config server frequency preference preferences"
                            + " notification notifications prefix suffix")
                    .split(" "));

    private static final Set<String> COMPANIES =
            Set.of(("company companies organization organizations organisation organisations supplier"
                            + " suppliers vendor vendors manufacturer employer merchant merchants firm firms carrier"
                            + " shipper")
                    .split(" "));
    private static final Set<String> PRODUCTS = Set.of("product products item items article articles goods".split(" "));

    /** What a column of this name in a table of this name holds, or null where no plausible text is known. */
    public static @Nullable TextKind of(String column, String table) {
        return of(ColumnName.of(column), ColumnName.of(table), false);
    }

    /** @param besidePlace whether the table has a city or a postcode, so that a state is one on the map */
    public static @Nullable TextKind of(ColumnName name, ColumnName table, boolean besidePlace) {
        if (name.endsWith("id") || name.isOfSort() || name.isFlag() || MachineTexts.isNamedBy(name)) {
            return null;
        }
        if ((name.hasAny("email", "mail") && !isOfLetter(name))
                || (name.endsWith("address") && table.hasAny("email", "emails", "mail"))) {
            return EMAIL;
        }
        if (name.hasAny("phone", "mobile", "fax", "tel", "telephone", "cellphone", "msisdn")) {
            return PHONE;
        }
        if (name.hasAny("iban")) {
            return IBAN;
        }
        if (name.hasAny("bic", "swift")) {
            return BIC;
        }
        @Nullable TextKind place = place(name, besidePlace);
        if (place != null) {
            return place;
        }
        if (name.hasAny("currency", "curr", "ccy")) {
            return CURRENCY;
        }
        if (name.hasAny("locale", "language", "lang")) {
            return LANGUAGE;
        }
        if (name.endsWith("username")
                || name.endsWith("login")
                || name.endsWith("nickname")
                || name.endsWith("handle")
                || name.endsWith("user")
                || name.endsWith("owner")
                || name.endsWith("assignee")
                || (name.hasAny("user", "login") && name.endsWith("name") && !name.hasAny("attribute"))) {
            return USERNAME;
        }
        return name(name, table);
    }

    private static @Nullable TextKind place(ColumnName name, boolean besidePlace) {
        if (name.hasAny("country", "nationality")) {
            return name.hasAny("code", "iso") ? COUNTRY_CODE : COUNTRY;
        }
        if (name.hasAny("iso2", "iso3", "alpha2", "alpha3")) {
            return COUNTRY_CODE;
        }
        if (name.hasAny("city", "town", "municipality")) {
            return CITY;
        }
        if (name.hasAny("zip", "zipcode", "postcode", "postal", "plz") || name.endsWith("mail", "code")) {
            return POSTCODE;
        }
        if (name.hasAny("province", "county") || (besidePlace && name.hasAny("state", "region"))) {
            return STATE;
        }
        boolean line = name.endsWith("line1") || name.endsWith("line", "1") || name.endsWith("line", "one");
        return name.hasAny("street", "address", "addr") || (besidePlace && line) ? STREET_ADDRESS : null;
    }

    /** Whether it is a part of a letter, or of what one is addressed by, that is no address of mail. */
    private static boolean isOfLetter(ColumnName name) {
        return LETTER.contains(name.last());
    }

    private static @Nullable TextKind name(ColumnName name, ColumnName table) {
        boolean named = name.endsWith("name") || name.endsWith("title");
        boolean alone = named && name.words().size() == 1;
        if (name.hasAny("firstname", "forename", "givenname", "fname")
                || (named && name.hasAny("first", "given", "fore", "middle"))) {
            return FIRST_NAME;
        }
        if (name.hasAny("lastname", "surname", "familyname", "lname")
                || (named && name.hasAny("last", "family", "maiden"))) {
            return LAST_NAME;
        }
        if (name.hasAny("fullname", "realname")
                || (name.endsWith("name")
                        && (name.hasAny("full", "legal", "real")
                                || name.hasAny("display") && (table.hasAny(PERSONS) || table.hasAny(ACCOUNTS))))) {
            return FULL_NAME;
        }
        if ((name.hasAny("job", "position") && name.endsWith("title")) || name.hasAny("jobtitle", "occupation")) {
            return JOB_TITLE;
        }
        if (plainlyOf(name, alone ? table : null, named, COMPANIES)) {
            return COMPANY;
        }
        if (plainlyOf(name, alone ? table : null, named, PRODUCTS)) {
            return PRODUCT;
        }
        if ((name.endsWith("name") && plainlyOf(name, alone ? table : null, true, PERSONS))
                || name.endsWith("contact")
                || name.endsWith("author")
                || name.endsWith("holder")
                || name.endsWith("organizer")
                || name.endsWith("next", "of", "kin")) {
            return FULL_NAME;
        }
        return ARTICLES.contains(name.last()) ? ARTICLE : name.hasAny(ARTICLES) || name.hasAny(REMARKS) ? PROSE : null;
    }

    /** Whether it is the name of one of these: {@code company}, {@code company_name}, or {@code name} of a table {@code company}. */
    private static boolean plainlyOf(ColumnName name, @Nullable ColumnName table, boolean named, Set<String> things) {
        if (table != null) {
            return table.hasAny(things);
        }
        return name.hasAny(things) && (named || name.words().size() == 1);
    }
}
