/** Runs the user's migration with the user's own tool. */
@NullMarked
package dev.rehearse.migration;

import org.jspecify.annotations.NullMarked;
