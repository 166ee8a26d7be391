/** Waits for locks: sampled, their chains followed to the root, their ends found, and reconciled with what the server says itself. */
@NullMarked
package dev.rehearse.observe.lock;

import org.jspecify.annotations.NullMarked;
