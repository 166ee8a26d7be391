/** What happens to each column: suggested, written down for review, and read back. */
@NullMarked
package dev.rehearse.data.anonymize.rules;

import org.jspecify.annotations.NullMarked;
