/** Facts in words: times, shares, names and statements as a report has them. */
@NullMarked
package dev.rehearse.assess.words;

import org.jspecify.annotations.NullMarked;
