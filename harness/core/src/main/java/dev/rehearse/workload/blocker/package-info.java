/** The sessions that stand in the way: those that hold locks, or sit idle in a transaction, while the migration runs. */
@NullMarked
package dev.rehearse.workload.blocker;

import org.jspecify.annotations.NullMarked;
