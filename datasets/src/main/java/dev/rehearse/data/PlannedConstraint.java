package dev.rehearse.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A constraint that does not hold yet, read from the words in which SQL will ask for it. */
public sealed interface PlannedConstraint {

    /** No NULL in a column. */
    record NotNull(String column) implements PlannedConstraint {}

    /** No two rows alike in these. */
    record Unique(List<Element> elements) implements PlannedConstraint {}

    /**
     * @param function lower, upper or btrim, or null for the column as it is
     */
    record Element(String column, @Nullable String function) {}

    /** A condition of every row. */
    record Check(String expression) implements PlannedConstraint {}

    /**
     * @param parent the referenced table as SQL writes it
     * @param parentColumns the referenced columns, or none for those of the primary key
     */
    record Reference(List<String> columns, String parent, List<String> parentColumns) implements PlannedConstraint {}

    /** Another type for a column. */
    record Type(String column, String type) implements PlannedConstraint {}

    String IDENTIFIER = "(?:\"(?:[^\"]++|\"\")++\"|[A-Za-z_][A-Za-z0-9_$]*)";

    Pattern NOT_NULL = pattern("not null ?\\( ?ID ?\\)|not null ID|(?:alter )?(?:column )?ID (?:set )?not null");
    Pattern UNIQUE = pattern("unique ?(?:nulls (?:not )?distinct ?)?\\((.+)\\)");
    Pattern ELEMENT = pattern("ID|(lower|upper|trim|btrim) ?\\( ?ID ?\\)");
    Pattern CHECK = pattern("check ?\\((.+)\\)(?: not valid)?");
    Pattern REFERENCE = pattern("foreign key ?\\(([^)]+)\\) ?references ((?:" + IDENTIFIER + "\\.)?" + IDENTIFIER
            + ")(?: ?\\(([^)]+)\\))?(?: (?:match|on|deferrable|not|initially) .*)?");
    Pattern TYPE = pattern("(?:alter )?(?:column )?ID (?:set data )?type (.+)");

    private static Pattern pattern(String words) {
        return Pattern.compile(
                words.replace("ID", "(" + IDENTIFIER + ")")
                        .replace(" ?", "\\s*")
                        .replace(" ", "\\s+"),
                Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** @throws DatasetException for what is none of them */
    static PlannedConstraint parse(String words) {
        String text = words.strip();
        Matcher m = CHECK.matcher(text);
        if (m.matches()) {
            return new Check(m.group(1).strip());
        }
        m = UNIQUE.matcher(text);
        if (m.matches()) {
            return new Unique(elements(words, m.group(1)));
        }
        m = REFERENCE.matcher(text);
        if (m.matches()) {
            String parents = m.group(3);
            return new Reference(
                    names(words, m.group(1)), m.group(2), parents == null ? List.of() : names(words, parents));
        }
        m = NOT_NULL.matcher(text);
        if (m.matches()) {
            return new NotNull(name(Stream.of(1, 2, 3)
                    .map(m::group)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow()));
        }
        m = TYPE.matcher(text);
        if (m.matches()) {
            return new Type(name(m.group(1)), m.group(2).strip());
        }
        throw unknown(words);
    }

    private static List<Element> elements(String words, String list) {
        List<Element> elements = new ArrayList<>();
        for (String each : list.split(",")) {
            Matcher m = ELEMENT.matcher(each.strip());
            if (!m.matches()) {
                throw unknown(words);
            }
            String function = m.group(2);
            elements.add(
                    function == null
                            ? new Element(name(m.group(1)), null)
                            : new Element(
                                    name(m.group(3)),
                                    function.toLowerCase(Locale.ROOT).replaceFirst("^trim$", "btrim")));
        }
        return elements;
    }

    private static List<String> names(String words, String list) {
        List<String> names = new ArrayList<>();
        for (String each : list.split(",")) {
            if (!each.strip().matches(IDENTIFIER)) {
                throw unknown(words);
            }
            names.add(name(each.strip()));
        }
        return names;
    }

    /** The name that the catalog has for what SQL writes. */
    private static String name(String identifier) {
        return identifier.startsWith("\"")
                ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
                : identifier.toLowerCase(Locale.ROOT);
    }

    private static DatasetException unknown(String words) {
        return DatasetException.spec(
                "\"" + words + "\" is nothing that dirt can break. Write it as the migration will: not null (column),"
                        + " unique (column, lower(column)), check (condition), foreign key (column) references table (column),"
                        + " or column type newtype.");
    }
}
