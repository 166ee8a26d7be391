/**
 * The messages of <a href="https://www.postgresql.org/docs/current/protocol.html">PostgreSQL's protocol</a>: their frames, what they say, and what a listener is told of statements.
 */
@NullMarked
package dev.rehearse.wiretap.protocol;

import org.jspecify.annotations.NullMarked;
