package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.FillProgress;
import dev.rehearse.data.anonymize.AnonymizeSpec;
import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.rules.Rules;
import dev.rehearse.data.anonymize.source.Snapshot;
import dev.rehearse.data.anonymize.source.SourceSchema;

/**
 * What those share who bring the rows of a source to a target, and who check what arrived.
 *
 * @param snapshot the rows of the source
 * @param target where they go
 * @param schema what is in the source
 * @param rules what is done with each column
 * @param spec what was asked for
 * @param ledger what identifies somebody in the source
 * @param progress hears of the work
 */
public record Transfer(
        Snapshot snapshot,
        Endpoint target,
        SourceSchema schema,
        Rules rules,
        AnonymizeSpec spec,
        Ledger ledger,
        FillProgress progress) {}
