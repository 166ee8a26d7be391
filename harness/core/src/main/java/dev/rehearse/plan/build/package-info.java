/**
 * The making of a plan, from {@code rehearsal.yaml} or in Java, with every error at once.
 *
 * <p>{@link dev.rehearse.plan.build.RehearsalFile} and {@link dev.rehearse.plan.build.RehearsalBuilder} are the ways in.
 */
@NullMarked
package dev.rehearse.plan.build;

import org.jspecify.annotations.NullMarked;
