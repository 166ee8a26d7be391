/** The migration tools that run as programs in the user's own project, and what all of them share. Knows neither plans nor recordings. */
@NullMarked
package dev.rehearse.tool;

import org.jspecify.annotations.NullMarked;
