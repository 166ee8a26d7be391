/**
 * How the values of one column are made, from its type, its name and its conditions; and the values that break programs.
 */
@NullMarked
package dev.rehearse.data.column;

import org.jspecify.annotations.NullMarked;
