package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.NearestName;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.ColumnRule.Excuse;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a rules file against a source. All mistakes are told at once, each with its line, its column of the database and the nearest right name. One thread. */
public final class RulesReader {

    private static final List<String> TOP = List.of("rehearseRules", "keepMailDomains", "harmless", "tables");
    private static final List<String> OPTIONS =
            List.of("rule", "amount", "keepWords", "keepKeys", "notCodes", "personal");

    private static final int MOST_NAMED = 20;

    private final String file;
    private final SourceSchema schema;
    private final KeyFamilies families;
    private final Map<Place, ColumnRule> suggested;
    private final List<String> problems = new ArrayList<>();
    /** The column whose rule is read, with a colon; empty outside of these. */
    private String about = "";

    private final Map<Place, ColumnRule> explicit = new LinkedHashMap<>();
    private final Map<Place, Integer> lines = new HashMap<>();

    public RulesReader(String file, SourceSchema schema, KeyFamilies families, Map<Place, ColumnRule> suggested) {
        this.file = file;
        this.schema = schema;
        this.families = families;
        this.suggested = suggested;
    }

    /**
     * The rules of the file; columns that it does not name get what was suggested.
     *
     * @param ordinary as in {@link Rules}; of what is kept though it was not to be nothing is
     * @param unicode as in {@link Rules}
     */
    public Rules read(String text, Map<Place, Ordinary> ordinary, boolean unicode) {
        Map<String, Node> top = entries(compose(text), TOP, "at the top of the rules");
        Set<String> domains = texts(top.get("keepMailDomains"));
        Set<String> harmless = texts(top.get("harmless"));
        Node version = top.get("rehearseRules");
        if (version != null && !scalar(version).equals("1")) {
            problem(version, "these rules are of version " + scalar(version) + "; this release reads 1");
        }
        Node tables = top.get("tables");
        if (tables != null) {
            entries(tables, null, "").forEach((name, node) -> table(name, node));
        }
        Map<Place, ColumnRule> rules = inFamilies();
        if (!problems.isEmpty()) {
            throw AnonymizeException.input(String.join("\n", problems));
        }
        Map<Place, Ordinary> known = new HashMap<>(ordinary);
        known.keySet().removeIf(place -> isKept(rules.get(place)) && !isKept(suggested.get(place)));
        return new Rules(Map.copyOf(rules), domains, harmless, known, unicode);
    }

    private static boolean isKept(@Nullable ColumnRule rule) {
        return rule != null && rule.treatment() == Treatment.KEEP;
    }

    private Node compose(String text) {
        try {
            Optional<Node> root =
                    new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
            return root.orElseThrow(
                    () -> AnonymizeException.input(file + ":1: the file is empty, which is no rules file."));
        } catch (MarkedYamlEngineException e) {
            int line =
                    e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
            throw AnonymizeException.input(file + ":" + line + ": this is no YAML: " + e.getProblem() + ".");
        } catch (YamlEngineException e) {
            throw AnonymizeException.input(file + ":1: this is no YAML: " + e.getMessage());
        }
    }

    private void table(String name, Node node) {
        List<SourceTable> found = schema.tables().stream()
                .filter(table -> table.label().equals(name) || table.name().equals(name))
                .toList();
        if (found.size() != 1) {
            problem(
                    node,
                    found.isEmpty()
                            ? "there is no table \"" + name + "\"."
                                    + instead(
                                            name,
                                            "Tables",
                                            schema.tables().stream()
                                                    .map(table -> name.contains(".") ? table.label() : table.name())
                                                    .toList())
                            : "several schemas have a table \"" + name + "\"; write schema.table");
            return;
        }
        SourceTable table = found.get(0);
        entries(node, null, "").forEach((column, rule) -> column(table, column, rule));
    }

    /** The one that was meant, or those that there are, as far as they are few enough to be read. */
    private static String instead(String name, String what, List<String> known) {
        String nearest = NearestName.of(name, known);
        return !nearest.isEmpty() || known.isEmpty()
                ? nearest
                : " " + what + " are " + String.join(", ", known.subList(0, Math.min(known.size(), MOST_NAMED)))
                        + (known.size() > MOST_NAMED ? " and " + (known.size() - MOST_NAMED) + " more" : "");
    }

    private void column(SourceTable table, String name, Node node) {
        Optional<SourceColumn> found = table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
        if (found.isEmpty()) {
            List<String> columns =
                    table.columns().stream().map(SourceColumn::name).toList();
            problem(
                    node,
                    "table " + table.label() + " has no column \"" + name + "\"." + instead(name, "Columns", columns));
            return;
        }
        SourceColumn column = found.get();
        if (column.generated()) {
            problem(node, "column " + name + " of " + table.label() + " is computed by the server and gets no rule");
            return;
        }
        Place place = new Place(table.oid(), column.number());
        ColumnRule before = suggested.get(place);
        about = table.label() + "." + name + ": ";
        ColumnRule rule = before == null ? null : rule(column, before, node);
        about = "";
        if (rule != null) {
            explicit.put(place, rule);
            lines.put(place, line(node));
        }
    }

    private @Nullable ColumnRule rule(SourceColumn column, ColumnRule before, Node node) {
        Map<String, Node> options =
                node instanceof MappingNode ? entries(node, OPTIONS, "in the rule") : Map.of("rule", node);
        Node word = options.get("rule");
        if (word == null) {
            problem(node, "\"rule\" is missing; write one of " + String.join(", ", Treatment.words()));
            return null;
        }
        Optional<Treatment> treatment = Treatment.of(scalar(word));
        if (treatment.isEmpty()) {
            problem(
                    word,
                    "there is no rule \"" + scalar(word) + "\"." + NearestName.of(scalar(word), Treatment.words())
                            + " Rules are " + String.join(", ", Treatment.words()));
            return null;
        }
        if (treatment.get() == Treatment.NULL && column.notNull()) {
            problem(word, "the column takes no NULL");
            return null;
        }
        boolean stays = treatment.get() != Treatment.KEEP && treatment.get() != Treatment.NULL;
        Node amount = options.get("amount");
        String much = amount == null ? "" : scalar(amount);
        boolean isMoved =
                treatment.get() == Treatment.SHIFT_DATES && column.type().isRangeOfDays() && !much.equals("year");
        if (stays && !isMoved && !column.type().hasPseudonyms()) {
            problem(
                    word,
                    "values of type " + column.declared() + " have no pseudonyms, so "
                            + treatment.get().word()
                            + " would leave them as they are; write "
                            + (column.type().isRangeOfDays() ? "shiftDates by a number of days, " : "")
                            + "keep or null");
            return null;
        }
        if (amount != null && !much.matches("\\d+(\\.\\d+)?%?|month|year|day|-\\d+")) {
            problem(amount, "\"" + much + "\" is no amount; write a number, 10%, day, month or year");
        }
        UnchangedValues.by(treatment.get(), much, column)
                .ifPresent(why -> problem(amount == null ? word : amount, why));
        Node keepKeys = options.get("keepKeys");
        Node notCodes = options.get("notCodes");
        for (Node keys : Arrays.asList(keepKeys, notCodes)) {
            if (keys != null && !DocumentKeys.mayHaveKeys(column.type())) {
                problem(keys, "values of type " + column.declared() + " have no keys");
            }
        }
        Node personal = options.get("personal");
        Node keepWords = options.get("keepWords");
        return new ColumnRule(
                treatment.get(),
                much,
                keepWords != null && flag(keepWords),
                keepKeys == null
                        ? before.keptKeys()
                        : isAll(keepKeys) ? null : texts(keepKeys, UnaryOperator.identity()),
                notCodes == null ? before.notCodes() : texts(notCodes, UnaryOperator.identity()),
                personal == null ? before.personal() || before.meaning().isPersonal() : flag(personal),
                personal == null || flag(personal) ? before.excuse() : Excuse.SAID,
                before.meaning(),
                "the rules file, line " + line(node));
    }

    /** A rule for one column of a family is one for all of it. */
    private Map<Place, ColumnRule> inFamilies() {
        Map<Place, ColumnRule> rules = new HashMap<>(suggested);
        Map<Place, Place> first = new HashMap<>();
        explicit.forEach((place, rule) -> {
            if (families.isTied(place) && rule.treatment() != Treatment.NULL) {
                Place other = first.putIfAbsent(families.head(place), place);
                ColumnRule theirs = other == null ? null : explicit.get(other);
                if (theirs != null && theirs.treatment() != rule.treatment()) {
                    problems.add(file + ":" + lines.get(place) + ": " + name(place) + " is tied by foreign keys to "
                            + name(other) + ", which has another rule in line " + lines.get(other)
                            + "; give both the same, or joins would break");
                }
                if (!KeyFamilies.fitting().contains(rule.treatment().word())) {
                    problems.add(file + ":" + lines.get(place) + ": " + name(place) + " is part of a foreign key, so "
                            + rule.treatment().word() + " would break joins; write "
                            + String.join(" or ", KeyFamilies.fitting()));
                }
                suggested.keySet().stream()
                        .filter(each -> families.head(each).equals(families.head(place)) && !explicit.containsKey(each))
                        .forEach(each -> rules.put(each, rule.because("as " + name(place) + ", to which it is tied")));
            }
            rules.put(place, rule);
        });
        return rules;
    }

    private String name(Place place) {
        SourceTable table = schema.table(place.table());
        return table.label() + "." + table.column(place.column()).name();
    }

    private Map<String, Node> entries(Node node, @Nullable Collection<String> known, String where) {
        Map<String, Node> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            problem(node, "here should stand keys with values");
            return entries;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode());
            if (known != null && !known.contains(key)) {
                problem(
                        tuple.getKeyNode(),
                        "unknown key \"" + key + "\" " + where + "." + NearestName.of(key, known) + " Known are "
                                + String.join(", ", known));
            } else if (entries.put(key, tuple.getValueNode()) != null) {
                problem(tuple.getKeyNode(), "\"" + key + "\" stands here twice");
            }
        }
        return entries;
    }

    private static boolean isAll(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().equals("all");
    }

    private Set<String> texts(@Nullable Node node) {
        return texts(node, text -> text.toLowerCase(Locale.ROOT));
    }

    private Set<String> texts(@Nullable Node node, UnaryOperator<String> form) {
        Set<String> texts = new LinkedHashSet<>();
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> texts.add(form.apply(scalar(item))));
        } else if (node != null) {
            problem(node, "here should stand a list");
        }
        return texts;
    }

    private boolean flag(Node node) {
        if (!scalar(node).matches("true|false")) {
            problem(node, "\"" + scalar(node) + "\" is neither true nor false");
        }
        return scalar(node).equals("true");
    }

    private String scalar(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        problem(node, "here should stand a word");
        return "";
    }

    private void problem(Node node, String what) {
        problems.add(file + ":" + line(node) + ": " + about + what + (what.matches(".*[.?]") ? "" : "."));
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
