/**
 * The application: operations that arrive on a schedule, sent by clients whose sessions are timed and accounted for.
 *
 * <p>{@link dev.rehearse.workload.LoadGenerator} is the way in, {@code LoadPlan} what it was asked for, and {@code LoadSession} one client at work.
 */
@NullMarked
package dev.rehearse.workload;

import org.jspecify.annotations.NullMarked;
