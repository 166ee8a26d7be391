/** Which locks a session holds, read while its statement is held or by an event trigger while it runs. */
@NullMarked
package dev.rehearse.wiretap.lock;

import org.jspecify.annotations.NullMarked;
