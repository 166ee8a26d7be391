/** The loopback proxy a migration tool connects through, so that each statement of any tool is timed. */
@NullMarked
package dev.rehearse.wiretap;

import org.jspecify.annotations.NullMarked;
