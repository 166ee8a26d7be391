/** Databases on servers that somebody else started. */
@NullMarked
package dev.rehearse.database.external;

import org.jspecify.annotations.NullMarked;
