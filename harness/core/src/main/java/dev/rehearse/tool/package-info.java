/** The migration tools that run as programs in the user's own project: one class for each. Knows neither plans nor recordings. */
@NullMarked
package dev.rehearse.tool;

import org.jspecify.annotations.NullMarked;
