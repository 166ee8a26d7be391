/** The application: operations that arrive on a schedule, and the sessions that stand in the way. */
@NullMarked
package dev.rehearse.load;

import org.jspecify.annotations.NullMarked;
