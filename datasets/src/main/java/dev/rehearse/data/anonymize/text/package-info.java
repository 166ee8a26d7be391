/** What texts say about people: words, numbers, and what kind of thing they are. */
@NullMarked
package dev.rehearse.data.anonymize.text;

import org.jspecify.annotations.NullMarked;
