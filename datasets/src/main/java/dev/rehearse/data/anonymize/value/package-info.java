/** What becomes of one value: taken apart down to its leaves, each replaced, and put together again. */
@NullMarked
package dev.rehearse.data.anonymize.value;

import org.jspecify.annotations.NullMarked;
