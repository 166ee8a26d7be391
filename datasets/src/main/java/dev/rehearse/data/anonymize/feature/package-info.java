/** What identifies somebody in a text, and how it is remembered and found again in another form. */
@NullMarked
package dev.rehearse.data.anonymize.feature;

import org.jspecify.annotations.NullMarked;
