/** A connection of the load in the hands of Java code, so that what it sends is timed and followed as SQL of a plan is. */
@NullMarked
package dev.rehearse.workload.lend;

import org.jspecify.annotations.NullMarked;
