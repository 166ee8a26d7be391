package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds what was there before the migration and is after it, and was not in between: what one transaction dropped, or disabled, and a later one made again.
 * By the words of statements: the schema at either end does not show it, and the load perhaps did not come to feel it. Stateless.
 */
final class AwayMeanwhile {

    private static final String NAME = "((?:(?:\"[^\"]+\"|[\\w$]+)\\s*\\.\\s*)?(?:\"[^\"]+\"|[\\w$]+))";
    private static final String KIND = "(index|(?:materialized\\s+)?view|function|procedure|trigger|policy)\\s+";

    private static final Pattern DROPS = of("drop\\s+" + KIND + "(?:concurrently\\s+)?(?:if\\s+exists\\s+)?" + NAME);
    private static final Pattern CREATES = of("create\\s+(?:or\\s+replace\\s+)?(?:unique\\s+)?(?:constraint\\s+)?"
            + KIND + "(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?" + NAME);
    private static final Pattern TABLE = of(".*?\\son\\s+(?:only\\s+)?" + NAME);
    private static final Pattern ALTERS = of("alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?" + NAME);
    private static final Pattern TAKES =
            of("\\b(?:drop\\s+(constraint)\\s+(?:if\\s+exists\\s+)?|disable\\s+(trigger)\\s+(?!all\\b))" + NAME);
    private static final Pattern GIVES =
            of("\\b(?:add\\s+(constraint)\\s+|enable\\s+(?:always\\s+|replica\\s+)?(trigger)\\s+)" + NAME);
    private static final Pattern UNIQUE = of("create\\s+unique\\b");

    private AwayMeanwhile() {}

    private static Pattern of(String words) {
        return Pattern.compile(words, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** @param table of what has its name within a table alone; else empty */
    private record Thing(String kind, String table, String name) {

        static Thing of(String kind, String table, String name) {
            return new Thing(kind.toLowerCase(Locale.ROOT).replaceAll("\\s+", " "), own(table), own(name));
        }

        /** As the server has it, without the schema. */
        private static String own(String name) {
            String last = name.substring(name.lastIndexOf('.') + 1).strip();
            return last.startsWith("\"") ? last.replace("\"", "") : last.toLowerCase(Locale.ROOT);
        }

        /** Whether it was not there before the migration. */
        boolean isNew(List<SchemaDifference> changes) {
            return changes.stream()
                    .filter(change -> change.before() == null && change.object().startsWith(kind + " "))
                    .map(change -> change.object()
                            .substring(kind.length() + 1)
                            .replaceFirst("\\(.*", "")
                            .replace("\"", ""))
                    .anyMatch(object -> ("." + object).endsWith("." + (table.isEmpty() ? name : table + "." + name)));
        }

        String inWords() {
            if (kind.equals("trigger") && name.equals("user")) {
                return "triggers of " + table;
            }
            return kind + " " + (table.isEmpty() ? name : table + "." + name);
        }
    }

    private record Away(Thing thing, boolean unique, StatementFact gone, StatementFact back, long micros) {

        String inWords() {
            return (unique ? "unique " : "") + thing.inWords();
        }

        String effect() {
            return switch (thing.kind()) {
                case "index" ->
                    unique
                            ? "duplicates come in, for which the build fails then, and ON CONFLICT on its columns fails (42P10)"
                            : "queries that use it read the whole table";
                case "constraint" ->
                    "what breaks it comes in, for which it is refused then, and ON CONFLICT on a unique one fails (42P10)";
                case "trigger" -> "what it does is left undone for what the application writes";
                case "policy" -> "rows that it lets the application see are hidden";
                default -> "whoever asks for it gets an error";
            };
        }
    }

    static Optional<Finding> find(Facts facts) {
        List<Away> all = new ArrayList<>();
        Map<Thing, StatementFact> gone = new HashMap<>();
        for (StatementFact statement : facts.statements(Phase.MIGRATE)) {
            if (statement.messageStatements() > 1 || FirstError.isUndone(facts, statement)) {
                continue;
            }
            String sql = Words.withoutComments(statement.sql()).strip();
            things(sql, CREATES, GIVES).forEach(thing -> {
                StatementFact dropped = gone.remove(thing);
                if (dropped != null && !thing.isNew(facts.recording().schema().changes())) {
                    away(facts, thing, dropped, statement, UNIQUE.matcher(sql).lookingAt())
                            .ifPresent(all::add);
                }
            });
            things(sql, DROPS, TAKES).forEach(thing -> gone.put(thing, statement));
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(finding(all));
    }

    /** Empty where both are in one transaction. */
    private static Optional<Away> away(
            Facts facts, Thing thing, StatementFact gone, StatementFact back, boolean unique) {
        return facts.recording()
                .endOfTransaction(gone)
                .filter(end -> end.index() < back.index())
                .map(end -> new Away(
                        thing,
                        unique,
                        gone,
                        back,
                        facts.recording().endOfTransaction(back).orElse(back).endMicros() - end.endMicros()));
    }

    /** What a statement takes away, or makes. */
    private static List<Thing> things(String sql, Pattern whole, Pattern inTable) {
        Matcher object = whole.matcher(sql);
        if (object.lookingAt()) {
            boolean isOfTable = object.group(1).equalsIgnoreCase("trigger")
                    || object.group(1).equalsIgnoreCase("policy");
            Matcher table = TABLE.matcher(sql).region(object.end(), sql.length());
            return !isOfTable
                    ? List.of(Thing.of(object.group(1), "", object.group(2)))
                    : table.lookingAt()
                            ? List.of(Thing.of(object.group(1), table.group(1), object.group(2)))
                            : List.of();
        }
        Matcher altered = ALTERS.matcher(sql);
        List<Thing> things = new ArrayList<>();
        if (altered.lookingAt()) {
            Matcher part = inTable.matcher(sql).region(altered.end(), sql.length());
            while (part.find()) {
                String kind = part.group(1) == null ? "trigger" : "constraint";
                things.add(Thing.of(kind, altered.group(1), part.group(3)));
            }
        }
        return things;
    }

    private static Finding finding(List<Away> all) {
        Away longest = Collections.max(all, Comparator.comparingLong(Away::micros));
        return new Finding(
                "AWAY_MEANWHILE",
                Severity.DANGER,
                "Away for " + Words.time(longest.micros()) + " while the application ran: " + longest.inWords()
                        + (all.size() == 1 ? "" : ", and " + Units.count(all.size() - 1, "other") + " for a time"),
                longest.gone().index(),
                Words.time(longest.micros()),
                "not judged",
                all.stream()
                        .sorted(Comparator.comparingLong(Away::micros).reversed())
                        .limit(8)
                        .map(each -> each.inWords() + ": for " + Words.time(each.micros()) + ", from "
                                + Words.place(each.gone()) + " to " + Words.place(each.back()))
                        .toList(),
                all.stream().map(Away::effect).distinct().collect(Collectors.joining("; ", "Meanwhile ", ".")),
                "Take it away and make it again in one transaction, where that takes no time. Else make the new one first, under another name (an index CONCURRENTLY, a"
                        + " constraint NOT VALID and then VALIDATE CONSTRAINT), then drop the old one and rename.",
                null);
    }
}
