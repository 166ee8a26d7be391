/** Servers in containers. */
@NullMarked
package dev.rehearse.database.container;

import org.jspecify.annotations.NullMarked;
