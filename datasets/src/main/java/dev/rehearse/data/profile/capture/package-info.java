/** Reads from a database what its profile says. */
@NullMarked
package dev.rehearse.data.profile.capture;

import org.jspecify.annotations.NullMarked;
