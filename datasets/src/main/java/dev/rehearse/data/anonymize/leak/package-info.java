/** The check at the end: whether anything that identifies somebody stands in the output. */
@NullMarked
package dev.rehearse.data.anonymize.leak;

import org.jspecify.annotations.NullMarked;
