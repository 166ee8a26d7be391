/** Columns that are made so that ANALYZE finds in them what a profile of production says. */
@NullMarked
package dev.rehearse.data.twin;

import org.jspecify.annotations.NullMarked;
