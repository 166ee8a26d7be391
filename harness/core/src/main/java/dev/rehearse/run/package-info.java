/** Runs a rehearsal: the only place with threads, processes and the clock. */
@NullMarked
package dev.rehearse.run;

import org.jspecify.annotations.NullMarked;
