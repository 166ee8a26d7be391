/** The lists of the migration tools that there are. */
@NullMarked
package dev.rehearse.tool.known;

import org.jspecify.annotations.NullMarked;
