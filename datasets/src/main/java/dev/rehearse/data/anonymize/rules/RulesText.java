package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.rules.ColumnRule.Excuse;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import java.util.regex.Pattern;

/** Rules as a file to be reviewed: every column with its rule and the reason for it. Stateless. */
public final class RulesText {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern TELLING = Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");

    private RulesText() {}

    public static String of(SourceSchema schema, Rules rules) {
        StringBuilder out = new StringBuilder("""
                # What rehearse data anonymize does with each column. Review it, above all the lines with "keep".
                # Rules: keep, pseudonymise, generalise, shiftDates, noise, null, synthesise; or with options:
                #   { rule: pseudonymise, keepWords: true }   replaces in free text only what identifies
                #   { rule: pseudonymise, keepKeys: [id] }    of a document's keys leaves these alone; all: every key that a program may know
                #   { rule: pseudonymise, notCodes: [type] }  of a document, replaces what stands under these keys, too, though they are called as codes are
                #   { rule: generalise, amount: 2 }           leaves two characters, of short texts half; numbers: to steps of 2; dates: month, year
                #   { rule: shiftDates, amount: year }        another day of the same year; a number: so many days; none: by the key
                #   { rule: noise, amount: 10% }              numbers by up to 10 %, dates by up to so many days
                #   { rule: keep, personal: false }           the leak check does not look for its values, nor at its numbers
                rehearseRules: 1

                """);
        out.append("# Domains that mail addresses keep, such as gmail.com.\nkeepMailDomains: ")
                .append(list(rules.keptMailDomains()))
                .append(
                        "\n\n# Words that identify nobody, though they may be names too; the leak check passes over them.\nharmless: ")
                .append(list(rules.harmless()))
                .append("\n\ntables:\n");
        for (SourceTable table : schema.tables()) {
            out.append("  ").append(scalar(table.label())).append(":");
            out.append(table.copied().isEmpty() ? " {}\n" : "\n");
            for (SourceColumn column : table.copied()) {
                ColumnRule rule = rules.of(table, column);
                String line = "    " + scalar(column.name()) + ": " + rule(rule);
                out.append(String.format("%-60s # %s: %s%n", line, column.declared(), oneLine(rule.reason())));
            }
        }
        return out.toString();
    }

    private static String rule(ColumnRule rule) {
        String word = rule.treatment().word();
        StringBuilder options = new StringBuilder();
        if (!rule.amount().isEmpty()) {
            options.append(", amount: ").append(rule.amount());
        }
        if (rule.keepWords()) {
            options.append(", keepWords: true");
        }
        if (rule.keptKeys() != null) {
            options.append(", keepKeys: ").append(list(rule.keptKeys()));
        }
        if (!rule.notCodes().isEmpty()) {
            options.append(", notCodes: ").append(list(rule.notCodes()));
        }
        if (rule.personal() != rule.meaning().isPersonal() || rule.excuse() == Excuse.SAID) {
            options.append(", personal: ").append(rule.personal());
        }
        return options.isEmpty() ? word : "{ rule: " + word + options + " }";
    }

    /** Words as a list of the file, in their order. */
    public static String list(java.util.Set<String> words) {
        return words.stream()
                .sorted()
                .map(RulesText::scalar)
                .collect(java.util.stream.Collectors.joining(", ", "[", "]"));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !TELLING.matcher(text).matches()
                ? text
                : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
