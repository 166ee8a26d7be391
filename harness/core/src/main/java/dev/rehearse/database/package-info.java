/** Makes databases that we own: containers, embedded servers, or an external one marked as disposable. */
@NullMarked
package dev.rehearse.database;

import org.jspecify.annotations.NullMarked;
