/**
 * Values as pure functions of the row, what they draw on ({@code Mix}, {@code Permutation}), and the forms of COPY in which they are written.
 */
@NullMarked
package dev.rehearse.data.value;

import org.jspecify.annotations.NullMarked;
