/** Databases to rehearse on: what is asked for, and what a provider gives. */
@NullMarked
package dev.rehearse.database;

import org.jspecify.annotations.NullMarked;
