/** Makes the first plan of a project that has migrations already. */
@NullMarked
package dev.rehearse.init;

import org.jspecify.annotations.NullMarked;
