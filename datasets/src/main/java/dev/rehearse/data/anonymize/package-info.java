/**
 * Copies a database without its personal data.
 *
 * <p>{@link dev.rehearse.data.anonymize.copy.Anonymizer} is the way in. One run goes through {@code SourceReader} (what is there),
 * {@code Suggester} and {@code RulesReader} (what happens to each column), {@code SchemaTools} (tables first, indexes and foreign keys after
 * the rows), {@code SnapshotCopy} (COPY out, a {@code ValueShape} per column that walks its values, COPY in), and {@code LeakCheck}.
 * {@code Checkpoint} is what the target knows of a run that has not come to its end.
 *
 * <p>A pseudonym is a pure function of the key and the text it stands for: no table of pairs is kept, equal values are equal wherever they
 * stand, and different ones stay different, because each function is a permutation of the texts of the same form.
 */
@NullMarked
package dev.rehearse.data.anonymize;

import org.jspecify.annotations.NullMarked;
