package dev.rehearse.data.anonymize.source;

import java.util.List;

/**
 * A column of the source.
 *
 * @param declared its type as it was declared
 * @param most characters that it takes, or -1
 * @param generated computed by the server, so never copied
 * @param numbered its default comes from a sequence
 * @param unique part of a primary key or a unique index
 * @param listsPartition partitions list its values, and none takes others
 * @param ordersPartition partitions are made of ranges of its values, or list some of them beside a DEFAULT one
 * @param codes the values that a CHECK constraint lists for it; empty where there is none
 */
public record SourceColumn(
        int number,
        String name,
        ValueType type,
        String declared,
        int most,
        boolean notNull,
        boolean generated,
        boolean numbered,
        boolean unique,
        boolean listsPartition,
        boolean ordersPartition,
        List<String> codes) {}
