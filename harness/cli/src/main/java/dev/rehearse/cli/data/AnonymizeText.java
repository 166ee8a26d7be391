package dev.rehearse.cli.data;

import dev.rehearse.data.anonymize.AnonymizedSnapshot;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.Leak;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.LeakReport;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.Table;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an anonymized snapshot holds, for people. */
final class AnonymizeText {

    private AnonymizeText() {}

    static String render(AnonymizedSnapshot made, boolean withRules) {
        int width = Math.max(
                6,
                made.tables().stream()
                        .mapToInt(table -> name(table).length())
                        .max()
                        .orElse(0));
        StringBuilder text = new StringBuilder(String.format("%-" + width + "s %14s  rules%n", "table", "rows"));
        for (Table table : made.tables()) {
            Map<String, Long> rules = table.columns().stream()
                    .collect(
                            Collectors.groupingBy(column -> column.rule().word(), TreeMap::new, Collectors.counting()));
            text.append(String.format(
                    Locale.ROOT,
                    "%-" + width + "s %,14d  %s%n",
                    name(table),
                    table.rows(),
                    rules.entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .collect(Collectors.joining(", "))));
            if (withRules) {
                table.columns()
                        .forEach(column -> text.append(String.format(
                                "  %-30s %-12s %s%n",
                                column.name(), column.rule().word(), column.reason())));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%-" + width + "s %,14d  in %.1f s%n",
                "in all",
                made.rows(),
                made.took().toMillis() / 1000.0));
        LeakReport check = made.leakCheck();
        text.append(String.format(
                Locale.ROOT,
                "leak check: %s in %,d values of %,d columns%n",
                check.leaks().isEmpty()
                        ? "nothing that identifies"
                        : "leaks in " + check.leaks().size() + " columns",
                check.values(),
                check.columns()));
        text.append(String.format("not seen by it: %s%n", LeakReport.NOT_SEEN));
        if (!made.notes().isEmpty()) {
            text.append(String.format("%nnotes%n"));
            made.notes().forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
        }
        return text.toString();
    }

    /** Where the leaks are, by column, and what to do. */
    static String leaked(AnonymizedSnapshot made) {
        StringBuilder text = new StringBuilder("What identifies somebody in the source stands in the output, so "
                + (made.remains().isEmpty()
                        ? "everything that was copied was taken out of the target, its definitions, too:"
                        : "the target may not be used. It could not be emptied and still holds what leaks, under the mark rehearse_filling"
                                + " (drop the database, or run the command again, which empties it first): "
                                + made.remains().strip()));
        for (Leak leak : made.leakCheck().leaks()) {
            text.append(
                    String.format(Locale.ROOT, "%n  %s: %,d, such as %s", leak.column(), leak.count(), leak.example()));
        }
        text.append(String.format(
                "%nGive columns that are kept the rule pseudonymise; where names are keys of documents, say which keys stay, { rule: pseudonymise, keepKeys: [email, lang] };"
                        + " where they stand under a key that is called as those of codes are, such as type, say { rule: pseudonymise, notCodes: [type] }."
                        + " Change definitions that name somebody in the source. Where what was found identifies nobody, list the word under \"harmless\" in the rules, or say personal: false of the column that it comes from, or of one"
                        + " of numbers that stay."));
        return text.toString();
    }

    private static String name(Table table) {
        return table.schema() + "." + table.name();
    }
}
