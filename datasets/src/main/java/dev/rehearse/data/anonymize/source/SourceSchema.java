package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import java.util.List;
import java.util.Set;

/**
 * What is in the source.
 *
 * @param codes labels of enums and literals of CHECK constraints, which stand in the schema and so identify nobody
 * @param notes what is not copied
 */
public record SourceSchema(
        int major, List<SourceTable> tables, List<Reference> references, Set<String> codes, List<String> notes) {

    public SourceTable table(long oid) {
        return tables.stream()
                .filter(table -> table.oid() == oid)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No table " + oid));
    }

    public long rows() {
        return tables.stream().mapToLong(SourceTable::rows).sum();
    }
}
