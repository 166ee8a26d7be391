/** Rows that a planned constraint will refuse. */
@NullMarked
package dev.rehearse.data.dirt;

import org.jspecify.annotations.NullMarked;
