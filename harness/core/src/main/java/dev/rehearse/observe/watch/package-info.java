/** {@code rehearse watch}: the waits of a server that somebody else loads. */
@NullMarked
package dev.rehearse.observe.watch;

import org.jspecify.annotations.NullMarked;
