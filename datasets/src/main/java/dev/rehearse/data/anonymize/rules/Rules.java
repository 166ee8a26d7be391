package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What happens to every column that is copied.
 *
 * @param keptMailDomains domains that mail addresses keep, in lower case
 * @param harmless words that identify nobody, in lower case, though they stand in personal columns too
 * @param ordinary words of columns that are kept as codes, and of documents those of their codes and keys
 * @param unicode whether the target can store every character
 */
public record Rules(
        Map<Place, ColumnRule> columns,
        Set<String> keptMailDomains,
        Set<String> harmless,
        Map<Place, Ordinary> ordinary,
        boolean unicode) {

    /** Of a column that is kept as one of codes its words, and of one whose documents are replaced those of their codes and keys; none of another. */
    public Ordinary ordinary(SourceTable table, SourceColumn column) {
        return keepsCodes(table, column)
                ? ordinary.getOrDefault(new Place(table.oid(), column.number()), Ordinary.NONE)
                : Ordinary.NONE;
    }

    /** Whether words of a program stay in a column: as codes, or in documents and composite values under keys that are called so. */
    public boolean keepsCodes(SourceTable table, SourceColumn column) {
        return of(table, column).treatment() == Treatment.KEEP
                ? ordinary.containsKey(new Place(table.oid(), column.number()))
                : column.type().isTextual();
    }

    public ColumnRule of(SourceTable table, SourceColumn column) {
        return Objects.requireNonNull(columns.get(new Place(table.oid(), column.number())));
    }
}
