package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.rules.Rules;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.text.Bytes;
import dev.rehearse.data.anonymize.text.CopyText;
import dev.rehearse.data.anonymize.text.Meaning;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** From a row of the source to one of the target, both in COPY's text format. One thread. */
public final class RowTransform {

    /**
     * @param stays the bytes go over as they are
     * @param least so many are read
     * @param leaf null where nothing of them is written down either
     */
    private record Field(
            SourceColumn column,
            boolean toNull,
            boolean stays,
            int least,
            @Nullable Leaf leaf) {}

    private final SourceTable table;
    private final List<Field> fields = new ArrayList<>();

    public RowTransform(SourceTable table, Rules rules, Pseudonyms pseudonyms, Ledger.Writer ledger) {
        this.table = table;
        for (SourceColumn column : table.copied()) {
            ColumnRule rule = rules.of(table, column);
            fields.add(new Field(
                    column,
                    rule.treatment() == Treatment.NULL,
                    rule.treatment() == Treatment.KEEP,
                    rule.checksLongNumbersOnly(column) ? RecordingLeaf.LEAST_LONG : 0,
                    leaf(table, column, rules, pseudonyms, ledger)));
        }
    }

    private @Nullable String decoded(byte[] row, int start, int end, SourceColumn column) {
        try {
            return CopyText.decoded(row, start, end);
        } catch (CharacterCodingException e) {
            throw Troubles.noText(column.name(), table.label(), e);
        }
    }

    private static @Nullable Leaf leaf(
            SourceTable table, SourceColumn column, Rules rules, Pseudonyms pseudonyms, Ledger.Writer ledger) {
        ColumnRule rule = rules.of(table, column);
        boolean isChecked = rule.checks(column);
        if (rule.treatment() == Treatment.KEEP && !isChecked) {
            return null;
        }
        Leaf leaf = replacing(table, column, rules, pseudonyms, ledger);
        return isChecked
                ? new RecordingLeaf(leaf, ledger, Ledger.place(table, column), rule, rule.checksLongNumbersOnly(column))
                : leaf;
    }

    /** What is done with the leaves of a column. */
    public static Leaf replacing(
            SourceTable table, SourceColumn column, Rules rules, Pseudonyms pseudonyms, Ledger.Writer ledger) {
        ColumnRule rule = rules.of(table, column);
        Leaf pseudonym = new PseudonymLeaf(
                pseudonyms,
                rule.keepWords() ? ledger::identifies : null,
                rule.keptKeys(),
                rule.notCodes(),
                column.type().innermost().kind() == ValueType.Kind.XML);
        boolean isBirth = rule.meaning() == Meaning.BIRTH
                && switch (column.type().kind()) {
                    case INTEGER, NUMERIC, TEXT -> true;
                    default -> false;
                };
        boolean isValue = column.type().kind() == ValueType.Kind.TEXT
                && Meaning.isOfValues(column.name())
                && table.columns().stream().anyMatch(other -> Meaning.isKeyOfValues(other.name()));
        return rule.treatment() == Treatment.PSEUDONYMISE
                ? isBirth ? ofBirth(pseudonym, value -> true) : isValue ? ofBirth(pseudonym, Dates::isDay) : pseudonym
                : new RuleLeaf(rule, pseudonyms, pseudonym, column, rules.unicode());
    }

    /**
     * Days in numbers, as those of births are, whatever the column is called.
     *
     * @param which values may be one
     */
    private static Leaf ofBirth(Leaf leaf, Predicate<String> which) {
        return new Leaf() {

            @Override
            public String value(ValueType.Kind kind, String name, String value, boolean inside) {
                boolean isNamed = Meaning.ofKey(name) == Meaning.BIRTH || !which.test(value);
                return leaf.value(kind, isNamed ? name : "birth", value, inside);
            }

            @Override
            public String key(String key) {
                return leaf.key(key);
            }
        };
    }

    /** @param row a line with its end */
    public void apply(byte[] row, Bytes out) {
        int start = 0;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            int end = CopyText.fieldEnd(row, start);
            if (i > 0) {
                out.add('\t');
            }
            boolean isRead = field.leaf != null && end - start >= field.least;
            String value = isRead ? decoded(row, start, end, field.column) : null;
            if (field.leaf == null || value == null) {
                out.add(row, start, end);
            } else {
                String image = ValueShape.map(field.column.type(), field.column.name(), value, false, field.leaf);
                if (field.stays) {
                    out.add(row, start, end);
                } else if (field.toNull) {
                    out.add('\\');
                    out.add('N');
                } else {
                    CopyText.encode(image, out);
                }
            }
            start = end + 1;
        }
        out.add('\n');
    }
}
