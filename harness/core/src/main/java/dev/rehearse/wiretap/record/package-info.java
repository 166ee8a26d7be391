/** What is kept of the statements that went through: with their locks and waits as a recording, or as lines of JSON. */
@NullMarked
package dev.rehearse.wiretap.record;

import org.jspecify.annotations.NullMarked;
