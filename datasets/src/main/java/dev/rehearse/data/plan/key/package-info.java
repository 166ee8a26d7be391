/** Unique keys that hold by construction: {@code KeySolver} gives each of them the row number, in one column or as digits. */
@NullMarked
package dev.rehearse.data.plan.key;

import org.jspecify.annotations.NullMarked;
