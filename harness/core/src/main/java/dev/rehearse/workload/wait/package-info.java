/** Waits for locks in the words in which the server tells them to the session that waited. */
@NullMarked
package dev.rehearse.workload.wait;

import org.jspecify.annotations.NullMarked;
