/**
 * The loopback proxy that a migration tool connects through, so that each statement of any tool is timed.
 *
 * <p>{@link dev.rehearse.wiretap.Wiretap} is the way in; a {@code TapSession} is one client of it, a {@code Relay} moves its bytes both ways,
 * and a {@code Conversation} knows from the messages which statement runs.
 */
@NullMarked
package dev.rehearse.wiretap;

import org.jspecify.annotations.NullMarked;
