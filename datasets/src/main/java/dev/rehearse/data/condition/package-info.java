/**
 * What the values of a column must keep to: CHECK constraints solved into bounds, lists, lengths and patterns.
 */
@NullMarked
package dev.rehearse.data.condition;

import org.jspecify.annotations.NullMarked;
