/**
 * Texts as people know them: names, addresses, firms and the like in several locales, told by the names of columns.
 */
@NullMarked
package dev.rehearse.data.plausible;

import org.jspecify.annotations.NullMarked;
