/** A rehearsal as a JUnit test. */
@NullMarked
package dev.rehearse.junit;

import org.jspecify.annotations.NullMarked;
