/** What a statement of the migration tells of itself: the constraint that it makes, whether it only reads, and what to do instead. */
@NullMarked
package dev.rehearse.assess.statement;

import org.jspecify.annotations.NullMarked;
