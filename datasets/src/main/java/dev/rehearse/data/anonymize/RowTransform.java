package dev.rehearse.data.anonymize;

import dev.rehearse.data.anonymize.KeyFamilies.Place;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From a row of the source to one of the target, both in COPY's text format. One thread. */
final class RowTransform {

    /**
     * @param leaf null where the bytes go over as they are
     */
    private record Field(
            SourceColumn column, boolean toNull, @Nullable Leaf leaf) {}

    private final List<Field> fields = new ArrayList<>();

    RowTransform(SourceTable table, Rules rules, KeyFamilies families, Pseudonyms pseudonyms, Ledger ledger) {
        for (SourceColumn column : table.copied()) {
            ColumnRule rule = rules.of(table, column);
            fields.add(new Field(
                    column,
                    rule.treatment() == Treatment.NULL,
                    leaf(table, column, rule, families, pseudonyms, ledger)));
        }
    }

    private static @Nullable Leaf leaf(
            SourceTable table,
            SourceColumn column,
            ColumnRule rule,
            KeyFamilies families,
            Pseudonyms pseudonyms,
            Ledger ledger) {
        boolean isLookedFor = column.type().isTextual() || rule.personal();
        if (rule.treatment() == Treatment.KEEP && !isLookedFor) {
            return null;
        }
        ValueType element = column.type().element();
        Long elementMost = element == null ? null : element.most();
        long most = elementMost != null ? elementMost : families.most(new Place(table.oid(), column.number()));
        Leaf pseudonym = new PseudonymLeaf(pseudonyms, most, rule.keepWords() ? ledger::identifies : null);
        Leaf leaf = rule.treatment() == Treatment.PSEUDONYMISE
                ? pseudonym
                : new RuleLeaf(rule, pseudonyms, pseudonym, column.most(), column.unique());
        return isLookedFor ? new RecordingLeaf(leaf, ledger, place(table, column), rule.personal()) : leaf;
    }

    /** The name of a column in the ledger. */
    static String place(SourceTable table, SourceColumn column) {
        return table.oid() + "." + column.number() + " ";
    }

    /** @param row a line with its end */
    void apply(byte[] row, ByteArrayOutputStream out) {
        int start = 0;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            int end = CopyText.fieldEnd(row, start);
            if (i > 0) {
                out.write('\t');
            }
            String value = field.leaf == null ? null : CopyText.decoded(row, start, end);
            if (field.leaf == null) {
                out.write(row, start, end - start);
            } else if (value == null) {
                out.write(row, start, end - start);
            } else {
                String image = ValueShape.map(field.column.type(), field.column.name(), value, false, field.leaf);
                if (field.toNull) {
                    out.write('\\');
                    out.write('N');
                } else {
                    CopyText.encode(image, out);
                }
            }
            start = end + 1;
        }
        out.write('\n');
    }
}
