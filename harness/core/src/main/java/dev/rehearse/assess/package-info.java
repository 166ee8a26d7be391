/** Judges a recording against a budget. Pure: no database, no clock, no threads. */
@NullMarked
package dev.rehearse.assess;

import org.jspecify.annotations.NullMarked;
