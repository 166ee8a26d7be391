/**
 * The copying itself. {@link dev.rehearse.data.anonymize.copy.Anonymizer} is the way in; {@code SnapshotCopy} moves the rows, and {@code
 * Checkpoint} keeps how far it has come.
 */
@NullMarked
package dev.rehearse.data.anonymize.copy;

import org.jspecify.annotations.NullMarked;
